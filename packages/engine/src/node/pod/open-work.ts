import type { Clock, Container, Pod } from '@fairlead/kube';
import type { Role } from './decide.ts';
import type { PodVolumes } from '../volume/pod-volumes.ts';
import { type Ground, whyRefused } from './refuse.ts';
import { initContainersOf, uidOf } from './spec.ts';
import type { ContainerWork, PodWork } from './work.ts';

export interface OpenWorkOrder {
  readonly pod: Pod;
  readonly folder: string;
  readonly startedAt: number;
  readonly clock: Clock;
  readonly closing: AbortSignal;
  /** Of the machine, for its pods. */
  readonly hostAddress: string;
  readonly ground: Ground;
  readonly volumes: PodVolumes;
  /** The pod should be looked at. */
  readonly onPoke: () => void;
}

/** What is known of a pod before anything of it was looked for on disk. */
export function openWork(order: OpenWorkOrder): PodWork {
  const { pod, clock } = order;
  let cancel = () => {};
  return {
    uid: uidOf(pod),
    folder: order.folder,
    pod,
    gone: false,
    startedAt: order.startedAt,
    refusal: whyRefused(pod, order.ground),
    init: initContainersOf(pod).map((spec) =>
      containerWork(spec, spec.restartPolicy === 'Always' ? 'sidecar' : 'init'),
    ),
    main: pod.spec.containers.map((spec) => containerWork(spec, 'main')),
    ephemeral: (pod.spec.ephemeralContainers ?? []).map((spec) => containerWork(spec, 'ephemeral')),
    leaving: undefined,
    finishing: undefined,
    closing: order.closing,
    starts: new AbortController(),
    network: undefined,
    networking: undefined,
    address: undefined,
    hostAddress: order.hostAddress,
    volumes: order.volumes,
    report: { sending: undefined, sent: undefined, failures: 0, retryAt: 0 },
    poke: order.onPoke,
    wakeAt(time) {
      cancel();
      if (time === undefined || order.closing.aborted) return;
      cancel = clock.after(Math.max(0, time - clock.now()), order.onPoke);
    },
  };
}

/** Ephemeral containers are added while the pod runs, and stay. */
export function takeEphemeral(work: PodWork): void {
  const known = new Set(work.ephemeral.map(({ spec }) => spec.name));
  const added = (work.pod.spec.ephemeralContainers ?? []).filter(({ name }) => !known.has(name));
  work.ephemeral.push(...added.map((spec) => containerWork(spec, 'ephemeral')));
}

const containerWork = (spec: Container, role: Role): ContainerWork => ({
  spec,
  role,
  attempt: undefined,
  previous: undefined,
  starting: undefined,
  blocked: undefined,
  stopping: undefined,
});
