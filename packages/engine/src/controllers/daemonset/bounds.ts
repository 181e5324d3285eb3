import type { DaemonSet } from '@fairlead/kube';
import { scaled } from '../bounds.ts';

/** How many nodes may have a second pod during an update. A percentage of the nodes is rounded up. */
export const surgeOf = ({ spec }: DaemonSet, nodes: number): number =>
  spec.updateStrategy?.type === 'OnDelete'
    ? 0
    : scaled(spec.updateStrategy?.rollingUpdate?.maxSurge ?? 0, nodes, Math.ceil);

/** How many nodes may be without an available pod during an update; one, when nothing else is allowed. */
export function unavailableOf(set: DaemonSet, nodes: number): number {
  const { maxUnavailable = 1 } = set.spec.updateStrategy?.rollingUpdate ?? {};
  const unavailable = scaled(maxUnavailable, nodes, Math.ceil);
  return nodes > 0 && unavailable === 0 && surgeOf(set, nodes) === 0 ? 1 : unavailable;
}
