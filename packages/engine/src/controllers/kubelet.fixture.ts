import {
  type Cache,
  type Controller,
  done,
  isNotFound,
  type Pod,
  type PodStatus,
  pods,
  startController,
  timestamp,
} from '@fairlead/kube';
import { isTerminal } from './pods/state.ts';

/** How a pod behaves, as its annotation `test/behaviour` says. */
type Behaviour = 'serve' | 'never-ready' | 'succeed' | 'fail' | 'linger';

export const behaviour = 'test/behaviour';

/** With which code the containers of a pod that fails end; 1 unless said otherwise. */
export const exitCode = 'test/exit-code';
/** The indexes of a Job whose pods fail, whatever the others do: `1,3`. */
export const failing = 'test/failing-indexes';

function behaviourOf({ metadata: { annotations = {} } }: Pod): Behaviour {
  const index = annotations['batch.kubernetes.io/job-completion-index'] ?? '';
  if ((annotations[failing] ?? '').split(',').includes(index) && index !== '') return 'fail';
  return (annotations[behaviour] as Behaviour | undefined) ?? 'serve';
}

/**
 * A node agent without processes: a bound pod runs at once and is ready, one that is deleted ends at
 * once. Level-triggered like the real one, so a second pass over it writes nothing.
 */
export const startFakeKubelet = (cache: Cache, ip = '127.0.0.1'): Controller =>
  startController({
    name: 'fake-kubelet',
    cache,
    for: pods,
    concurrency: 16,
    async reconcile(name, { client }) {
      const pod = cache.informer(pods).get(name);
      if (pod === undefined || pod.spec.nodeName === undefined) return done;
      if (pod.metadata.deletionTimestamp !== undefined) {
        if (behaviourOf(pod) !== 'linger')
          await end(() => client.resource(pods).delete(name, { gracePeriodSeconds: 0 }));
        return done;
      }
      const status = statusOf(pod, timestamp(cache.clock.now()), ip);
      if (pod.status?.phase === status.phase || isTerminal(pod)) return done;
      await client.resource(pods).status.patch(name, { type: 'merge', body: { status } });
      return done;
    },
  });

async function end(remove: () => Promise<unknown>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

const phases = {
  serve: 'Running',
  'never-ready': 'Running',
  linger: 'Running',
  succeed: 'Succeeded',
  fail: 'Failed',
} as const;

function statusOf(pod: Pod, now: string, ip: string): PodStatus {
  const kind = behaviourOf(pod);
  const ready = kind === 'serve' || kind === 'linger';
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  const code = Number(pod.metadata.annotations?.[exitCode] ?? 1);
  const ended = { terminated: { exitCode: kind === 'succeed' ? 0 : code, finishedAt: now } };
  return {
    phase: phases[kind],
    podIP: ip,
    podIPs: [{ ip }],
    startTime: now,
    conditions: [
      ...(scheduled === undefined ? [] : [scheduled]),
      { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: now },
    ],
    containerStatuses: pod.spec.containers.map(({ name, image = '' }) => ({
      name,
      image,
      imageID: image,
      ready,
      restartCount: 0,
      state: phases[kind] === 'Running' ? { running: { startedAt: now } } : ended,
    })),
  };
}
