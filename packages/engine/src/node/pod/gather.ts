import type { ContainerFacts, PodFacts } from './decide.ts';
import { restartPolicyOf } from './spec.ts';
import { type ContainerWork, containersOf, type PodWork } from './work.ts';

/** The facts that the judgement over a pod needs. */
export function gatherPod(work: PodWork, now: number): PodFacts {
  const { metadata, spec, status } = work.pod;
  const { activeDeadlineSeconds } = spec;
  const isNew = containersOf(work).every(({ attempt }) => attempt === undefined);
  return {
    now,
    leaves: work.gone || metadata.deletionTimestamp !== undefined,
    refused: work.refusal !== undefined,
    finishedBefore: isNew && (status?.phase === 'Succeeded' || status?.phase === 'Failed'),
    finishing: work.finishing !== undefined,
    deadline: activeDeadlineSeconds === undefined ? undefined : work.startedAt + 1000 * activeDeadlineSeconds,
    restartPolicy: restartPolicyOf(work.pod),
    init: work.init.map(gatherContainer),
    main: work.main.map(gatherContainer),
    ephemeral: work.ephemeral.map(gatherContainer),
  };
}

function gatherContainer(container: ContainerWork): ContainerFacts {
  const { spec, role, attempt, starting, blocked, stopping } = container;
  const end = attempt?.end;
  const health = end === undefined ? attempt?.health : undefined;
  return {
    name: spec.name,
    role,
    state: starting ? 'starting' : attempt === undefined ? 'never' : end === undefined ? 'running' : 'ended',
    started: health?.started === true,
    holds: holds(container),
    exit: attempt && end && { ...end, ranMs: end.endedAt - attempt.startedAt },
    pauseMs: attempt?.pauseMs,
    blockedUntil: blocked?.retryAt,
    unhealthy: health?.unhealthy?.why,
    stopping: stopping !== undefined,
  };
}

/** From before its first start until its hook is done; what cannot start holds nobody up. */
function holds({ spec, attempt, blocked }: ContainerWork): boolean {
  if (spec.lifecycle?.postStart === undefined || blocked !== undefined) return false;
  return attempt === undefined || (attempt.end === undefined && attempt.health.hooking);
}
