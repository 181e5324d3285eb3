import type { ReplicaSet } from '@fairlead/kube';
import { boundsOf } from './bounds.ts';
import {
  available,
  type Conditions,
  deadlineOf,
  withDeploymentVerdict,
  withPause,
  withReplicaFailure,
} from './conditions.ts';
import { allSets, availableOf, type Facts, replicasOf, sum } from './facts.ts';
import type { Birth } from './new-set.ts';
import { type Counts, withProgress } from './progress.ts';

/** Counts of zero are absent. */
export interface Status extends Partial<Counts> {
  readonly observedGeneration?: number;
  readonly collisionCount?: number;
  readonly conditions: Conditions;
}

/** What a Deployment says of its sets. `estimate`: whether the rollout's progress is judged, too. */
export function desiredStatus(pass: {
  readonly facts: Facts;
  readonly birth: Birth;
  readonly estimate: boolean;
}): Status {
  const { deployment } = pass.facts;
  const counts = count(pass.facts);
  const { generation } = deployment.metadata;
  const collisions = (deployment.status?.collisionCount ?? 0) + (pass.birth.collided === true ? 1 : 0);
  return {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...nonZero(counts),
    ...(collisions === 0 ? {} : { collisionCount: collisions }),
    conditions: desiredConditions(pass, counts),
  };
}

function desiredConditions(
  { facts, birth, estimate }: { readonly facts: Facts; readonly birth: Birth; readonly estimate: boolean },
  counts: Counts,
): Conditions {
  const { deployment, now } = facts;
  const enough = counts.availableReplicas >= replicasOf(deployment) - boundsOf(deployment).unavailable;
  let conditions: Conditions = withPause(deployment.status?.conditions ?? [], facts);
  if (birth.verdict !== undefined && deadlineOf(facts) !== undefined)
    conditions = withDeploymentVerdict(conditions, birth.verdict, now);
  conditions = withDeploymentVerdict(conditions, available(enough), now);
  if (!estimate) return conditions;
  return withReplicaFailure(withProgress(conditions, facts, counts), facts);
}

function count(facts: Facts): Counts {
  const sets = allSets(facts);
  const availableReplicas = sum(sets, availableOf);
  return {
    replicas: sum(sets, actual),
    updatedReplicas: facts.newSet === undefined ? 0 : actual(facts.newSet),
    readyReplicas: sum(sets, (set) => set.status?.readyReplicas ?? 0),
    availableReplicas,
    // While scaling down there may be more available than wanted.
    unavailableReplicas: Math.max(0, sum(sets, replicasOf) - availableReplicas),
  };
}

const actual = (set: ReplicaSet): number => set.status?.replicas ?? 0;

/** Counts of zero are left out, as Kubernetes leaves them out. */
const nonZero = (counts: Counts): Partial<Counts> =>
  Object.fromEntries(Object.entries(counts).filter(([, number]) => number !== 0));
