import { isNotFound, type ReplicaSet, replicaSets } from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { isDeleting } from '../pods/state.ts';
import { revisionOf } from './annotations.ts';
import { byAge, type Facts } from './facts.ts';
import { isComplete } from './progress.ts';
import type { Status } from './status.ts';

/** Once a rollout is over, or paused, the sets go that are older than anybody wants to return to. */
export async function trimHistory(
  facts: Facts,
  status: Status,
  { client }: ControllerContext,
): Promise<void> {
  if (isDeleting(facts.deployment)) return;
  if (!isComplete(facts.deployment, status) && facts.deployment.spec.paused !== true) return;
  for (const { metadata } of decideTrim(facts)) {
    const preconditions = { uid: metadata.uid ?? '', resourceVersion: metadata.resourceVersion ?? '' };
    try {
      await client.resource(replicaSets).delete(metadata, { preconditions });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

/** The old sets that nobody needs for an undo any more: oldest revisions first, and only empty ones. */
export function decideTrim({ deployment, oldSets }: Facts): readonly ReplicaSet[] {
  const kept = oldSets.filter((set) => !isDeleting(set));
  const surplus = kept.length - (deployment.spec.revisionHistoryLimit ?? 10);
  if (surplus <= 0) return [];
  return kept
    .toSorted((a, b) => Number(revisionOf(a) - revisionOf(b)) || byAge(a, b))
    .slice(0, surplus)
    .filter(isSettledEmpty);
}

/** Wants no pods, has none, and has seen that it wants none. */
const isSettledEmpty = ({ metadata, spec, status }: ReplicaSet): boolean =>
  (spec.replicas ?? 1) === 0 &&
  (status?.replicas ?? 0) === 0 &&
  (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0);
