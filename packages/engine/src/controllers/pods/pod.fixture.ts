import { type Pod, timestamp } from '@fairlead/kube';

/** Pods as the tests need them; what a test does not name is ordinary: running and ready. */
export interface PodFacts {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly phase?: NonNullable<Pod['status']>['phase'];
  /** Empty for none. */
  readonly node?: string;
  readonly ready?: boolean;
  /** Milliseconds since the epoch, like the other times. */
  readonly readySince?: number;
  readonly created?: number;
  readonly restarts?: number;
  readonly deleting?: boolean;
  readonly finalizers?: readonly string[];
  readonly finishedAt?: number;
  readonly ip?: string;
  readonly spec?: Partial<Pod['spec']>;
}

export const aPod = (pod: PodFacts): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: pod.name,
    namespace: 'default',
    uid: pod.name,
    labels: pod.labels ?? {},
    annotations: pod.annotations ?? {},
    creationTimestamp: timestamp(pod.created ?? 0),
    ...(pod.deleting === true ? { deletionTimestamp: timestamp(0) } : {}),
    ...(pod.finalizers === undefined ? {} : { finalizers: pod.finalizers }),
  },
  spec: {
    containers: [{ name: 'app' }],
    ...(pod.node === '' ? {} : { nodeName: pod.node ?? 'one' }),
    ...pod.spec,
  },
  status: statusOf(pod),
});

function statusOf(pod: PodFacts): NonNullable<Pod['status']> {
  const { ready = true, restarts = 0, finishedAt, ip } = pod;
  const state =
    finishedAt === undefined ? {} : { terminated: { exitCode: 1, finishedAt: timestamp(finishedAt) } };
  const since = timestamp(pod.readySince ?? 0);
  return {
    phase: pod.phase ?? 'Running',
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: since }],
    ...(ip === undefined ? {} : { podIP: ip, podIPs: [{ ip }] }),
    containerStatuses: [{ name: 'app', ready, restartCount: restarts, image: 'app', imageID: 'app', state }],
  };
}
