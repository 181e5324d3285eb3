import type { ReplicaSet } from '@fairlead/kube';
import { boundsOf } from './bounds.ts';
import { allSets, availableOf, type Facts, isActiveSet, replicasOf, type Scale, sum } from './facts.ts';

/**
 * One step of a rolling update: first as much of the new as the surge allows; when nothing can be
 * added, as much of the old as availability allows.
 */
export function decideRolling(facts: Facts): readonly Scale[] {
  const { newSet } = facts;
  if (newSet === undefined) return [];
  const size = newSetSize(facts);
  if (size !== replicasOf(newSet)) return [{ set: newSet, replicas: size }];
  return shrinkOldSets(facts);
}

/** How many pods the new set may have now. Also its size at birth. */
export function newSetSize(facts: Facts): number {
  const wanted = replicasOf(facts.deployment);
  const current = facts.newSet === undefined ? 0 : replicasOf(facts.newSet);
  if (current > wanted) return wanted;
  const room = wanted + boundsOf(facts.deployment).surge - sum(allSets(facts), replicasOf);
  return current + Math.max(0, Math.min(room, wanted - current));
}

function shrinkOldSets(facts: Facts): readonly Scale[] {
  const { newSet, oldSets } = facts;
  if (newSet === undefined || !oldSets.some(isActiveSet)) return [];
  const least = replicasOf(facts.deployment) - boundsOf(facts.deployment).unavailable;
  // Pods of the new set that are not available yet still need the old ones beside them.
  const unready = replicasOf(newSet) - availableOf(newSet);
  const spare = sum(allSets(facts), replicasOf) - least - unready;
  if (spare <= 0) return [];
  const sizes = new Map(oldSets.map((set) => [set, replicasOf(set)]));
  dropUnhealthy(sizes, spare);
  dropAvailable(sizes, sum(allSets(facts), availableOf) - least);
  return oldSets
    .map((set) => ({ set, replicas: sizes.get(set) ?? 0 }))
    .filter(({ set, replicas }) => replicas !== replicasOf(set));
}

type Sizes = Map<ReplicaSet, number>;

/** Broken old pods go first, and without counting availability: they add none. */
function dropUnhealthy(sizes: Sizes, spare: number): void {
  let left = spare;
  for (const [set, size] of sizes) {
    const drop = Math.min(left, Math.max(0, size - availableOf(set)));
    sizes.set(set, size - drop);
    left -= drop;
  }
}

function dropAvailable(sizes: Sizes, surplus: number): void {
  let left = Math.max(0, surplus);
  for (const [set, size] of sizes) {
    const drop = Math.min(left, size);
    sizes.set(set, size - drop);
    left -= drop;
  }
}
