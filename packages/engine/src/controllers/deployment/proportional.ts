import type { Deployment, ReplicaSet } from '@fairlead/kube';
import { desiredReplicas, maxReplicas, numberIn } from './annotations.ts';
import { boundsOf } from './bounds.ts';
import {
  allSets,
  availableOf,
  byAge,
  type Facts,
  isActiveSet,
  replicasOf,
  type Scale,
  sum,
} from './facts.ts';

/** The wanted number of pods was changed: some set was last sized for another one. */
export const isRescaled = (facts: Facts): boolean =>
  allSets(facts)
    .filter(isActiveSet)
    .some((set) => {
      const sizedFor = numberIn(set, desiredReplicas);
      return sizedFor !== undefined && sizedFor !== replicasOf(facts.deployment);
    });

/**
 * New sizes after the wanted number changed, or while the rollout is paused: a single set takes
 * all; in the middle of a rollout each takes its share, so that old and new stay in proportion.
 */
export function decideProportional(facts: Facts): readonly Scale[] {
  const active = allSets(facts).filter(isActiveSet);
  const wanted = replicasOf(facts.deployment);
  if (active.length <= 1) {
    const set = active[0] ?? facts.newSet ?? facts.oldSets.at(-1);
    return set === undefined ? [] : [{ set, replicas: wanted }];
  }
  if (isSaturated(facts)) return facts.oldSets.filter(isActiveSet).map((set) => ({ set, replicas: 0 }));
  return facts.deployment.spec.strategy?.type === 'Recreate' ? [] : shares(facts.deployment, active);
}

/** The new set has all it should, and all of it is available. */
function isSaturated({ deployment, newSet }: Facts): boolean {
  const wanted = replicasOf(deployment);
  return (
    newSet !== undefined &&
    replicasOf(newSet) === wanted &&
    numberIn(newSet, desiredReplicas) === wanted &&
    availableOf(newSet) === wanted
  );
}

function shares(deployment: Deployment, active: readonly ReplicaSet[]): readonly Scale[] {
  const wanted = replicasOf(deployment);
  const allowed = wanted > 0 ? wanted + boundsOf(deployment).surge : 0;
  const change = allowed - sum(active, replicasOf);
  // Largest first. Of equals the newer grows first, and the older shrinks first.
  const age = change > 0 ? (a: ReplicaSet, b: ReplicaSet) => byAge(b, a) : byAge;
  const sorted = active.toSorted((a, b) => replicasOf(b) - replicasOf(a) || age(a, b));
  let given = 0;
  const scales = sorted.map((set) => {
    const part = bounded(share(deployment, set), change - given);
    given += part;
    return { set, replicas: replicasOf(set) + part };
  });
  // What rounding left over goes to the largest.
  return scales.map((scale, index) =>
    index === 0 ? { ...scale, replicas: Math.max(0, scale.replicas + change - given) } : scale,
  );
}

/** What a set gains or loses when it keeps its part of the whole. */
function share(deployment: Deployment, set: ReplicaSet): number {
  const wanted = replicasOf(deployment);
  if (wanted === 0) return -replicasOf(set);
  const before = numberIn(set, maxReplicas) || (deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  const most = wanted + boundsOf(deployment).surge;
  return Math.round((replicasOf(set) * most) / before) - replicasOf(set);
}

/** Never more than what is left to give, in either direction. */
const bounded = (part: number, left: number): number => {
  if (left === 0) return 0;
  return left > 0 ? Math.min(part, left) : Math.max(part, left);
};
