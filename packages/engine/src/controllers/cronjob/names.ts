import type { CronJob } from '@fairlead/kube';

/** When a Job was due, in the schedule's own time zone. */
export const scheduledAnnotation = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** The same for the same minute: a Job that was made already is not made twice. */
export const jobName = ({ metadata }: CronJob, time: number): string =>
  `${metadata.name}-${Math.floor(time / 60_000)}`;
