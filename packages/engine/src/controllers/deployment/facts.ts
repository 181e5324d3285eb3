import type { Deployment, ReplicaSet } from '@fairlead/kube';

/** A Deployment and the sets it owns. */
export interface Facts {
  readonly deployment: Deployment;
  /** The set made from the present template. */
  readonly newSet: ReplicaSet | undefined;
  /** All others, oldest first. */
  readonly oldSets: readonly ReplicaSet[];
  /** Pods of old sets still run, whatever the sets say. */
  readonly oldPodsRunning: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export const replicasOf = (object: Deployment | ReplicaSet): number => object.spec.replicas ?? 1;

export const availableOf = (set: ReplicaSet): number => set.status?.availableReplicas ?? 0;

export const allSets = ({ newSet, oldSets }: Facts): readonly ReplicaSet[] =>
  newSet === undefined ? oldSets : [...oldSets, newSet];

export const isActiveSet = (set: ReplicaSet): boolean => replicasOf(set) > 0;

export const sum = (sets: readonly ReplicaSet[], of: (set: ReplicaSet) => number): number =>
  sets.reduce((total, set) => total + of(set), 0);

/** Oldest first; sets of the same second by name. */
export function byAge(a: ReplicaSet, b: ReplicaSet): number {
  const [first, second] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  if (first !== second) return first < second ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

/** A set that should have another number of pods. */
export interface Scale {
  readonly set: ReplicaSet;
  readonly replicas: number;
}
