import { type Condition, findCondition, timestamp } from '@fairlead/kube';

/** A condition as it should read from now on; the clock fills in its times. */
export interface Verdict {
  readonly type: string;
  readonly status: Condition['status'];
  readonly reason: string;
  readonly message: string;
}

/** A further time that some kinds keep in their conditions: when it was last confirmed or looked at. */
type Stamp = 'lastUpdateTime' | 'lastProbeTime';

export const without = <C extends Condition>(conditions: readonly C[], type: string): readonly C[] =>
  conditions.filter((condition) => condition.type !== type);

/**
 * The workload controllers' rule: a condition that already has this status and reason stays as it
 * is, words and times; else it goes to the end of the list, and its transition time moves only with
 * its status. (`setCondition` of the toolkit also takes over a new message.)
 */
export function withVerdict<C extends Condition>(change: {
  readonly conditions: readonly C[];
  readonly verdict: Verdict;
  readonly now: number;
  readonly stamp?: Stamp;
}): readonly C[] {
  const { conditions, verdict, now, stamp } = change;
  const current = findCondition(conditions, verdict.type);
  if (current?.status === verdict.status && current.reason === verdict.reason) return conditions;
  const kept = current?.status === verdict.status ? current.lastTransitionTime : undefined;
  const times = stamp === undefined ? {} : { [stamp]: timestamp(now) };
  const next: Condition = { ...verdict, ...times, lastTransitionTime: kept ?? timestamp(now) };
  return [...without(conditions, verdict.type), next as C];
}
