import { type ContainerFacts, type PodFacts } from './decide.ts';
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
    deadline: activeDeadlineSeconds === undefined ? undefined : work.startedAt + 1000 * activeDeadlineSeconds,
    restartPolicy: restartPolicyOf(work.pod),
    init: work.init.map(gatherContainer),
    main: work.main.map(gatherContainer),
  };
}

function gatherContainer({ spec, attempt, starting, blocked, stopping }: ContainerWork): ContainerFacts {
  const end = attempt?.end;
  return {
    name: spec.name,
    state: starting ? 'starting' : attempt === undefined ? 'never' : end === undefined ? 'running' : 'ended',
    exit: attempt && end && { ...end, ranMs: end.endedAt - attempt.startedAt },
    pauseMs: attempt?.pauseMs,
    blockedUntil: blocked?.retryAt,
    unhealthy: end === undefined ? attempt?.health.unhealthy : undefined,
    stopping: stopping !== undefined,
  };
}
