import type { KubeObject } from '@fairlead/kube';
import { age } from './age.ts';
import type { Cells } from './cells.ts';

interface Terminated {
  readonly exitCode?: number;
  readonly signal?: number;
  readonly reason?: string;
  readonly finishedAt?: string;
}

interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly restartCount?: number;
  readonly state?: {
    readonly waiting?: { readonly reason?: string };
    readonly running?: object;
    readonly terminated?: Terminated;
  };
  readonly lastState?: { readonly terminated?: Terminated };
}

interface Pod extends KubeObject {
  readonly spec?: {
    readonly nodeName?: string;
    readonly containers?: readonly { readonly name: string }[];
    readonly initContainers?: readonly { readonly name: string; readonly restartPolicy?: string }[];
    readonly readinessGates?: readonly { readonly conditionType: string }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly podIP?: string;
    readonly podIPs?: readonly { readonly ip?: string }[];
    readonly nominatedNodeName?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
    }[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** A pod in one line: the state that a person wants to know of, out of those of its containers. */
interface Summary {
  readonly ready: number;
  readonly total: number;
  readonly reason: string;
  readonly restarts: number;
  readonly lastRestart: string | undefined;
}

const summaries = new WeakMap<Pod, Summary>();

/** The cells of one row share it: objects do not change. */
const summaryOf = (pod: Pod): Summary => {
  let summary = summaries.get(pod);
  if (summary === undefined) summaries.set(pod, (summary = summarize(pod)));
  return summary;
};

const summarize = (pod: Pod): Summary => {
  const { status } = pod;
  const gated = status?.conditions?.some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  const first = gated ? 'SchedulingGated' : status?.reason || status?.phase || '';
  const init = summarizeInits(pod, first);
  const initialized = hasCondition(pod, 'Initialized');
  const whole = init.initializing && !initialized ? init : withContainers(pod, init);
  const { phase } = status ?? {};
  const ended = phase === 'Succeeded' || phase === 'Failed';
  if (pod.metadata.deletionTimestamp === undefined) return whole;
  if (status?.reason === 'NodeLost') return { ...whole, reason: 'Unknown' };
  return ended ? whole : { ...whole, reason: 'Terminating' };
};

interface InitSummary extends Summary {
  readonly initializing: boolean;
  /** Of sidecars alone: the others' restarts are forgotten once the pod has begun. */
  readonly lasting: { readonly restarts: number; readonly lastRestart: string | undefined };
}

const summarizeInits = (pod: Pod, first: string): InitSummary => {
  const inits = pod.spec?.initContainers ?? [];
  const sidecars = new Set(inits.filter((one) => one.restartPolicy === 'Always').map(({ name }) => name));
  const total = (pod.spec?.containers?.length ?? 0) + sidecars.size;
  const statuses = pod.status?.initContainerStatuses ?? [];
  const blocking = statuses.findIndex((one) => !isPast(one, sidecars));
  const seen = blocking < 0 ? statuses : statuses.slice(0, blocking + 1);
  const lasting = restartsOf(seen.filter(({ name }) => sidecars.has(name)));
  const ready = seen.filter(
    (one) => sidecars.has(one.name) && one.started === true && one.ready === true,
  ).length;
  const blocked = statuses[blocking];
  const reason = blocked === undefined ? first : `Init:${initReason(blocked, blocking, inits.length)}`;
  return { ready, total, reason, ...restartsOf(seen), lasting, initializing: blocked !== undefined };
};

const isPast = ({ name, state, started }: ContainerStatus, sidecars: ReadonlySet<string>): boolean =>
  state?.terminated?.exitCode === 0 || (sidecars.has(name) && started === true);

const initReason = ({ state }: ContainerStatus, index: number, count: number): string => {
  if (state?.terminated !== undefined) return terminatedReason(state.terminated);
  const waiting = state?.waiting?.reason ?? '';
  return waiting !== '' && waiting !== 'PodInitializing' ? waiting : `${index}/${count}`;
};

const terminatedReason = ({ reason, signal, exitCode }: Terminated): string => {
  if (reason !== undefined && reason !== '') return reason;
  return signal === undefined || signal === 0 ? `ExitCode:${exitCode ?? 0}` : `Signal:${signal}`;
};

const withContainers = (pod: Pod, init: InitSummary): Summary => {
  const statuses = pod.status?.containerStatuses ?? [];
  const { restarts, lastRestart } = restartsOf(statuses);
  const running = statuses.filter(
    (one) => troubleOf(one) === undefined && one.ready === true && one.state?.running,
  );
  // The first container in trouble gives the reason.
  const trouble = statuses.map(troubleOf).find((one) => one !== undefined) ?? init.reason;
  const mixed = trouble === 'Completed' && running.length > 0;
  const reason = mixed ? (hasCondition(pod, 'Ready') ? 'Running' : 'NotReady') : trouble;
  return {
    ready: init.ready + running.length,
    total: init.total,
    reason,
    restarts: init.lasting.restarts + restarts,
    lastRestart: later(init.lasting.lastRestart, lastRestart),
  };
};

const troubleOf = ({ state }: ContainerStatus): string | undefined => {
  if (state?.waiting?.reason) return state.waiting.reason;
  return state?.terminated === undefined ? undefined : terminatedReason(state.terminated);
};

const restartsOf = (statuses: readonly ContainerStatus[]) => ({
  restarts: statuses.reduce((sum, { restartCount }) => sum + (restartCount ?? 0), 0),
  lastRestart: statuses.reduce<string | undefined>(
    (last, { lastState }) => later(last, lastState?.terminated?.finishedAt),
    undefined,
  ),
});

const later = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;

const hasCondition = ({ status }: Pod, wanted: string): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === wanted && is === 'True') ?? false;

const restartsText = ({ restarts, lastRestart }: Summary, now: number): string =>
  restarts > 0 && lastRestart !== undefined ? `${restarts} (${age(lastRestart, now)} ago)` : String(restarts);

const gatesText = (pod: Pod): string => {
  const gates = pod.spec?.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  return `${gates.filter(({ conditionType }) => hasCondition(pod, conditionType)).length}/${gates.length}`;
};

export const podCells: Cells = {
  Ready: (pod) => `${summaryOf(pod).ready}/${summaryOf(pod).total}`,
  Status: (pod) => summaryOf(pod).reason,
  Restarts: (pod, now) => restartsText(summaryOf(pod), now),
  IP: ({ status }: Pod) => status?.podIPs?.[0]?.ip || status?.podIP || '<none>',
  Node: ({ spec }: Pod) => spec?.nodeName || '<none>',
  'Nominated Node': ({ status }: Pod) => status?.nominatedNodeName || '<none>',
  'Readiness Gates': gatesText,
};

const DONE: Readonly<Record<string, string>> = {
  Succeeded: 'The pod has completed successfully.',
  Failed: 'The pod failed.',
};

export const podConditions = (pod: KubeObject): object => {
  const phase = (pod as Pod).status?.phase ?? '';
  const message = DONE[phase];
  if (message === undefined) return {};
  return { conditions: [{ type: 'Completed', status: 'True', reason: phase, message }] };
};
