import { controllerOf, isNotFound, jobs, type ObjectName, type Pod, pods } from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { isTracked } from './facts.ts';
import { jobNameLabel, trackingFinalizer } from './names.ts';

/** Lets pods go that were counted, or that nobody will count any more. */
export async function releasePods(
  released: readonly Pod[],
  { client }: Pick<ControllerContext, 'client'>,
): Promise<void> {
  await Promise.all(
    released.map(async ({ metadata }) => {
      const { uid, resourceVersion } = metadata;
      const finalizers = (metadata.finalizers ?? []).filter((name) => name !== trackingFinalizer);
      const body = { metadata: { uid, resourceVersion, finalizers } };
      try {
        await client.resource(pods).patch(metadata, { type: 'merge', body });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }),
  );
}

/** The index of tracked pods by the name of the Job that they say they belong to. */
export const trackedBy = 'tracked-by-job';

/** The Job whose pod this is, or was: an orphan only has the label. */
export function jobOf(pod: Pod): ObjectName | undefined {
  const owner = controllerOf(pod);
  const name = owner === undefined ? pod.metadata.labels?.[jobNameLabel] : owner.name;
  if (name === undefined || (owner !== undefined && owner.kind !== 'Job')) return undefined;
  return { namespace: pod.metadata.namespace, name };
}

/** Pods that a Job left behind, deleted or orphaned, must not be held by its finalizer. */
export async function releaseStrays(name: ObjectName, context: ControllerContext): Promise<void> {
  const uid = context.cache.informer(jobs).get(name)?.metadata.uid;
  const tracked = context.cache
    .informer(pods)
    .byIndex(trackedBy, `${name.namespace}/${name.name}`)
    .filter((pod) => isTracked(pod) && (uid === undefined || controllerOf(pod)?.uid !== uid));
  await releasePods(tracked, context);
}
