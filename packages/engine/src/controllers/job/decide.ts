import type { Job, Pod } from '@fairlead/kube';
import { burst } from '../pods/create.ts';
import { isActive, isDeleting, isTerminating } from '../pods/state.ts';
import { chooseVictims } from '../pods/victims.ts';
import { untilRetry } from './backoff.ts';
import { type Facts, isSuspended } from './facts.ts';
import type { Tally } from './tally.ts';
import type { Verdict } from './why-finished.ts';

/** What to do about the pods. Either some are made or some are taken away, never both in one pass. */
export type Plan =
  | { readonly kind: 'none' }
  | { readonly kind: 'create'; readonly count: number }
  | { readonly kind: 'remove'; readonly pods: readonly Pod[] }
  /** A pod failed a moment ago: its successor has to wait, so many milliseconds. */
  | { readonly kind: 'wait'; readonly after: number };

const none: Plan = { kind: 'none' };

export function decidePods(facts: Facts, tally: Tally, verdict: Verdict | undefined): Plan {
  const { job, pods, now } = facts;
  const active = pods.filter(isActive);
  if (verdict !== undefined || isSuspended(job)) return remove(active);
  if (isDeleting(job)) return none;
  const wanted = wantedActive(job, tally.allSucceeded, active.length);
  if (active.length > wanted)
    return remove(chooseVictims({ pods: active, related: [], count: active.length - wanted, now }));
  const missing = wanted - active.length - stillInTheWay(facts);
  if (missing <= 0) return none;
  const after = untilRetry(facts);
  return after > 0 ? { kind: 'wait', after } : { kind: 'create', count: Math.min(missing, burst) };
}

const remove = (pods: readonly Pod[]): Plan =>
  pods.length === 0 ? none : { kind: 'remove', pods: pods.slice(0, burst) };

/** With a number of completions, never more than are still missing; without, until the first success. */
function wantedActive({ spec }: Job, succeeded: number, active: number): number {
  const parallelism = spec.parallelism ?? 1;
  if (spec.completions === undefined) return succeeded > 0 ? active : parallelism;
  return Math.max(0, Math.min(parallelism, spec.completions - succeeded));
}

/** Pods on their way out hold their places when only failed ones may be replaced. */
const stillInTheWay = ({ job, pods }: Facts): number =>
  job.spec.podReplacementPolicy === 'Failed' ? pods.filter(isTerminating).length : 0;
