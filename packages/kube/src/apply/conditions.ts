import type { Clock } from '../clock.ts';
import type { Condition } from '../kinds/meta.ts';

/** What is said about an object; the time of the last change is ours to keep. */
export type ConditionFacts = Omit<Condition, 'lastTransitionTime'>;

/** An instant as the API writes it: RFC 3339, UTC, whole seconds. */
export const timestamp = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

/**
 * The conditions with one set: in its old place, or last. `lastTransitionTime` moves only when
 * `status` changes. When nothing changes, the very same array comes back.
 */
export function setCondition(
  conditions: readonly Condition[] | undefined,
  facts: ConditionFacts,
  clock: Clock,
): readonly Condition[] {
  const before = findCondition(conditions, facts.type);
  const kept = before?.status === facts.status ? before.lastTransitionTime : undefined;
  const after: Condition = { ...before, ...facts, lastTransitionTime: kept ?? timestamp(clock.now()) };
  if (conditions === undefined || before === undefined) return [...(conditions ?? []), after];
  return same(before, after) ? conditions : conditions.map((each) => (each === before ? after : each));
}

/** The condition of that type, if it has been said. */
export const findCondition = <C extends Condition>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined => conditions?.find((condition) => condition.type === type);

/** Whether the condition is there and holds. */
export const isTrue = (conditions: readonly Condition[] | undefined, type: string): boolean =>
  findCondition(conditions, type)?.status === 'True';

const same = (a: Condition, b: Condition): boolean =>
  a.status === b.status &&
  a.reason === b.reason &&
  a.message === b.message &&
  a.observedGeneration === b.observedGeneration &&
  a.lastTransitionTime === b.lastTransitionTime;
