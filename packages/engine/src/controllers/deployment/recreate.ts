import { type Facts, isActiveSet, replicasOf, type Scale } from './facts.ts';

/** Recreate: all of the old goes, and only when nothing of it runs any more comes the new. */
export function decideRecreate(facts: Facts): readonly Scale[] {
  const shrink = facts.oldSets.filter(isActiveSet).map((set) => ({ set, replicas: 0 }));
  if (shrink.length > 0 || facts.newSet === undefined || !oldIsGone(facts)) return shrink;
  const replicas = replicasOf(facts.deployment);
  return replicasOf(facts.newSet) === replicas ? [] : [{ set: facts.newSet, replicas }];
}

export const oldIsGone = ({ oldSets, oldPodsRunning }: Facts): boolean =>
  !oldPodsRunning && oldSets.every((set) => replicasOf(set) === 0 && (set.status?.replicas ?? 0) === 0);
