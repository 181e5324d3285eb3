/** What is known of one container, without the things themselves. */
export interface ContainerFacts {
  readonly name: string;
  readonly state: 'never' | 'starting' | 'running' | 'ended';
  /** Of the last end. */
  readonly exit?:
    | {
        readonly code: number;
        readonly endedAt: number;
        readonly ranMs: number;
        /** The node or the machine stopped, which is nothing to be slow about. */
        readonly excused: boolean;
      }
    | undefined;
  /** The pause before the last start. */
  readonly pauseMs: number | undefined;
  /** The last preparation failed; no other attempt before this time. */
  readonly blockedUntil: number | undefined;
  readonly unhealthy: string | undefined;
  readonly stopping: boolean;
}

export interface PodFacts {
  readonly now: number;
  /** The object is gone or is to go. */
  readonly leaves: boolean;
  readonly refused: boolean;
  /** The API calls it finished, and nothing of it is known here: it ran before this node lost its memory. */
  readonly finishedBefore: boolean;
  /** When it has run for too long (activeDeadlineSeconds). */
  readonly deadline: number | undefined;
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  readonly init: readonly ContainerFacts[];
  readonly main: readonly ContainerFacts[];
}

export type Step =
  | { readonly do: 'start'; readonly container: string; readonly pauseMs: number | undefined }
  | { readonly do: 'stop'; readonly container: string; readonly why: string }
  | { readonly do: 'leave' };

/** What to do now, and when to look again though nothing has happened. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly wakeAt: number | undefined;
}

const nothing: Plan = { steps: [], wakeAt: undefined };

/** The whole judgement over a pod. Pure: the same facts give the same plan. */
export function decidePod(facts: PodFacts): Plan {
  if (facts.leaves) return { steps: [{ do: 'leave' }], wakeAt: undefined };
  if (facts.refused || facts.finishedBefore) return nothing;
  if (isPast(facts.deadline, facts.now)) return stopAll(facts);
  const wakeAt = facts.deadline;
  return join([
    { steps: [], wakeAt },
    ...runnable(facts).map((container) => decideContainer(container, facts)),
  ]);
}

/** Init containers one after the other, then all others beside each other. */
function runnable({ init, main }: PodFacts): readonly ContainerFacts[] {
  const begun = main.some(({ state }) => state !== 'never');
  const next = begun ? undefined : init.find(({ state, exit }) => !(state === 'ended' && exit?.code === 0));
  return next === undefined ? main : [next];
}

function decideContainer(container: ContainerFacts, facts: PodFacts): Plan {
  if (container.stopping || container.state === 'starting') return nothing;
  if (container.state === 'running') return decideRunning(container);
  const { dueAt, pauseMs } = whenDue(container, facts);
  if (dueAt === undefined) return nothing;
  if (dueAt > facts.now) return { steps: [], wakeAt: dueAt };
  return { steps: [{ do: 'start', container: container.name, pauseMs }], wakeAt: undefined };
}

const decideRunning = ({ name, unhealthy }: ContainerFacts): Plan =>
  unhealthy === undefined
    ? nothing
    : { steps: [{ do: 'stop', container: name, why: unhealthy }], wakeAt: undefined };

/** `undefined`: it has ended for good. */
function whenDue(
  container: ContainerFacts,
  facts: PodFacts,
): { dueAt?: number; pauseMs: number | undefined } {
  const { exit, blockedUntil = 0, pauseMs } = container;
  if (exit === undefined) return { dueAt: blockedUntil, pauseMs: undefined };
  if (!restarts(exit.code, facts.restartPolicy, facts.init.includes(container))) return { pauseMs };
  if (exit.excused) return { dueAt: blockedUntil, pauseMs };
  const next = nextPause(pauseMs, exit.ranMs);
  return { dueAt: Math.max(blockedUntil, exit.endedAt + next), pauseMs: next };
}

/** Whether a container that ended so is started again. An init container that is done is done. */
export function restarts(code: number, policy: PodFacts['restartPolicy'], isInit: boolean): boolean {
  if (policy === 'Never' || (isInit && code === 0)) return false;
  return policy === 'Always' || code !== 0;
}

const firstPauseMs = 10_000;
const longestPauseMs = 300_000;
/** Who ran so long is healthy: the next end is a first one again. */
const forgivenAfterMs = 600_000;

/** The first restart is immediate, then 10 s, doubling to 5 min (Kubernetes, "Container restarts"). */
export function nextPause(pauseMs: number | undefined, ranMs: number): number {
  if (pauseMs === undefined || ranMs >= forgivenAfterMs) return 0;
  return Math.min(longestPauseMs, Math.max(firstPauseMs, 2 * pauseMs));
}

function stopAll({ init, main }: PodFacts): Plan {
  const running = [...init, ...main].filter(({ state, stopping }) => state === 'running' && !stopping);
  const why = 'the pod was active for longer than its deadline';
  return { steps: running.map(({ name }) => ({ do: 'stop', container: name, why })), wakeAt: undefined };
}

const isPast = (time: number | undefined, now: number): boolean => time !== undefined && now >= time;

function join(plans: readonly Plan[]): Plan {
  const times = plans.flatMap(({ wakeAt }) => (wakeAt === undefined ? [] : [wakeAt]));
  return {
    steps: plans.flatMap(({ steps }) => steps),
    wakeAt: times.length === 0 ? undefined : Math.min(...times),
  };
}
