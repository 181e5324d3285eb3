import type { Node, Pod } from '@fairlead/kube';
import { amountsOf, fits, type Room } from './room.ts';

/** What the people who run jobs may say: a pod names the data that it reads, a node the data that it holds. */
export const words = {
  /** Label of a pod: the data set that it reads. */
  reads: 'example.com/reads',
  /** Label of a node that holds a data set: `holds.example.com/trades: ""`. */
  holds: (dataSet: string): string => `holds.example.com/${dataSet}`,
  /** Annotation of a node: what an hour of it costs. */
  cost: 'example.com/cost-per-hour',
} as const;

/** A node, and what is left of it. */
export interface Candidate {
  readonly node: Node;
  readonly room: Room;
}

export type Choice =
  | { readonly kind: 'node'; readonly name: string; readonly why: string }
  | { readonly kind: 'none'; readonly why: string };

/** The rule: where the pod fits, near its data; of those the cheapest; of those the emptiest. */
export function choose(pod: Pod, candidates: readonly Candidate[]): Choice {
  const refusals = new Map<string, number>();
  const possible = candidates.filter((candidate) => {
    const refusal = whyNot(pod, candidate);
    if (refusal !== undefined) refusals.set(refusal, (refusals.get(refusal) ?? 0) + 1);
    return refusal === undefined;
  });
  const [best] = possible.toSorted((a, b) => compare(pod, a, b));
  if (best !== undefined) return { kind: 'node', name: best.node.metadata.name, why: explain(pod, best) };
  const reasons = [...refusals].map(([reason, count]) => `${count} ${reason}`).sort();
  return {
    kind: 'none',
    why: `0/${candidates.length} nodes are available: ${reasons.join(', ') || 'there are none'}.`,
  };
}

function whyNot(pod: Pod, { node, room }: Candidate): string | undefined {
  if (node.spec?.unschedulable) return 'closed to new pods';
  if (!isReady(node)) return 'not ready';
  if (
    Object.entries(pod.spec.nodeSelector ?? {}).some(([key, value]) => node.metadata.labels?.[key] !== value)
  )
    return 'of another kind than the pod asks for';
  if (!tolerates(pod, node)) return 'tainted';
  return fits(amountsOf(pod), room) ? undefined : 'full';
}

const isReady = ({ status }: Node): boolean =>
  status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

const tolerates = ({ spec }: Pod, node: Node): boolean =>
  (node.spec?.taints ?? [])
    .filter(({ effect }) => effect !== 'PreferNoSchedule')
    .every((taint) =>
      spec.tolerations?.some(
        ({ key, operator = 'Equal', value = '', effect }) =>
          (key === undefined || key === taint.key) &&
          (operator === 'Exists' || value === (taint.value ?? '')) &&
          (effect === undefined || effect === taint.effect),
      ),
    );

function compare(pod: Pod, a: Candidate, b: Candidate): number {
  const near = Number(isNear(pod, b.node)) - Number(isNear(pod, a.node));
  const cheap = costOf(a.node) - costOf(b.node);
  return near || cheap || b.room.cpu - a.room.cpu || (a.node.metadata.name < b.node.metadata.name ? -1 : 1);
}

function isNear({ metadata }: Pod, node: Node): boolean {
  const dataSet = metadata.labels?.[words.reads];
  return dataSet !== undefined && node.metadata.labels?.[words.holds(dataSet)] !== undefined;
}

/** Nobody knows what it costs: it comes last. */
const costOf = ({ metadata }: Node): number => {
  const cost = Number(metadata.annotations?.[words.cost] ?? Number.NaN);
  return Number.isNaN(cost) ? Number.MAX_VALUE : cost;
};

const explain = (pod: Pod, { node }: Candidate): string =>
  `${isNear(pod, node) ? 'it holds the data' : 'no node with room holds the data'}, and an hour costs ${node.metadata.annotations?.[words.cost] ?? 'who knows what'}`;
