import { findCondition, type Pod } from '@fairlead/kube';
import { instant } from '../time.ts';
import { type Facts, isFailed } from './facts.ts';

/** The pause after the first failure, doubled with every further one in a row, up to the longest. */
const first = 10_000;
const longest = 600_000;

/**
 * Milliseconds until a failed pod may be replaced, 0 when at once. Judged from the pods that are
 * there: failures since the last success, and the time of the latest.
 */
export function untilRetry({ job, pods, now }: Facts): number {
  const succeeded = pods.filter(({ status }) => status?.phase === 'Succeeded').map(endOf);
  const lastSuccess = Math.max(0, ...succeeded);
  const failures = pods
    .filter((pod) => isFailed(pod, job))
    .map(endOf)
    .filter((time) => time > lastSuccess);
  if (failures.length === 0) return 0;
  const pause = Math.min(longest, first * 2 ** (failures.length - 1));
  return Math.max(0, Math.max(...failures) + pause - now);
}

/** When a pod's last container ended; without word of that, the best guess. */
function endOf({ metadata, status }: Pod): number {
  const ends = (status?.containerStatuses ?? [])
    .map(({ state }) => instant(state?.terminated?.finishedAt))
    .filter((time) => time !== undefined);
  if (ends.length > 0) return Math.max(...ends);
  const guesses = [
    findCondition(status?.conditions, 'Ready')?.lastTransitionTime,
    metadata.deletionTimestamp,
    metadata.creationTimestamp,
  ];
  return guesses.map(instant).find((time) => time !== undefined) ?? 0;
}
