import type { Pod } from '@fairlead/kube';
import { endOf } from './end-of.ts';
import { type Facts, isFailed } from './facts.ts';
import { allFailuresBefore } from './index-pods.ts';

/** The pause after the first failure, doubled with every further one in a row, up to the longest. */
const first = 10_000;
const longest = 600_000;

const pauseAfter = (failures: number): number => Math.min(longest, first * 2 ** (failures - 1));

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
  return Math.max(0, Math.max(...failures) + pauseAfter(failures.length) - now);
}

/** The same for the successor of one pod, where the failures of each index count for themselves. */
export const untilRetryOf = (pod: Pod, { now }: Pick<Facts, 'now'>): number =>
  Math.max(0, endOf(pod) + pauseAfter(allFailuresBefore(pod) + 1) - now);
