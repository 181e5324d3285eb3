import { type ContainerStatus, type PodCondition, type PodPhase, timestamp } from '@fairlead/kube';
import type { ContainerWork, PodWork } from './work.ts';

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
    return {
      ...judgement,
      ...observed(work),
      lastProbeTime: null,
      lastTransitionTime: since ?? timestamp(now),
    };
  });
  return [...ours, ...others.filter(({ type }) => type !== 'PodScheduled'), scheduled(before, work)];
}

/** Which generation of the pod it is said of; servers before 1.33 give pods none. */
export const observed = ({ pod }: PodWork): { readonly observedGeneration?: number } =>
  pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation };

function judge(work: PodWork, parts: Parts): Judgement[] {
  const { phase } = parts;
  const began = [...work.init, ...work.main].some(({ attempt }) => attempt !== undefined);
  const containersReady = judgeContainers(work, parts);
  return [
    { type: 'PodReadyToStartContainers', status: began && !isTerminal(phase) ? 'True' : 'False' },
    judgeInit(work, parts),
    judgeGates(work, containersReady),
    containersReady,
  ];
}

const isTerminal = (phase: PodPhase): boolean => phase === 'Succeeded' || phase === 'Failed';

/** What has once let the others start is not asked again. */
function judgeInit(work: PodWork, { phase, initContainerStatuses }: Parts): Judgement {
  const type = 'Initialized';
  if (phase === 'Succeeded') return { type, status: 'True', reason: 'PodCompleted' };
  if (work.main.some(({ attempt }) => attempt !== undefined)) return { type, status: 'True' };
  const incomplete = work.init.filter(({ role }, at) => {
    const status = initContainerStatuses[at];
    return role === 'sidecar' ? status?.started !== true : status?.ready !== true;
  });
  if (incomplete.length === 0) return { type, status: 'True' };
  const message = `containers with incomplete status: [${namesOf(incomplete)}]`;
  return { type, status: 'False', reason: 'ContainersNotInitialized', message };
}

function judgeContainers(
  work: PodWork,
  { phase, initContainerStatuses, containerStatuses }: Parts,
): Judgement {
  const type = 'ContainersReady';
  if (isTerminal(phase)) {
    return { type, status: 'False', reason: phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' };
  }
  const unready = [
    ...work.init.filter(({ role }, at) => role === 'sidecar' && !initContainerStatuses[at]?.ready),
    ...work.main.filter((_, at) => !containerStatuses[at]?.ready),
  ];
  if (unready.length === 0) return { type, status: 'True' };
  const message = `containers with unready status: [${namesOf(unready)}]`;
  return { type, status: 'False', reason: 'ContainersNotReady', message };
}

/** A pod with ready containers is ready when those say so whom it names as its readiness gates. */
function judgeGates({ pod }: PodWork, containersReady: Judgement): Judgement {
  const type = 'Ready';
  if (containersReady.status !== 'True') return { ...containersReady, type };
  const conditions = pod.status?.conditions ?? [];
  const missing = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const gate = conditions.find((condition) => condition.type === conditionType);
    const named = `pod readiness gate "${conditionType}"`;
    if (gate === undefined) return `corresponding condition of ${named} does not exist.`;
    return gate.status === 'True' ? [] : `the status of ${named} is not "True", but ${gate.status}`;
  });
  if (missing.length === 0) return { type, status: 'True' };
  return { type, status: 'False', reason: 'ReadinessGatesNotReady', message: missing.join(', ') };
}

const namesOf = (containers: readonly ContainerWork[]): string =>
  containers.map(({ spec }) => spec.name).join(' ');

/** The scheduler's; a pod that was made with a node's name never met one. */
const scheduled = (before: readonly PodCondition[], work: PodWork): PodCondition => ({
  type: 'PodScheduled',
  status: 'True',
  lastProbeTime: null,
  lastTransitionTime: timestamp(work.startedAt),
  ...observed(work),
  ...before.find(({ type }) => type === 'PodScheduled'),
});
