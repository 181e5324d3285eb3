import type { Place } from '../../../schema/place.ts';
import { labelValue, qualifiedName } from '../../formats.ts';

export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export const judgeTolerations = (tolerations: readonly Toleration[], at: Place): void => {
  tolerations.forEach((toleration, index) => {
    const { key = '', operator = '', effect = '' } = toleration;
    const here = at.index(index);
    if (key !== '') here.field('key').faults(key, qualifiedName(key));
    if (key === '' && operator !== 'Exists') {
      const why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      here.field('operator').invalid(operator, why);
    }
    if (toleration.tolerationSeconds !== undefined && effect !== 'NoExecute') {
      here.field('effect').invalid(effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
    }
    judgeValue(toleration, here.field('operator'));
    if (effect !== '' && !EFFECTS.includes(effect)) here.field('effect').unsupported(effect, EFFECTS);
  });
};

/** An empty operator is Equal. */
const judgeValue = ({ operator = '', value = '' }: Toleration, at: Place): void => {
  if (operator === '' || operator === 'Equal') {
    const faults = labelValue(value);
    if (faults.length > 0) at.invalid(value, faults.join(';'));
  } else if (operator === 'Exists') {
    if (value !== '') at.invalid(value, "value must be empty when `operator` is 'Exists'");
  } else at.unsupported(operator, ['Equal', 'Exists']);
};
