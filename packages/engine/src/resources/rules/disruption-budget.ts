import type { KubeObject, LabelSelector } from '@fairlead/kube';
import type { FieldError } from '../../schema/field-error.ts';
import { Place } from '../../schema/place.ts';
import type { Rules } from '../rules.ts';
import { type IntOrPercent, judgeAtMostAll, judgeIntOrPercent } from './int-or-percent.ts';
import { printed } from './printed.ts';
import { judgeLabelSelector } from './selector.ts';
import { countedStatus } from './workload/status.ts';

interface Spec {
  readonly minAvailable?: IntOrPercent;
  readonly maxUnavailable?: IntOrPercent;
  readonly selector?: LabelSelector;
  readonly unhealthyPodEvictionPolicy?: string;
}

interface DisruptionBudget extends KubeObject {
  readonly spec?: Spec;
}

const POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];

const budgetErrors = ({ spec = {} }: DisruptionBudget): readonly FieldError[] => {
  const { minAvailable, maxUnavailable, unhealthyPodEvictionPolicy: policy } = spec;
  const at = new Place('spec');
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    at.invalid(
      printed('policy.PodDisruptionBudgetSpec', spec),
      'minAvailable and maxUnavailable cannot be both set',
    );
  }
  for (const field of ['minAvailable', 'maxUnavailable'] as const) {
    const value = spec[field];
    if (value === undefined) continue;
    judgeIntOrPercent(value, at.field(field));
    judgeAtMostAll(value, at.field(field));
  }
  judgeLabelSelector(spec.selector, at.field('selector'));
  if (policy !== undefined && !POLICIES.includes(policy)) {
    at.field('unhealthyPodEvictionPolicy').unsupported(policy, POLICIES);
  }
  return at.found;
};

export const disruptionBudgetRules: Rules = {
  complete: true,
  validate: budgetErrors,
  parts: {
    status: countedStatus({
      counts: ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'],
    }),
  },
};
