import { type App, labels } from '@fairlead/api';
import type { ContainerStatus, Pod } from '@fairlead/kube';

/** Why a copy does not serve. */
export type Trouble =
  /** It ended, and not for the first time. */
  | { readonly kind: 'crashed'; readonly pod: Pod; readonly container: string; readonly exitCode: number }
  /** The node will never start it as it is. */
  | { readonly kind: 'refused'; readonly pod: Pod; readonly container: string; readonly reason: string }
  /** It is not on a node, or the node has not started it yet. */
  | { readonly kind: 'waiting'; readonly pod: Pod; readonly reason: string }
  /** It runs, and no probe has succeeded. */
  | { readonly kind: 'unready'; readonly pod: Pod; readonly container: string };

export const isReady = (pod: Pod): boolean =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;

/** On its way out, or ended for good: others take its place, so it is no copy any more. */
const isOver = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined || status?.phase === 'Failed' || status?.phase === 'Succeeded';

/** The copies of one process that do not serve yet, or no longer. */
export const unreadyPods = (pods: readonly Pod[], app: App, process: string): Pod[] =>
  pods.filter(
    (pod) =>
      pod.metadata.labels?.[labels.app] === app.metadata.name &&
      pod.metadata.labels?.[labels.process] === process &&
      !isOver(pod) &&
      !isReady(pod),
  );

const statusesOf = ({ status }: Pod): readonly ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];

/** What will not go away by waiting; undefined while there is hope. */
export const lastingTrouble = (pod: Pod): Trouble | undefined =>
  isOver(pod) || isReady(pod) ? undefined : (crash(pod) ?? refusal(pod));

/** What a copy waits for; asked when it has taken too long. */
export const presentTrouble = (pod: Pod): Trouble | undefined =>
  isOver(pod) || isReady(pod) ? undefined : (lastingTrouble(pod) ?? unready(pod) ?? wait(pod));

// One restart may be bad luck; the second end without ever having been ready is not.
const restartsAllowed = 1;

const crash = (pod: Pod): Trouble | undefined => {
  const crashed = pod.status?.containerStatuses?.find(
    ({ state, restartCount, ready }) =>
      !ready && (restartCount > restartsAllowed || state?.waiting?.reason === 'CrashLoopBackOff'),
  );
  const ended = crashed?.lastState?.terminated ?? crashed?.state?.terminated;
  return crashed === undefined
    ? undefined
    : { kind: 'crashed', pod, container: crashed.name, exitCode: ended?.exitCode ?? -1 };
};

// What the node says when the pod itself is wrong. What it lacks (a Secret, a free port, a registry that
// answers) may be there in a moment, so that is waited for.
const refusals = new Set(['InvalidImageName', 'ErrImageNeverPull', 'ImagePullBackOff', 'NeedsNamespaces']);

const refusal = (pod: Pod): Trouble | undefined => {
  const refused = statusesOf(pod).find(({ state }) => refusals.has(state?.waiting?.reason ?? ''));
  return refused === undefined
    ? undefined
    : { kind: 'refused', pod, container: refused.name, reason: wordsOf(refused.state?.waiting) };
};

const unready = (pod: Pod): Trouble | undefined => {
  const running = pod.status?.containerStatuses?.find(
    ({ ready, state }) => !ready && state?.running !== undefined,
  );
  return running === undefined ? undefined : { kind: 'unready', pod, container: running.name };
};

const wait = (pod: Pod): Trouble => {
  const unscheduled = pod.status?.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  );
  const waiting = statusesOf(pod).find(({ state }) => state?.waiting?.message !== undefined)?.state?.waiting;
  return {
    kind: 'waiting',
    pod,
    reason: wordsOf(waiting ?? unscheduled ?? { reason: 'it was not started' }),
  };
};

const wordsOf = (said: { readonly reason?: string; readonly message?: string } | undefined): string =>
  [said?.reason, said?.message].filter(Boolean).join(': ');

/** One line of what is wrong with a copy. */
export const renderTrouble = (trouble: Trouble): string => {
  const { name } = trouble.pod.metadata;
  switch (trouble.kind) {
    case 'crashed':
      return `${name} ended with exit code ${trouble.exitCode}`;
    case 'unready':
      return `${name} runs but does not answer`;
    case 'refused':
    case 'waiting':
      return `${name} does not start: ${trouble.reason}`;
    default:
      throw new TypeError(`unknown trouble ${trouble satisfies never}`);
  }
};
