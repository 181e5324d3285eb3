import { type CronJob, findCondition, isTrue, type Job, type ObjectReference } from '@fairlead/kube';

/** A CronJob and the Jobs that are its own. */
export interface Facts {
  readonly cronJob: CronJob;
  readonly jobs: readonly Job[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** How a Job ended; `undefined` while it has not. */
export const endOf = ({ status }: Job): 'Complete' | 'Failed' | undefined =>
  (['Complete', 'Failed'] as const).find((type) => isTrue(status?.conditions, type));

/** The time of a success. */
export const successOf = (job: Job): string | undefined =>
  findCondition(job.status?.conditions, 'Complete')?.status === 'True'
    ? job.status?.completionTime
    : undefined;

export const refersTo = ({ uid }: ObjectReference, { metadata }: Job): boolean => uid === metadata.uid;

export const referenceTo = ({ metadata }: Job): ObjectReference => ({
  kind: 'Job',
  apiVersion: 'batch/v1',
  name: metadata.name,
  ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
  ...(metadata.uid === undefined ? {} : { uid: metadata.uid }),
  ...(metadata.resourceVersion === undefined ? {} : { resourceVersion: metadata.resourceVersion }),
});
