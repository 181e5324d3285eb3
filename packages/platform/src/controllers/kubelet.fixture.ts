import {
  type Cache,
  type ContainerState,
  type ContainerStatus,
  type Controller,
  done,
  isNotFound,
  type Pod,
  type PodStatus,
  pods,
  startController,
  timestamp,
} from '@fairlead/kube';

/** What becomes of the containers of a pod, as a test wrote it down. */
export type Fate =
  /** It runs and is ready. */
  | { readonly kind: 'serve' }
  /** It runs and never becomes ready. */
  | { readonly kind: 'mute' }
  /** It ended more than once; the node waits before the next start. */
  | { readonly kind: 'crash'; readonly exitCode: number }
  /** The node cannot start it. */
  | { readonly kind: 'refuse'; readonly reason: string; readonly message: string }
  /** A pod of a Job: its containers up to `at` have ended well; that one runs, or ended with a code. */
  | { readonly kind: 'step'; readonly at: string; readonly exitCode?: number }
  /** A pod of a Job: all its containers ended well. */
  | { readonly kind: 'finish' };

export interface Kubelet {
  readonly controller: Controller;
  /** From now on; pods that are there change, too. */
  decide(fateOf: (pod: Pod) => Fate): void;
}

/** A node agent without processes. Level-triggered: a second pass over what it wrote writes nothing. */
export const startKubelet = (cache: Cache, first: (pod: Pod) => Fate): Kubelet => {
  let fateOf = first;
  const controller = startController({
    name: 'kubelet',
    cache,
    for: pods,
    concurrency: 16,
    async reconcile(name, { client }) {
      const pod = cache.informer(pods).get(name);
      if (pod?.spec.nodeName === undefined) return done;
      if (pod.metadata.deletionTimestamp !== undefined) {
        await gone(client.resource(pods).delete(name, { gracePeriodSeconds: 0 }));
        return done;
      }
      const status = statusOf(pod, fateOf(pod), timestamp(cache.clock.now()));
      const same = JSON.stringify(faceOf(pod.status)) === JSON.stringify(faceOf(status));
      if (!same) await client.resource(pods).status.patch(name, { type: 'merge', body: { status } });
      return done;
    },
  });
  return {
    controller,
    decide(next) {
      fateOf = next;
      controller.enqueueAll();
    },
  };
};

const gone = async (removal: Promise<unknown>): Promise<void> => {
  try {
    await removal;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
};

/** What tells two statuses apart, times aside. */
const faceOf = (status: PodStatus | undefined) => [
  status?.phase,
  status?.conditions?.find(({ type }) => type === 'Ready')?.status,
  ...[...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map(
    ({ name, ready, restartCount, state }) => [
      name,
      ready,
      restartCount,
      state?.running !== undefined,
      state?.waiting?.reason,
      state?.terminated?.exitCode,
    ],
  ),
];

const statusOf = (pod: Pod, fate: Fate, now: string): PodStatus => {
  const of = (containers: Pod['spec']['containers'] = []) =>
    containers.map(({ name, image = '' }) => containerStatus({ name, image, pod, fate, now }));
  const ready = fate.kind === 'serve';
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  return {
    phase: phaseOf(fate),
    podIP: '127.0.0.1',
    podIPs: [{ ip: '127.0.0.1' }],
    startTime: pod.status?.startTime ?? now,
    conditions: [
      ...(scheduled === undefined ? [] : [scheduled]),
      { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: now },
    ],
    initContainerStatuses: of(pod.spec.initContainers),
    containerStatuses: of(pod.spec.containers),
  };
};

const phaseOf = (fate: Fate): NonNullable<PodStatus['phase']> => {
  if (fate.kind === 'finish') return 'Succeeded';
  if (fate.kind === 'step') return fate.exitCode === undefined ? 'Pending' : 'Failed';
  return fate.kind === 'refuse' ? 'Pending' : 'Running';
};

interface Told {
  readonly name: string;
  readonly image: string;
  readonly pod: Pod;
  readonly fate: Fate;
  readonly now: string;
}

const containerStatus = (told: Told): ContainerStatus => {
  const { name, image, fate } = told;
  const crashed = fate.kind === 'crash';
  return {
    name,
    image,
    imageID: image,
    ready: fate.kind === 'serve',
    restartCount: crashed ? 2 : 0,
    state: stateOf(told),
    ...(crashed ? { lastState: { terminated: { exitCode: fate.exitCode, finishedAt: told.now } } } : {}),
  };
};

const stateOf = ({ name, pod, fate, now }: Told): ContainerState => {
  const ended = (exitCode: number) => ({ terminated: { exitCode, finishedAt: now } });
  switch (fate.kind) {
    case 'serve':
    case 'mute':
      return { running: { startedAt: now } };
    case 'crash':
      return { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } };
    case 'refuse':
      return { waiting: { reason: fate.reason, message: fate.message } };
    case 'finish':
      return ended(0);
    case 'step': {
      const names = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map((each) => each.name);
      const distance = names.indexOf(name) - names.indexOf(fate.at);
      if (distance < 0) return ended(0);
      if (distance > 0) return { waiting: { reason: 'PodInitializing' } };
      return fate.exitCode === undefined ? { running: { startedAt: now } } : ended(fate.exitCode);
    }
    default:
      throw new TypeError(`unknown fate ${fate satisfies never}`);
  }
};
