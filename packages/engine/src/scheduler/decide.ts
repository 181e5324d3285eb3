import type { Node, Pod, Random } from '@fairlead/kube';
import { whyNot } from './filters.ts';
import type { Ledger } from './ledger.ts';
import { best, type Choice } from './scores.ts';
import { spreadCheck } from './spread.ts';
import type { VolumeCheck } from './volumes/check.ts';

export type Placement =
  | { readonly kind: 'node'; readonly name: string; readonly node: Node }
  /** Nowhere; `message` says why, as Kubernetes says it. */
  | { readonly kind: 'nowhere'; readonly message: string };

export interface Facts {
  readonly pod: Pod;
  /** In the order in which they are to be tried. */
  readonly nodes: readonly Node[];
  readonly ledger: Ledger;
  /** Breaks ties. */
  readonly random: Random;
  /** What its volumes say; nothing unless told. */
  readonly volumes?: VolumeCheck;
}

/** Chooses a node: the best of those that can run the pod. */
export function decidePlacement({ pod, nodes, ledger, random, volumes }: Facts): Placement {
  if (nodes.length === 0) return { kind: 'nowhere', message: 'no nodes available to schedule pods' };
  if (volumes?.fault !== undefined)
    return { kind: 'nowhere', message: whyNowhere(nodes.length, new Map([[volumes.fault, 0]])) };
  const spread = spreadCheck(pod, nodes, ledger);
  const objections = new Map<string, number>();
  const choices: Choice[] = [];
  const enough = enoughChoices(nodes.length);
  for (const node of nodes) {
    if (choices.length >= enough) break;
    const load = ledger.load(node.metadata.name);
    const reasons = whyNot({ pod, node, load, spread, volumes });
    if (reasons.length === 0) choices.push({ node, load });
    for (const reason of reasons) objections.set(reason, (objections.get(reason) ?? 0) + 1);
  }
  const equals = best(pod, choices);
  const chosen = equals[Math.floor(random() * equals.length)];
  if (chosen !== undefined) return { kind: 'node', name: chosen.node.metadata.name, node: chosen.node };
  return { kind: 'nowhere', message: whyNowhere(nodes.length, objections) };
}

/** In a large cluster a part of the nodes is compared: the best of hundreds is as good as the best of all. */
function enoughChoices(nodes: number): number {
  const percent = Math.max(5, 50 - nodes / 125);
  return Math.max(100, Math.floor((nodes * percent) / 100));
}

function whyNowhere(nodes: number, objections: ReadonlyMap<string, number>): string {
  const told = ([reason, count]: readonly [string, number]): string =>
    count === 0 ? reason : `${count} ${reason}`;
  const parts = [...objections].map(told).toSorted();
  return `0/${nodes} nodes are available: ${parts.join(', ')}.`;
}
