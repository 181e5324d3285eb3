import { type Job, jobs, type LabelSelector, pods } from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { claim } from '../ownership/claim.ts';
import type { Facts } from './facts.ts';
import { controllerUidLabel, trackingFinalizer } from './names.ts';

/** Settles which pods are the Job's, then looks at them. */
export async function gatherJob(job: Job, context: ControllerContext): Promise<Facts> {
  const owner = { owner: job, ownerKind: jobs, selector: selectorOf(job) };
  const own = await claim({ ...owner, kind: pods, finalizer: trackingFinalizer }, context);
  return { job, pods: own, now: context.cache.clock.now() };
}

/** The same as the cache has it now, after this pass's own writes. */
export function regatherJob({ job: before }: Facts, { cache }: ControllerContext): Facts {
  const job = cache.informer(jobs).get(before.metadata) ?? before;
  const own = cache.informer(pods).byIndex('owned', job.metadata.uid ?? '');
  return { job, pods: own, now: cache.clock.now() };
}

/** The API generates a selector; a Job without one selects what we label. */
export const selectorOf = ({ metadata, spec }: Job): LabelSelector =>
  spec.selector ?? { matchLabels: { [controllerUidLabel]: metadata.uid ?? '' } };
