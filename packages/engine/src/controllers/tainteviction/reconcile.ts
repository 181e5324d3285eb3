import {
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
import { isDeleting } from '../pods/state.ts';
import { decideStay } from './decide.ts';

/** Since when pods have had to go, by their uid. */
export type Notices = Map<string, number>;

export type EvictionContext = ControllerContext & { readonly notices: Notices };

/** Removes a pod from a node that it does not tolerate, at once or when its patience is over. */
export async function reconcileStay(name: ObjectName, context: EvictionContext): Promise<Outcome> {
  const { cache, notices, recorder } = context;
  const pod = cache.informer(pods).get(name);
  const uid = pod?.metadata.uid ?? '';
  if (pod === undefined || isDeleting(pod) || !pod.spec.nodeName) return done;

  const stay = decideStay(pod, cache.informer(nodes).get(pod.spec.nodeName));
  const now = cache.clock.now();
  const since = notices.get(uid) ?? now;
  if (stay === undefined) {
    if (!notices.delete(uid)) return done;
    const message = `Cancelling deletion of Pod ${name.namespace}/${name.name}`;
    void recorder.record(pod, { type: 'Normal', reason: 'TaintManagerEviction', message });
    return done;
  }
  notices.set(uid, since);
  if (since + stay > now) return waiting(since + stay - now);
  await evict(pod, context);
  notices.delete(uid);
  return done;
}

async function evict(pod: Pod, { client, cache, recorder }: EvictionContext): Promise<void> {
  const { namespace, name, uid, resourceVersion } = pod.metadata;
  const message = `Marking for deletion Pod ${namespace}/${name}`;
  void recorder.record(pod, { type: 'Normal', reason: 'TaintManagerEviction', message });
  const disruption = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
  } as const;
  const conditions = setCondition(pod.status?.conditions, disruption, cache.clock);
  const body = { metadata: { uid, resourceVersion }, status: { conditions } };
  try {
    await client.resource(pods).status.patch(pod.metadata, { type: 'merge', body });
    await client.resource(pods).delete(pod.metadata, { preconditions: { uid: uid ?? '' } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
