import { type Pod, timestamp } from '@fairlead/kube';

/** Pods as the tests need them; what a test does not name is ordinary: running and ready. */
export const aPod = (pod: {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly phase?: NonNullable<Pod['status']>['phase'];
  readonly node?: string;
  readonly ready?: boolean;
  /** Milliseconds since the epoch. */
  readonly readySince?: number;
  readonly created?: number;
  readonly restarts?: number;
  readonly deleting?: boolean;
  readonly finalizers?: readonly string[];
  readonly finishedAt?: number;
  readonly ip?: string;
  readonly spec?: Partial<Pod['spec']>;
}): Pod => ({
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
  status: {
    phase: pod.phase ?? 'Running',
    conditions: [
      {
        type: 'Ready',
        status: (pod.ready ?? true) ? 'True' : 'False',
        lastTransitionTime: timestamp(pod.readySince ?? 0),
      },
    ],
    ...(pod.ip === undefined ? {} : { podIP: pod.ip, podIPs: [{ ip: pod.ip }] }),
    containerStatuses: [
      {
        name: 'app',
        ready: pod.ready ?? true,
        restartCount: pod.restarts ?? 0,
        image: 'app',
        imageID: 'app',
        ...(pod.finishedAt === undefined
          ? {}
          : { state: { terminated: { exitCode: 1, finishedAt: timestamp(pod.finishedAt) } } }),
      },
    ],
  },
});
