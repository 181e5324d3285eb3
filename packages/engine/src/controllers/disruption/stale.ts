import {
  done,
  findCondition,
  isNotFound,
  type ObjectName,
  type Outcome,
  type Pod,
  pods,
  timestamp,
  waiting,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { isDeleting, isTerminal } from '../pods/state.ts';
import { instant } from '../time.ts';

/** How long a pod that was to be disrupted says so, in milliseconds, when nothing came of it. */
const patience = 120_000;

/** Takes the announcement of a disruption back that did not come. A kubelet's own may take its time. */
export async function reconcileAnnouncement(
  name: ObjectName,
  { cache, client }: ControllerContext,
): Promise<Outcome> {
  const pod = cache.informer(pods).get(name);
  const left = pod && untilStale(pod, cache.clock.now());
  if (pod === undefined || left === undefined) return done;
  if (left > 0) return waiting(left);
  const { uid, resourceVersion, generation } = pod.metadata;
  const announced = findCondition(pod.status?.conditions, 'DisruptionTarget');
  const withdrawn = {
    type: 'DisruptionTarget',
    status: 'False',
    lastProbeTime: null,
    lastTransitionTime: timestamp(cache.clock.now()),
    ...(announced?.observedGeneration === undefined ? {} : { observedGeneration: generation }),
  };
  const conditions = (pod.status?.conditions ?? []).map((one) => (one === announced ? withdrawn : one));
  const body = { metadata: { uid, resourceVersion }, status: { conditions } };
  try {
    await client.resource(pods).status.patch(name, { type: 'merge', body });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return done;
}

export function untilStale(pod: Pod, now: number): number | undefined {
  const announced = findCondition(pod.status?.conditions, 'DisruptionTarget');
  if (announced?.status !== 'True' || announced.reason === 'TerminationByKubelet') return undefined;
  if (isDeleting(pod) || isTerminal(pod)) return undefined;
  return Math.max(0, (instant(announced.lastTransitionTime) ?? 0) + patience - now);
}
