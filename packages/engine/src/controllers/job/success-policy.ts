import type { Job, SuccessPolicyRule } from '@fairlead/kube';
import { countBoth, countOf, type Indexes, parseIndexes } from './indexes.ts';

/** Which rule of its policy makes a Job a success already; -1 when none does. */
export const successRule = ({ spec }: Job, completed: Indexes): number =>
  completed.length === 0
    ? -1
    : (spec.successPolicy?.rules ?? []).findIndex((rule) => isMet(rule, completed, spec.completions ?? 0));

function isMet(
  { succeededIndexes, succeededCount }: SuccessPolicyRule,
  completed: Indexes,
  end: number,
): boolean {
  if (succeededIndexes === undefined)
    return succeededCount !== undefined && countOf(completed) >= succeededCount;
  const asked = parseIndexes(succeededIndexes, end);
  if (asked.length === 0) return false;
  const both = countBoth(asked, completed);
  return both === countOf(asked) || (succeededCount !== undefined && both >= succeededCount);
}
