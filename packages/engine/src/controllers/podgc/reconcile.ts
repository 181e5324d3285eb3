import {
  type Condition,
  done,
  isNotFound,
  nodes,
  type ObjectName,
  type Outcome,
  type Pod,
  pods,
  setCondition,
  waiting,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { isTerminal } from '../pods/state.ts';
import { decide, quarantine } from './decide.ts';

/** The index of all ended pods. */
export const ended = 'ended';

/** Since when a node has been missing, by its name. */
export type MissingNodes = Map<string, number>;

/** Removes a pod that nobody will ever remove: its node is gone, it never had one, or there are too many. */
export async function reconcilePodGarbage(
  name: ObjectName,
  context: ControllerContext & { readonly missing: MissingNodes },
): Promise<Outcome> {
  const pod = context.cache.informer(pods).get(name);
  if (pod === undefined) return done;
  const { cache, client, missing } = context;
  const nodeExists = cache.informer(nodes).get(pod.spec.nodeName ?? '') !== undefined;
  if (nodeExists) missing.delete(pod.spec.nodeName ?? '');
  const verdict = decide({ pod, nodeExists, ended: cache.informer(pods).byIndex(ended, '') });

  switch (verdict.kind) {
    case 'keep':
      return done;
    case 'orphaned': {
      const left = await untilGivenUp(pod.spec.nodeName ?? '', context);
      if (left > 0) return waiting(left);
      await fail(pod, context);
      break;
    }
    case 'unscheduled':
    case 'surplus':
      break;
    default:
      verdict satisfies never;
  }
  try {
    const preconditions = { uid: pod.metadata.uid ?? '' };
    await client.resource(pods).delete(pod.metadata, { gracePeriodSeconds: 0, preconditions });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return done;
}

/** Milliseconds until the pods of a missing node are given up. It may come back, or be news to us. */
async function untilGivenUp(
  node: string,
  { client, cache, missing }: ControllerContext & { readonly missing: MissingNodes },
): Promise<number> {
  const now = cache.clock.now();
  const since = missing.get(node) ?? now;
  missing.set(node, since);
  if (since + quarantine > now) return since + quarantine - now;
  if ((await client.resource(nodes).find({ name: node })) === undefined) return 0;
  missing.delete(node);
  return quarantine;
}

/** Says how the pod ended before it is gone, for whoever counts it (a Job). */
async function fail(pod: Pod, { client, cache }: ControllerContext): Promise<void> {
  if (isTerminal(pod)) return;
  const disruption: Omit<Condition, 'lastTransitionTime'> = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'DeletionByPodGC',
    message: 'PodGC: node no longer exists',
  };
  const conditions = setCondition(pod.status?.conditions, disruption, cache.clock);
  const body = { metadata: { uid: pod.metadata.uid }, status: { phase: 'Failed', conditions } };
  await client.resource(pods).status.patch(pod.metadata, { type: 'merge', body });
}
