import type { Job } from '@fairlead/kube';
import { isDeleting } from '../pods/state.ts';
import { endOf, type Facts } from './facts.ts';

/** The ended Jobs that are more than the history should hold: the oldest go. */
export function decideHistory({ cronJob, jobs }: Facts): readonly Job[] {
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = cronJob.spec;
  return [
    ...surplus(
      jobs.filter((job) => endOf(job) === 'Complete'),
      successfulJobsHistoryLimit,
    ),
    ...surplus(
      jobs.filter((job) => endOf(job) === 'Failed'),
      failedJobsHistoryLimit,
    ),
  ];
}

const surplus = (jobs: readonly Job[], limit: number | undefined): readonly Job[] =>
  limit === undefined
    ? []
    : jobs
        .toSorted(byStart)
        .slice(0, Math.max(0, jobs.length - limit))
        .filter((job) => !isDeleting(job));

/** Those that never started last. */
function byStart(a: Job, b: Job): number {
  const [first, second] = [a, b].map(
    ({ metadata, status }) => `${status?.startTime ?? '~'} ${metadata.name}`,
  );
  return (first ?? '') < (second ?? '') ? -1 : 1;
}
