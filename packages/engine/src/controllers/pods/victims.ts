import type { Pod } from '@fairlead/kube';
import { instant } from '../time.ts';
import { isActive, isReady, readySince } from './state.ts';

const deletionCost = 'controller.kubernetes.io/pod-deletion-cost';

/** Compares two pods: negative when the first should go first. */
type Rule = (a: Pod, b: Pod, facts: Facts) => number;

interface Facts {
  /** Active pods of the same workload by node: pods that share a node go before lonely ones. */
  readonly perNode: ReadonlyMap<string, number>;
  readonly now: number;
}

/**
 * The pods to delete when `count` of them must go, in Kubernetes' order of preference: what has not
 * started, then what is not ready, then the cheap, the crowded, the young and the restless.
 * `related` are the pods of all sets that have the same owner.
 */
export function chooseVictims(choice: {
  readonly pods: readonly Pod[];
  readonly related: readonly Pod[];
  readonly count: number;
  readonly now: number;
}): readonly Pod[] {
  if (choice.count >= choice.pods.length) return choice.pods;
  const perNode = new Map<string, number>();
  for (const { spec } of choice.related.filter(isActive)) {
    const node = spec.nodeName ?? '';
    perNode.set(node, (perNode.get(node) ?? 0) + 1);
  }
  const facts = { perNode, now: choice.now };
  return choice.pods.toSorted((a, b) => compare(a, b, facts)).slice(0, choice.count);
}

const phases: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };
const phaseOf = (pod: Pod): number => phases[pod.status?.phase ?? 'Pending'] ?? 0;
const costOf = (pod: Pod): number => {
  const text = pod.metadata.annotations?.[deletionCost] ?? '0';
  return /^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : 0;
};

const unassigned: Rule = (a, b) => Number(Boolean(a.spec.nodeName)) - Number(Boolean(b.spec.nodeName));
const phase: Rule = (a, b) => phaseOf(a) - phaseOf(b);
const unready: Rule = (a, b) => Number(isReady(a)) - Number(isReady(b));
const cheap: Rule = (a, b) => costOf(a) - costOf(b);
const crowded: Rule = (a, b, { perNode }) =>
  (perNode.get(b.spec.nodeName ?? '') ?? 0) - (perNode.get(a.spec.nodeName ?? '') ?? 0);
const newlyReady: Rule = (a, b, { now }) =>
  isReady(a) && isReady(b) ? younger({ a, b, times: [readySince(a), readySince(b)], now }) : 0;
const restless: Rule = (a, b) => restarts(b) - restarts(a) || sidecarRestarts(b) - sidecarRestarts(a);
const newlyMade: Rule = (a, b, { now }) =>
  younger({
    a,
    b,
    times: [instant(a.metadata.creationTimestamp), instant(b.metadata.creationTimestamp)],
    now,
  });

const rules: readonly Rule[] = [unassigned, phase, unready, cheap, crowded, newlyReady, restless, newlyMade];

function compare(a: Pod, b: Pod, facts: Facts): number {
  for (const rule of rules) {
    const order = rule(a, b, facts);
    if (order !== 0) return order;
  }
  return 0;
}

/**
 * Ages are compared by their order of magnitude only, ties by uid, so that scaling down after a
 * rollout does not always empty the same node.
 */
function younger(pair: {
  readonly a: Pod;
  readonly b: Pod;
  readonly times: readonly [number | undefined, number | undefined];
  readonly now: number;
}): number {
  const [first, second] = pair.times;
  if (first === second) return 0;
  if (first === undefined) return -1;
  if (second === undefined) return 1;
  const order = magnitude(pair.now - first) - magnitude(pair.now - second);
  if (order !== 0) return order;
  return (pair.a.metadata.uid ?? '') < (pair.b.metadata.uid ?? '') ? -1 : 1;
}

/** Of an age in milliseconds, counted in nanoseconds as Kubernetes does. */
const magnitude = (age: number): number => (age > 0 ? Math.floor(Math.log2(age * 1e6)) : -1);

const restarts = (pod: Pod): number =>
  Math.max(0, ...(pod.status?.containerStatuses ?? []).map((status) => status.restartCount));

function sidecarRestarts(pod: Pod): number {
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const names = new Set(sidecars.map((container) => container.name));
  const statuses = (pod.status?.initContainerStatuses ?? []).filter((status) => names.has(status.name));
  return Math.max(0, ...statuses.map((status) => status.restartCount));
}
