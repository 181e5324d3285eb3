import type { ControllerRevision, PersistentVolumeClaim, Pod, StatefulSet } from '@fairlead/kube';
import { podRevisionLabel } from '../revisions/names.ts';
import { isAvailable, isDeleting, isReady } from '../pods/state.ts';
import { ordinalOf } from './names.ts';

/** A StatefulSet, its pods, and the two forms of its template that may run beside each other. */
export interface Facts {
  readonly set: StatefulSet;
  /** Its own pods, ended ones too. */
  readonly pods: readonly Pod[];
  /** The form that everything ran when the last update was over, and the one to come. */
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
  readonly claim: (name: string) => PersistentVolumeClaim | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The place of one pod. */
export interface Slot {
  readonly ordinal: number;
  readonly pod: Pod | undefined;
}

export const replicasOf = ({ spec }: StatefulSet): number => spec.replicas ?? 1;

export const firstOrdinal = ({ spec }: StatefulSet): number => spec.ordinals?.start ?? 0;

export const partitionOf = ({ spec }: StatefulSet): number =>
  spec.updateStrategy?.rollingUpdate?.partition ?? 0;

/** One after the other, each when those before it are available. */
export const isOrdered = ({ spec }: StatefulSet): boolean => spec.podManagementPolicy !== 'Parallel';

export const isInRange = (set: StatefulSet, ordinal: number): boolean =>
  ordinal >= firstOrdinal(set) && ordinal < firstOrdinal(set) + replicasOf(set);

/** The places that the set should fill, by ordinal. */
export function slotsOf({ set, pods }: Facts): readonly Slot[] {
  const first = firstOrdinal(set);
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod), pod]));
  return Array.from({ length: replicasOf(set) }, (_, index) => {
    const ordinal = first + index;
    return { ordinal, pod: byOrdinal.get(ordinal) };
  });
}

/** The pods that are too many, the highest ordinal first. */
export function condemnedOf({ set, pods }: Facts): readonly Pod[] {
  const ordinal = (pod: Pod): number => ordinalOf(set, pod) ?? -1;
  return pods
    .filter((pod) => ordinal(pod) >= 0 && !isInRange(set, ordinal(pod)))
    .toSorted((a, b) => ordinal(b) - ordinal(a));
}

export const revisionOf = ({ metadata }: Pod): string => metadata.labels?.[podRevisionLabel] ?? '';

export const isRunningAndReady = (pod: Pod): boolean => pod.status?.phase === 'Running' && isReady(pod);

/** Whether the pods after it have to wait for it. */
export const isUnavailable = (pod: Pod, { set, now }: Pick<Facts, 'set' | 'now'>): boolean =>
  isDeleting(pod) || !isRunningAndReady(pod) || !isAvailable(pod, set.spec.minReadySeconds ?? 0, now);
