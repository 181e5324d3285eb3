import type { LabelSelector } from '@fairlead/kube';
import type { Place } from '../../schema/place.ts';
import { labelValue, qualifiedName } from '../formats.ts';
import { judgeLabels } from '../metadata-rules.ts';

/** The rules for a label selector (Kubernetes' ValidateLabelSelector). */
export const judgeLabelSelector = (selector: LabelSelector | null | undefined, at: Place): void => {
  if (selector === undefined || selector === null) return;
  if (selector.matchLabels) judgeLabels(selector.matchLabels, at.field('matchLabels'));
  (selector.matchExpressions ?? []).forEach(({ key, operator, values = [] }, index) => {
    const here = at.field('matchExpressions').index(index);
    judgeOperator(operator, values, here);
    here.field('key').faults(key, qualifiedName(key));
    values.forEach((value, number) => here.field('values').index(number).faults(value, labelValue(value)));
  });
};

const judgeOperator = (operator: string, values: readonly string[], at: Place): void => {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length > 0) return;
    at.field('values').required("must be specified when `operator` is 'In' or 'NotIn'");
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length === 0) return;
    at.field('values').forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  } else at.field('operator').invalid(operator, 'not a valid selector operator');
};
