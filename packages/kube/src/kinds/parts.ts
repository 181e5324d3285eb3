import type { LifecycleHandler, PodStatus, Probe } from './generated/index.ts';

/** Where a pod is in its life, in one word. */
export type PodPhase = NonNullable<PodStatus['phase']>;

/** What a probe or a lifecycle hook does; exactly one is set. Only a probe has `grpc`, only a hook `sleep`. */
export type ProbeAction = LifecycleHandler & Pick<Probe, 'grpc'>;
