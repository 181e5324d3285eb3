import {
  type ContainerState,
  type ContainerStatus,
  type PodPhase,
  type PodStatus,
  timestamp,
} from '@fairlead/kube';
import { podAddress } from './address.ts';
import { containerIdOf } from './attempt.ts';
import { describeConditions } from './conditions.ts';
import { nextPause, restarts } from './decide.ts';
import { initContainersOf, restartPolicyOf, titleOf } from './spec.ts';
import type { AttemptEnd, AttemptRecord, ContainerWork, PodWork } from './work.ts';

/** A pod's status as the facts of the moment make it; of the status before, only times of change are kept. */
export function describePod(work: PodWork, now: number): PodStatus {
  const phase = phaseOf(work, now);
  const ips = [{ ip: podAddress }];
  const parts = {
    phase,
    ...reasonOf(work, now),
    hostIP: podAddress,
    hostIPs: ips,
    podIP: podAddress,
    podIPs: ips,
    startTime: timestamp(work.startedAt),
    initContainerStatuses: work.init.map((container) => describeContainer(work, container, now)),
    containerStatuses: work.main.map((container) => describeContainer(work, container, now)),
  };
  return { ...parts, conditions: describeConditions(work, parts, now) };
}

function reasonOf(work: PodWork, now: number): Pick<PodStatus, 'reason' | 'message'> {
  if (work.refusal !== undefined) return work.refusal;
  if (!isTooOld(work, now)) return {};
  return {
    reason: 'DeadlineExceeded',
    message: 'Pod was active on the node longer than the specified deadline',
  };
}

const isTooOld = ({ pod, startedAt }: PodWork, now: number): boolean =>
  pod.spec.activeDeadlineSeconds !== undefined && now >= startedAt + 1000 * pod.spec.activeDeadlineSeconds;

/** As a kubelet judges it (Kubernetes, "Pod lifecycle", pod phase). */
function phaseOf(work: PodWork, now: number): PodPhase {
  const policy = restartPolicyOf(work.pod);
  const isOver = ({ attempt }: ContainerWork) => attempt?.end !== undefined;
  if (isTooOld(work, now) && work.main.every((one) => one.attempt === undefined || isOver(one)))
    return 'Failed';
  const failedInit = work.init.find(({ attempt }) => (attempt?.end?.code ?? 0) !== 0);
  if (failedInit !== undefined && policy === 'Never') return 'Failed';
  if (work.main.some(({ attempt }) => attempt === undefined))
    return work.leaving?.ended ? 'Failed' : 'Pending';
  if (!work.main.every(isOver)) return 'Running';
  const codes = work.main.map(({ attempt }) => attempt?.end?.code ?? 0);
  if (work.leaving === undefined && codes.some((code) => restarts(code, policy, false))) return 'Running';
  return codes.every((code) => code === 0) ? 'Succeeded' : 'Failed';
}

function describeContainer(work: PodWork, container: ContainerWork, now: number): ContainerStatus {
  const { spec, attempt, isInit } = container;
  const runs = attempt !== undefined && attempt.end === undefined;
  const serves = runs && !isInit && work.leaving === undefined;
  const state = stateOf(work, container, now);
  return {
    name: spec.name,
    image: spec.image ?? '',
    imageID: attempt?.imageId ?? '',
    ...(attempt !== undefined && { containerID: containerIdOf(attempt.folder) }),
    restartCount: attempt?.number ?? 0,
    ready: isInit ? attempt?.end?.code === 0 : serves && attempt.health.ready,
    started: runs && (isInit || attempt.health.started),
    state,
    lastState: lastStateOf(container, state),
  };
}

function stateOf(
  work: PodWork,
  { attempt, blocked, isInit, starting }: ContainerWork,
  now: number,
): ContainerState {
  if (attempt !== undefined && attempt.end === undefined) {
    return { running: { startedAt: timestamp(attempt.startedAt) } };
  }
  const waits = work.leaving === undefined && !isTooOld(work, now);
  if (waits && work.refusal !== undefined) return { waiting: work.refusal };
  if (waits && blocked !== undefined)
    return { waiting: { reason: shownReason(blocked), message: blocked.message } };
  if (attempt?.end === undefined) return { waiting: { reason: notYet(work, isInit) } };
  const pauseMs = pauseOf(work, { attempt, isInit });
  if (!waits || starting || pauseMs === undefined) return terminated(attempt, attempt.end);
  if (attempt.end.endedAt + pauseMs <= now) return terminated(attempt, attempt.end);
  const message = `back-off ${pauseMs / 1000}s restarting failed container of pod ${titleOf(work.pod)}`;
  return { waiting: { reason: 'CrashLoopBackOff', message } };
}

/** From the second failure on it is the waiting that is shown, with what it waits for. */
const shownReason = ({ reason, failures }: NonNullable<ContainerWork['blocked']>): string =>
  reason === 'ErrImagePull' && failures > 1
    ? 'ImagePullBackOff'
    : reason === 'FailedMount'
      ? 'ContainerCreating'
      : reason;

const notYet = ({ pod, init }: PodWork, isInit: boolean): string => {
  const waitsForOthers = init.some(({ attempt }) => attempt?.end?.code !== 0);
  return initContainersOf(pod).length > 0 && (isInit || waitsForOthers)
    ? 'PodInitializing'
    : 'ContainerCreating';
};

/** How long after its end it is started again; `undefined` when it is not. */
function pauseOf(
  work: PodWork,
  { attempt, isInit }: Pick<ContainerWork, 'attempt' | 'isInit'>,
): number | undefined {
  const { end } = attempt ?? {};
  if (attempt === undefined || end === undefined || end.excused) return undefined;
  if (!restarts(end.code, restartPolicyOf(work.pod), isInit)) return undefined;
  return nextPause(attempt.pauseMs, end.endedAt - attempt.startedAt);
}

/** The end before the present state: the last one, unless that is the state. */
function lastStateOf({ attempt, previous }: ContainerWork, state: ContainerState): ContainerState {
  if (attempt?.end !== undefined && state.terminated === undefined) return terminated(attempt, attempt.end);
  return previous === undefined ? {} : terminated(previous, previous.end);
}

const terminated = (
  attempt: AttemptRecord & { readonly folder: string },
  { code, reason, message, endedAt }: AttemptEnd,
): ContainerState => ({
  terminated: {
    exitCode: code,
    reason,
    ...(message !== undefined && message !== '' && { message }),
    startedAt: timestamp(attempt.startedAt),
    finishedAt: timestamp(endedAt),
    containerID: containerIdOf(attempt.folder),
  },
});
