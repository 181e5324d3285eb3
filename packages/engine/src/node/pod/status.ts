import { type ContainerState, type ContainerStatus, type PodStatus, timestamp } from '@fairlead/kube';
import { containerIdOf } from './attempt.ts';
import { describeConditions, observed } from './conditions.ts';
import { nextPause, restarts } from './decide.ts';
import { isTooOld, phaseOf } from './phase.ts';
import { initContainersOf, restartPolicyOf, titleOf } from './spec.ts';
import type { AttemptEnd, AttemptRecord, ContainerWork, PodWork } from './work.ts';

/** A pod's status as the facts of the moment make it; of the status before, only times of change are kept. */
export function describePod(work: PodWork, now: number): PodStatus {
  const phase = phaseOf(work, now);
  const { address, hostAddress } = work;
  const describe = (container: ContainerWork) => describeContainer(work, container, now);
  const parts = {
    phase,
    ...observed(work),
    ...reasonOf(work, now),
    hostIP: hostAddress,
    hostIPs: [{ ip: hostAddress }],
    ...(address !== undefined && { podIP: address, podIPs: [{ ip: address }] }),
    startTime: timestamp(work.startedAt),
    initContainerStatuses: work.init.map(describe),
    containerStatuses: work.main.map(describe),
    ephemeralContainerStatuses: work.ephemeral.map(describe),
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

function describeContainer(work: PodWork, container: ContainerWork, now: number): ContainerStatus {
  const { spec, attempt, role } = container;
  const state = stateOf(work, container, now);
  const runs = state.running !== undefined;
  return {
    name: spec.name,
    image: spec.image ?? '',
    imageID: attempt?.imageId ?? '',
    ...(attempt !== undefined && { containerID: containerIdOf(attempt.folder) }),
    restartCount: attempt?.number ?? 0,
    ready: isReady(work, container) && (runs || role === 'init'),
    ...(role !== 'ephemeral' && { started: runs && (role === 'init' || attempt?.health.started === true) }),
    state,
    lastState: lastStateOf(container, state),
  };
}

function isReady({ leaving }: PodWork, { attempt, role }: ContainerWork): boolean {
  if (role === 'init') return attempt?.end?.code === 0;
  return role !== 'ephemeral' && leaving === undefined && attempt?.health.ready === true;
}

function stateOf(work: PodWork, container: ContainerWork, now: number): ContainerState {
  const { attempt, blocked, starting } = container;
  if (attempt !== undefined && attempt.end === undefined) {
    return attempt.health.hooking
      ? { waiting: { reason: notYet(work, container) } }
      : { running: { startedAt: timestamp(attempt.startedAt) } };
  }
  const waits = work.leaving === undefined && work.finishing === undefined && !isTooOld(work, now);
  if (waits && work.refusal !== undefined) return { waiting: work.refusal };
  if (waits && blocked !== undefined) {
    return { waiting: { reason: shownReason(blocked), message: blocked.message } };
  }
  if (attempt?.end === undefined) return { waiting: { reason: notYet(work, container) } };
  const pauseMs = pauseOf(work, container);
  if (!waits || starting || pauseMs === undefined) return terminated(attempt, attempt.end);
  if (attempt.end.endedAt + pauseMs <= now) return terminated(attempt, attempt.end);
  const { name, uid = '' } = work.pod.metadata;
  const who = `container=${container.spec.name} pod=${name}_${titleOf(work.pod).split('/')[0]}(${uid})`;
  const message = `back-off ${renderPause(pauseMs)} restarting failed ${who}`;
  return { waiting: { reason: 'CrashLoopBackOff', message } };
}

/** As Go writes durations: `10s`, `2m40s`. */
const renderPause = (ms: number): string => {
  const seconds = ms / 1000;
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
};

/** From the second failure on it is the waiting that is shown, with what it waits for. */
const shownReason = ({ reason, failures }: NonNullable<ContainerWork['blocked']>): string =>
  reason === 'ErrImagePull' && failures > 1
    ? 'ImagePullBackOff'
    : reason === 'FailedMount'
      ? 'ContainerCreating'
      : reason;

const notYet = ({ pod, init }: PodWork, { role }: ContainerWork): string => {
  const isLetOn = ({ attempt, role }: ContainerWork) =>
    role === 'sidecar' ? attempt?.health.started === true : attempt?.end?.code === 0;
  const waits = role === 'init' || role === 'sidecar' || !init.every(isLetOn);
  return initContainersOf(pod).length > 0 && waits ? 'PodInitializing' : 'ContainerCreating';
};

/** How long after its end it is started again; `undefined` when it is not. */
function pauseOf(work: PodWork, { attempt, role }: ContainerWork): number | undefined {
  const { end } = attempt ?? {};
  if (attempt === undefined || end === undefined || end.excused) return undefined;
  if (!restarts(end.code, restartPolicyOf(work.pod), role)) return undefined;
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
