/** What a container is for, which says when it runs. */
export type Role = 'init' | 'sidecar' | 'main' | 'ephemeral';

/** What is known of one container, without the things themselves. */
export interface ContainerFacts {
  readonly name: string;
  readonly role: Role;
  readonly state: 'never' | 'starting' | 'running' | 'ended';
  /** It runs, and its startup probe has succeeded if it has one. */
  readonly started: boolean;
  /** What follows in the specification waits for the hook after its start. */
  readonly holds: boolean;
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

export type RestartPolicy = 'Always' | 'OnFailure' | 'Never';

export interface PodFacts {
  readonly now: number;
  /** The object is gone or is to go. */
  readonly leaves: boolean;
  readonly refused: boolean;
  /** The API calls it finished, and nothing of it is known here: it ran before this node lost its memory. */
  readonly finishedBefore: boolean;
  /** What still runs of it is being ended, as it has done its work. */
  readonly finishing: boolean;
  /** When it has run for too long (activeDeadlineSeconds). */
  readonly deadline: number | undefined;
  readonly restartPolicy: RestartPolicy;
  /** With the sidecars, in the order of the specification. */
  readonly init: readonly ContainerFacts[];
  readonly main: readonly ContainerFacts[];
  readonly ephemeral: readonly ContainerFacts[];
}

export type Step =
  | { readonly do: 'start'; readonly container: string; readonly pauseMs: number | undefined }
  | { readonly do: 'stop'; readonly container: string; readonly why: string }
  /** Ends what still runs of a pod that stays. */
  | { readonly do: 'finish' }
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
  if (facts.refused || facts.finishedBefore || facts.finishing) return nothing;
  if (isPast(facts.deadline, facts.now) || isOver(facts)) return finish(facts);
  const wakeAt = facts.deadline;
  return join([
    { steps: [], wakeAt },
    ...runnable(facts).map((container) => decideContainer(container, facts)),
  ]);
}

/** Its work is done, or cannot be: sidecars alone do not keep a pod. */
function isOver({ init, main, restartPolicy }: PodFacts): boolean {
  const endedForGood = ({ state, exit, role }: ContainerFacts) =>
    state === 'ended' && exit !== undefined && !restarts(exit.code, restartPolicy, role);
  const failed = init.some((container) => endedForGood(container) && container.exit?.code !== 0);
  return failed || main.every(endedForGood);
}

function finish({ init, main, ephemeral }: PodFacts): Plan {
  const running = [...init, ...main, ...ephemeral].some(({ state }) => state === 'running');
  return running ? { steps: [{ do: 'finish' }], wakeAt: undefined } : nothing;
}

/** Init containers one after the other, sidecars beside what follows them, then all others. */
function runnable({ init, main, ephemeral }: PodFacts): readonly ContainerFacts[] {
  const sidecars = init.filter(({ role }) => role === 'sidecar');
  const begun = main.some(({ state }) => state !== 'never');
  // From the end: a sidecar that is down for a moment does not hold up what it once let through.
  const reached = init.findLastIndex(({ state }) => state !== 'never');
  const last = init[reached];
  const next = last === undefined ? 0 : reached + (letsOn(last) ? 1 : 0);
  if (begun || next >= init.length) return [...sidecars, ...upToHook(main), ...ephemeral];
  const due = init.slice(0, next + 1);
  return [...due.filter(({ role }, at) => at === next || role === 'sidecar'), ...ephemeral];
}

const letsOn = ({ role, state, started, holds, exit }: ContainerFacts): boolean =>
  role === 'sidecar' ? started && !holds : state === 'ended' && exit?.code === 0;

function upToHook(main: readonly ContainerFacts[]): readonly ContainerFacts[] {
  const first = main.findIndex(({ holds }) => holds);
  return first < 0 ? main : main.slice(0, first + 1);
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
  { restartPolicy }: PodFacts,
): { dueAt?: number; pauseMs: number | undefined } {
  const { exit, blockedUntil = 0, pauseMs, role } = container;
  if (exit === undefined) return { dueAt: blockedUntil, pauseMs: undefined };
  if (!restarts(exit.code, restartPolicy, role)) return { pauseMs };
  if (exit.excused) return { dueAt: blockedUntil, pauseMs };
  const next = nextPause(pauseMs, exit.ranMs);
  return { dueAt: Math.max(blockedUntil, exit.endedAt + next), pauseMs: next };
}

/** Whether a container that ended so is started again. An init container that is done is done. */
export function restarts(code: number, policy: RestartPolicy, role: Role): boolean {
  if (role === 'sidecar') return true;
  if (role === 'ephemeral' || policy === 'Never' || (role === 'init' && code === 0)) return false;
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

const isPast = (time: number | undefined, now: number): boolean => time !== undefined && now >= time;

function join(plans: readonly Plan[]): Plan {
  const times = plans.flatMap(({ wakeAt }) => (wakeAt === undefined ? [] : [wakeAt]));
  return {
    steps: plans.flatMap(({ steps }) => steps),
    wakeAt: times.length === 0 ? undefined : Math.min(...times),
  };
}
