import { type CronJob, type Desired, type Job, ownerReference } from '@fairlead/kube';
import { jobName, scheduledAnnotation } from './names.ts';

/** The Job of one time. */
export function desiredJob(cronJob: CronJob, time: number): Desired<Job> {
  const { metadata, spec } = cronJob.spec.jobTemplate;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(cronJob, time),
      namespace: cronJob.metadata.namespace ?? 'default',
      labels: metadata?.labels ?? {},
      annotations: {
        ...metadata?.annotations,
        [scheduledAnnotation]: inZone(time, cronJob.spec.timeZone ?? 'UTC'),
      },
      ownerReferences: [ownerReference(cronJob)],
    },
    spec,
  };
}

/** RFC 3339, in whole seconds. */
function inZone(time: number, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(zone);
  const text = local.toString({ smallestUnit: 'second', timeZoneName: 'never' });
  return text.replace(/\+00:00$/, 'Z');
}
