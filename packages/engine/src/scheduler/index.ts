import { type Cache, type Controller, createRecorder, keyOf, nodes, pods } from '@fairlead/kube';
import { Scheduling } from './scheduler.ts';

export interface SchedulerOptions {
  readonly cache: Cache;
  /** Serves the pods whose `schedulerName` is this; `default-scheduler` unless told. */
  readonly name?: string;
}

/**
 * Starts a scheduler: pods without a node get the best of those that can run them, by resource
 * requests, node selector and affinity, taints, host ports and topology spread; more urgent pods first. A pod
 * that fits nowhere says why in its condition `PodScheduled` and in an event. Inter-pod affinity and
 * preemption are not served. The cache stays open when it is closed.
 */
export function startScheduler({ cache, name = 'default-scheduler' }: SchedulerOptions): Controller {
  const recorder = createRecorder({ client: cache.client, clock: cache.clock, component: name });
  const scheduling = new Scheduling({ cache, recorder, name });
  const informers = { pods: cache.informer(pods), nodes: cache.informer(nodes) };
  const stops: (() => void)[] = [];
  let isOpen = true;
  const begin = async (): Promise<void> => {
    await Promise.all([informers.pods.synced, informers.nodes.synced]);
    if (!isOpen) return;
    stops.push(informers.pods.subscribe((change) => scheduling.seePod(change)));
    stops.push(informers.nodes.subscribe((change) => scheduling.seeNode(change)));
  };
  const ready = begin();
  ready.catch(() => {}); // Closing before the first list is no error of ours to raise.
  const close = async (): Promise<void> => {
    isOpen = false;
    for (const stop of stops) stop();
    await scheduling.close();
  };
  return {
    name,
    ready,
    enqueue: (object) => {
      const pod = informers.pods.get(keyOf(object));
      if (pod !== undefined) scheduling.seePod({ after: pod });
    },
    enqueueAll: () => scheduling.tryAll(),
    idle: () => scheduling.idle(),
    counts: () => ({
      done: scheduling.counts.placed,
      waiting: scheduling.counts.nowhere,
      stalled: 0,
      failed: scheduling.counts.failed,
      active: scheduling.active,
      delayed: scheduling.waiting,
    }),
    failures: () => scheduling.failures(),
    health: () => {
      const blind = [informers.pods, informers.nodes].find(({ error }) => error !== undefined);
      return blind && `cannot watch ${blind.kind.resource}: ${blind.error?.message}`;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
