import {
  type Controller,
  jobs,
  type ObjectName,
  type Pod,
  pods,
  startController,
  watch,
} from '@fairlead/kube';
import { indexOrphans } from '../ownership/claim.ts';
import type { StartOptions } from '../start.ts';
import { isTracked } from './facts.ts';
import { reconcileJob } from './reconcile.ts';
import { jobOf, trackedBy } from './release.ts';

export function startJobController({ cache, recorder, onPass }: StartOptions): Controller {
  indexOrphans(cache, pods);
  const nameOf = (pod: Pod): readonly ObjectName[] => {
    const name = isTracked(pod) ? jobOf(pod) : undefined;
    return name === undefined ? [] : [name];
  };
  cache
    .informer(pods)
    .index(trackedBy, (pod) => nameOf(pod).map(({ namespace, name }) => `${namespace}/${name}`));
  return startController({
    name: 'job-controller',
    cache,
    ...(onPass && { onPass }),
    for: jobs,
    owns: [pods],
    watches: [watch({ kind: pods, map: nameOf })],
    concurrency: 8,
    reconcile: (name, context) => reconcileJob(name, { ...context, recorder: recorder('job-controller') }),
  });
}
