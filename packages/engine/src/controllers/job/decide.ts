import type { Job, Pod } from '@fairlead/kube';
import { burst } from '../pods/create.ts';
import { isActive, isDeleting, isTerminating } from '../pods/state.ts';
import { untilRetry, untilRetryOf } from './backoff.ts';
import { type Facts, isSuspended } from './facts.ts';
import { indexesOf, isIndexed, isLimitedPerIndex, surplusPods } from './index-pods.ts';
import { firstMissing, join, withIndexes } from './indexes.ts';
import type { Tally } from './tally.ts';
import type { Verdict } from './why-finished.ts';

/** What a new pod is for. */
export interface Place {
  readonly index?: number;
  /** The pod of that index that failed. */
  readonly before?: Pod | undefined;
}

/** What to do about the pods. Either some are made or some are taken away, never both in one pass. */
export type Plan =
  | { readonly kind: 'none' }
  | { readonly kind: 'create'; readonly places: readonly Place[] }
  /** `counted`: they will count as failed. Those that are merely too many do not. */
  | { readonly kind: 'remove'; readonly pods: readonly Pod[]; readonly counted: boolean }
  /** A pod failed a moment ago: its successor has to wait, so many milliseconds. */
  | { readonly kind: 'wait'; readonly after: number };

const none: Plan = { kind: 'none' };

export function decidePods(facts: Facts, tally: Tally, verdict: Verdict | undefined): Plan {
  const { job, pods, now } = facts;
  const active = pods.filter(isActive);
  if (verdict !== undefined) return remove(active, verdict.outcome === 'failed');
  if (isDeleting(job)) return none;
  if (isSuspended(job)) return remove(active, false);
  const wanted = wantedActive(job, tally.allSucceeded, active.length);
  const surplus = surplusPods(job, active, { count: active.length - wanted, now });
  if (surplus.length > 0) return remove(surplus, false);
  const missing = wanted - active.length - stillInTheWay(facts);
  return missing <= 0 ? none : decideNew(Math.min(missing, burst), facts, tally);
}

const remove = (pods: readonly Pod[], counted: boolean): Plan =>
  pods.length === 0 ? none : { kind: 'remove', pods: pods.slice(0, burst), counted };

/** With a number of completions, never more than are still missing; without, until the first success. */
function wantedActive({ spec }: Job, succeeded: number, active: number): number {
  const parallelism = spec.parallelism ?? 1;
  if (spec.completions === undefined) return succeeded > 0 ? active : parallelism;
  return Math.max(0, Math.min(parallelism, spec.completions - succeeded));
}

/** Pods on their way out hold their places when only failed ones may be replaced. */
const stillInTheWay = ({ job, pods }: Facts): number =>
  job.spec.podReplacementPolicy === 'Failed' ? pods.filter(isTerminating).length : 0;

function decideNew(count: number, facts: Facts, tally: Tally): Plan {
  const { job } = facts;
  const after = isLimitedPerIndex(job) ? 0 : untilRetry(facts);
  if (after > 0) return { kind: 'wait', after };
  if (!isIndexed(job)) return { kind: 'create', places: Array.from({ length: count }, () => ({})) };
  const places = openIndexes(facts, tally, count).map((index) => ({ index, before: tally.kept.get(index) }));
  if (places.length === 0) return none;
  const pauses = places.map(({ before }) => (before === undefined ? 0 : untilRetryOf(before, facts)));
  const due = places.filter((_, place) => pauses[place] === 0);
  return due.length > 0 ? { kind: 'create', places: due } : { kind: 'wait', after: Math.min(...pauses) };
}

/** The lowest indexes for which nothing runs and nothing is decided. */
function openIndexes(
  { job, pods }: Facts,
  { completed, givenUp = [] }: Tally,
  count: number,
): readonly number[] {
  const waits = job.spec.podReplacementPolicy === 'Failed' ? isTerminating : () => false;
  const taken = indexesOf(
    pods.filter((pod) => isActive(pod) || waits(pod)),
    job,
  );
  return firstMissing(withIndexes(join(completed, givenUp), taken), count, job.spec.completions ?? 0);
}
