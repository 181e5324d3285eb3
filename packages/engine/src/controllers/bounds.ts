import type { IntOrString } from '@fairlead/kube';

/** A number, or a percentage of `of`. What is neither counts as 0. */
export function scaled(value: IntOrString, of: number, round: (value: number) => number): number {
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(value)?.[1];
  // Multiplied before it is divided: 0.07 × 100 is not 7.
  return percent === undefined ? 0 : round((Number(percent) * of) / 100);
}
