import type { Pod, StatefulSet } from '@fairlead/kube';
import { isAvailable, isDeleting } from '../pods/state.ts';
import { type Facts, isRunningAndReady, replicasOf, revisionOf } from './facts.ts';

type Status = NonNullable<StatefulSet['status']>;

/** What a StatefulSet says of its pods. When all run the new revision, that is the current one. */
export function desiredStatus(facts: Facts, collisions: number): Status {
  const { set, current, update } = facts;
  const counts = count(facts);
  const isOver = isUpdated(facts, counts);
  return {
    ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    replicas: counts.replicas,
    availableReplicas: counts.availableReplicas,
    ...nonZero({
      readyReplicas: counts.readyReplicas,
      currentReplicas: isOver ? counts.updatedReplicas : counts.currentReplicas,
      updatedReplicas: counts.updatedReplicas,
    }),
    currentRevision: (isOver ? update : current).metadata.name,
    updateRevision: update.metadata.name,
    collisionCount: collisions,
    ...(set.status?.conditions === undefined ? {} : { conditions: set.status.conditions }),
  };
}

function isUpdated({ set }: Facts, counts: Counts): boolean {
  if (set.spec.updateStrategy?.type === 'OnDelete') return false;
  const { updatedReplicas, readyReplicas, replicas } = counts;
  return [updatedReplicas, readyReplicas, replicas].every((number) => number === replicasOf(set));
}

type Counts = ReturnType<typeof count>;

function count({ set, pods, current, update, now }: Facts) {
  const how = (holds: (pod: Pod) => boolean): number => pods.filter(holds).length;
  const isAt = (pod: Pod, name: string): boolean => !isDeleting(pod) && revisionOf(pod) === name;
  return {
    replicas: pods.length,
    readyReplicas: how(isRunningAndReady),
    availableReplicas: how(
      (pod) => isRunningAndReady(pod) && isAvailable(pod, set.spec.minReadySeconds ?? 0, now),
    ),
    currentReplicas: how((pod) => isAt(pod, current.metadata.name)),
    updatedReplicas: how((pod) => isAt(pod, update.metadata.name)),
  };
}

/** Counts of zero are left out, as Kubernetes leaves them out. */
const nonZero = (counts: Readonly<Record<string, number>>): Partial<Status> =>
  Object.fromEntries(Object.entries(counts).filter(([, number]) => number !== 0));
