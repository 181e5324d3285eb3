import {
  type Cache,
  type Controller,
  createRecorder,
  type Informer,
  type KubeObject,
  keyOf,
  type Node,
  nodes,
  type Pod,
  pods,
} from '@fairlead/kube';
import { Scheduling } from './scheduler.ts';
import { storageKinds } from './volumes/storage.ts';

export interface SchedulerOptions {
  readonly cache: Cache;
  /** Serves the pods whose `schedulerName` is this; `default-scheduler` unless told. */
  readonly name?: string;
}

/**
 * Starts a scheduler: pods without a node get the best of those that can run them, by resource
 * requests, node selector and affinity, taints, host ports, volumes and topology spread; more urgent pods
 * first. A pod that fits nowhere says why in its condition `PodScheduled` and in an event. Inter-pod
 * affinity and preemption are not served. The cache stays open when it is closed.
 */
export function startScheduler({ cache, name = 'default-scheduler' }: SchedulerOptions): Controller {
  const recorder = createRecorder({ client: cache.client, clock: cache.clock, component: name });
  const scheduling = new Scheduling({ cache, recorder, name });
  const sight: Sight = { pods: cache.informer(pods), nodes: cache.informer(nodes) };
  const watching = watchFor(scheduling, sight, cache);
  const close = async (): Promise<void> => {
    watching.stop();
    await scheduling.close();
  };
  return {
    name,
    ready: watching.ready,
    enqueue: (object) => {
      const pod = sight.pods.get(keyOf(object));
      if (pod !== undefined) scheduling.seePod({ after: pod });
    },
    enqueueAll: () => scheduling.tryAll(),
    idle: () => scheduling.idle(),
    counts: () => scheduling.passes(),
    failures: () => scheduling.failures(),
    health: () => {
      const blind = [sight.pods, sight.nodes].find(({ error }) => error !== undefined);
      return blind && `cannot watch ${blind.kind.resource}: ${blind.error?.message}`;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Sight {
  readonly pods: Informer<Pod>;
  readonly nodes: Informer<Node>;
}

/** Nothing is decided before all pods and nodes are known: a node would look emptier than it is. */
function watchFor(
  scheduling: Scheduling,
  sight: Sight,
  cache: Cache,
): { readonly ready: Promise<void>; readonly stop: () => void } {
  const stops: (() => void)[] = [];
  let isOpen = true;
  const begin = async (): Promise<void> => {
    const storage = storageKinds.map((kind) => cache.informer<KubeObject>(kind));
    await Promise.all([sight.pods, sight.nodes, ...storage].map(({ synced }) => synced));
    if (!isOpen) return;
    for (const informer of storage) stops.push(informer.subscribe(() => scheduling.seeStorage()));
    stops.push(sight.pods.subscribe((change) => scheduling.seePod(change)));
    stops.push(sight.nodes.subscribe((change) => scheduling.seeNode(change)));
  };
  const ready = begin();
  ready.catch(() => {}); // Closing before the first list is no error of ours to raise.
  const stop = (): void => {
    isOpen = false;
    for (const each of stops) each();
  };
  return { ready, stop };
}
