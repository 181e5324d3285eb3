import { type ContainerStatus, type PodCondition, type PodPhase, timestamp } from '@fairlead/kube';
import type { PodWork } from './work.ts';

interface Parts {
  readonly phase: PodPhase;
  readonly initContainerStatuses: readonly ContainerStatus[];
  readonly containerStatuses: readonly ContainerStatus[];
}

type Judgement = Pick<PodCondition, 'type' | 'status' | 'reason' | 'message'>;

/** The conditions that a kubelet answers for; those of others stay as they are. */
export function describeConditions(work: PodWork, parts: Parts, now: number): readonly PodCondition[] {
  const before = work.pod.status?.conditions ?? [];
  const judged = judge(work, parts);
  const known = new Set(judged.map(({ type }) => type));
  const others = before.filter(({ type }) => !known.has(type));
  const ours = judged.map((judgement) => {
    const old = before.find(({ type }) => type === judgement.type);
    const since = old?.status === judgement.status ? old.lastTransitionTime : undefined;
    return { ...judgement, lastProbeTime: null, lastTransitionTime: since ?? timestamp(now) };
  });
  return [...ours, ...others.filter(({ type }) => type !== 'PodScheduled'), scheduled(before, work)];
}

function judge(work: PodWork, { phase, initContainerStatuses, containerStatuses }: Parts): Judgement[] {
  const began = [...work.init, ...work.main].some(({ attempt }) => attempt !== undefined);
  const finished = phase === 'Succeeded' || phase === 'Failed';
  const uninitialized = initContainerStatuses.filter(({ ready }) => !ready);
  const unready = containerStatuses.filter(({ ready }) => !ready);
  const initialized = judgeAll({
    type: 'Initialized',
    missing: phase === 'Succeeded' ? [] : uninitialized,
    reason: 'ContainersNotInitialized',
    words: 'incomplete',
  });
  const ready = (type: string) => {
    const judgement = judgeAll({ type, missing: unready, reason: 'ContainersNotReady', words: 'unready' });
    if (!finished) return judgement;
    return { type, status: 'False' as const, reason: phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' };
  };
  return [
    { type: 'PodReadyToStartContainers', status: began && !finished ? 'True' : 'False' },
    initialized,
    ready('Ready'),
    ready('ContainersReady'),
  ];
}

function judgeAll(order: {
  readonly type: string;
  readonly missing: readonly ContainerStatus[];
  readonly reason: string;
  readonly words: string;
}): Judgement {
  const { type, missing, reason, words } = order;
  if (missing.length === 0) return { type, status: 'True' };
  const names = missing.map(({ name }) => name).join(' ');
  return { type, status: 'False', reason, message: `containers with ${words} status: [${names}]` };
}

/** The scheduler's; a pod that was made with a node's name never met one. */
const scheduled = (before: readonly PodCondition[], work: PodWork): PodCondition =>
  before.find(({ type }) => type === 'PodScheduled') ?? {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timestamp(work.startedAt),
  };
