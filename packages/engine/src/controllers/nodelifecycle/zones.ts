import type { Node } from '@fairlead/kube';
import { isDriven, readyOf, type Driving } from './taints.ts';

/** In each zone one node after the other loses its pods, so many milliseconds apart. */
const pause = 10_000;

/** From this share of a zone on its nodes are not to blame, and nothing is moved away. */
const unhealthyShare = 0.55;
const fewNodes = 50;

const isHealthy = (node: Node): boolean => readyOf(node) === 'True' || readyOf(node) === undefined;

/** Where a node stands: what fails there together has one cause. */
export const zoneOf = ({ metadata: { labels = {} } }: Node): string =>
  `${labels['topology.kubernetes.io/region'] ?? ''}:${labels['topology.kubernetes.io/zone'] ?? ''}`;

const isCounted = ({ metadata }: Node): boolean =>
  metadata.labels?.['node.kubernetes.io/exclude-disruption'] === undefined;

/** Not one node answers: then it is us who are cut off. */
export const isCutOff = (nodes: readonly Node[]): boolean => {
  const counted = nodes.filter(isCounted);
  return counted.length > 0 && counted.every((node) => !isHealthy(node));
};

/** When the next node of each zone may lose its pods. */
export class Zones {
  readonly #last = new Map<string, number>();

  /** What to do about the pods of a node that does not answer, and when to look again. */
  decide(
    node: Node,
    nodes: readonly Node[],
    now: number,
  ): { readonly driving: Driving; readonly after?: number } {
    if (isHealthy(node) || isCutOff(nodes)) return { driving: 'remove' };
    if (isDriven(node)) return { driving: 'keep' };
    const zone = zoneOf(node);
    const there = nodes.filter((other) => isCounted(other) && zoneOf(other) === zone);
    const ill = there.filter((other) => !isHealthy(other)).length;
    const isWhole = ill === there.length;
    const isIll = !isWhole && ill > 2 && ill / there.length >= unhealthyShare;
    if (isIll && there.length <= fewNodes) return { driving: 'keep' };
    const next = (this.#last.get(zone) ?? -Infinity) + (isIll ? 10 * pause : pause);
    if (next > now) return { driving: 'keep', after: next - now };
    this.#last.set(zone, now);
    return { driving: 'add' };
  }
}
