import type { Place } from '../../schema/place.ts';
import { percent } from '../formats.ts';

/** `3` or `25%`. */
export type IntOrPercent = number | string;

export const judgeIntOrPercent = (value: IntOrPercent, at: Place): void => {
  if (typeof value === 'number') at.notNegative(value);
  else at.faults(value, percent(value));
};

export const judgeAtMostAll = (value: IntOrPercent, at: Place): void => {
  if (typeof value !== 'string' || percent(value).length > 0 || Number(value.slice(0, -1)) <= 100) return;
  at.invalid(value, 'must not be greater than 100%');
};

/** What cannot be read is none. */
export const isNone = (value: IntOrPercent): boolean =>
  typeof value === 'number' ? value === 0 : !/^-?[0-9]+%?$/.test(value) || Number.parseInt(value, 10) === 0;
