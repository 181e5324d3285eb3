import type { DaemonSet, Node, Pod } from '@fairlead/kube';
import { isAvailable } from '../pods/state.ts';
import { podRevisionLabel } from '../revisions/names.ts';
import { generationAnnotation, generationLabel } from './names.ts';

/** A DaemonSet, all nodes, and the pods that are its own. */
export interface Facts {
  readonly set: DaemonSet;
  readonly nodes: readonly Node[];
  /** Without those that have ended and are only waiting to be removed. */
  readonly pods: readonly Pod[];
  /** Names the present template. */
  readonly hash: string;
  /** Milliseconds until a pod that failed on a node may be removed; 0 when at once. */
  readonly untilRetry: (node: string) => number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The pods by the node that they are on or meant for, on each the oldest first. */
export function podsByNode({ pods }: Facts): ReadonlyMap<string, readonly Pod[]> {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods.toSorted(byAge)) {
    const node = targetOf(pod);
    if (node === undefined) continue;
    const there = byNode.get(node) ?? [];
    byNode.set(node, there);
    there.push(pod);
  }
  return byNode;
}

/** The node that a pod is on, or that its affinity pins it to. */
export function targetOf({ spec }: Pod): string | undefined {
  if (isOnNode(spec)) return spec.nodeName;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const named = (required?.nodeSelectorTerms ?? [])
    .flatMap(({ matchFields = [] }) => matchFields)
    .find(({ key, operator }) => key === 'metadata.name' && operator === 'In');
  return named?.values?.length === 1 ? named.values[0] : undefined;
}

export const isOnNode = ({ nodeName }: Pod['spec']): boolean => nodeName !== undefined && nodeName !== '';

/** Those on a node first, then by age, then by name. */
function byAge(a: Pod, b: Pod): number {
  const placed = Number(isOnNode(b.spec)) - Number(isOnNode(a.spec));
  if (placed !== 0) return placed;
  const [first, second] = [keyOf(a), keyOf(b)];
  return first < second ? -1 : Number(first > second);
}

const keyOf = ({ metadata }: Pod): string => `${metadata.creationTimestamp ?? ''} ${metadata.name}`;

/** Whether a pod was made from the present template. */
export function isUpdated({ metadata }: Pod, { set, hash }: Pick<Facts, 'set' | 'hash'>): boolean {
  const generation = set.metadata.annotations?.[generationAnnotation];
  const { labels = {} } = metadata;
  return (
    labels[podRevisionLabel] === hash || (generation !== undefined && labels[generationLabel] === generation)
  );
}

export const isUp = (pod: Pod, { set, now }: Pick<Facts, 'set' | 'now'>): boolean =>
  isAvailable(pod, set.spec.minReadySeconds ?? 0, now);
