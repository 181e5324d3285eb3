import type { Image } from '@fairlead/api';
import { type Cache, findCondition, isControlledBy, type Job, jobs, type Pod } from '@fairlead/kube';
import { podsOf } from '../lookup.ts';
import { buildName } from '../names.ts';

/** A build Job as it stands. */
export interface BuildJob {
  readonly job: Job;
  readonly pods: readonly Pod[];
}

/** The Job of this very Image, and its pods; the Job of an earlier try is none of its business. */
export const gatherJob = (image: Image, cache: Cache): BuildJob | undefined => {
  const { namespace } = image.metadata;
  const job = cache
    .informer(jobs)
    .get({ ...(namespace !== undefined && { namespace }), name: buildName(image) });
  if (job === undefined || !isControlledBy(job, image)) return undefined;
  return { job, pods: podsOf(cache).byIndex('owned', job.metadata.uid ?? '') };
};

/** Milliseconds that a build still may take. */
export const timeLeft = ({ metadata, spec }: Image, now: number): number =>
  Date.parse(metadata.creationTimestamp ?? '') + spec.timeoutSeconds * 1000 - now;

export const isComplete = ({ job }: BuildJob): boolean =>
  findCondition(job.status?.conditions, 'Complete')?.status === 'True';

/** Why a Job failed. Known before its last pod has ended, while the pod can still tell. */
export const failureOf = ({ job }: BuildJob) =>
  ['Failed', 'FailureTarget']
    .map((type) => findCondition(job.status?.conditions, type))
    .find((condition) => condition?.status === 'True');
