import type { Clock, Container, Pod } from '@fairlead/kube';
import { whyRefused } from './refuse.ts';
import { initContainersOf, uidOf } from './spec.ts';
import type { ContainerWork, PodWork } from './work.ts';

export interface OpenWorkOrder {
  readonly pod: Pod;
  readonly folder: string;
  readonly startedAt: number;
  readonly clock: Clock;
  readonly closing: AbortSignal;
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
    refusal: whyRefused(pod),
    init: initContainersOf(pod).map((spec) => containerWork(spec, true)),
    main: pod.spec.containers.map((spec) => containerWork(spec, false)),
    leaving: undefined,
    closing: order.closing,
    starts: new AbortController(),
    volumes: Promise.resolve(),
    report: { sending: undefined, sent: undefined, failures: 0, retryAt: 0 },
    poke: order.onPoke,
    wakeAt(time) {
      cancel();
      if (time === undefined || order.closing.aborted) return;
      cancel = clock.after(Math.max(0, time - clock.now()), order.onPoke);
    },
  };
}

const containerWork = (spec: Container, isInit: boolean): ContainerWork => ({
  spec,
  isInit,
  attempt: undefined,
  previous: undefined,
  starting: undefined,
  blocked: undefined,
  stopping: undefined,
});
