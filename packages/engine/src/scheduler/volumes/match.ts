import {
  matchesSelector,
  type Node,
  type PersistentVolume,
  type PersistentVolumeClaim,
} from '@fairlead/kube';
import { compareQuantity, parseQuantity } from '../../schema/quantity.ts';
import { fitsTerm } from '../affinity.ts';

/** Where a volume is looked for. */
export interface Search {
  readonly claim: PersistentVolumeClaim;
  readonly volumes: readonly PersistentVolume[];
  /** The node that a pod would use it on; without it a volume that waits for a pod is found only when it is kept for the claim. */
  readonly node?: Node;
  /** The claim waits for the first pod. */
  readonly delayed: boolean;
}

/** The volume that is kept for a claim, else the smallest that is large enough. */
export function findVolume({ claim, volumes, node, delayed }: Search): PersistentVolume | undefined {
  const fitting = volumes.filter((volume) => isUsable(volume, claim));
  const kept = fitting.find((volume) => isKeptFor(volume, claim));
  if (kept !== undefined) return node === undefined || isReachable(kept, node) ? kept : undefined;
  if (delayed && node === undefined) return undefined;
  return fitting
    .filter((volume) => volume.spec.claimRef === undefined && isFree(volume, claim))
    .filter((volume) => node === undefined || isReachable(volume, node))
    .toSorted((a, b) => compareQuantity(sizeOf(a), sizeOf(b)))
    .at(0);
}

/** Whether it is kept for this very claim, or for one of its name. */
export const isKeptFor = (
  { spec: { claimRef } }: PersistentVolume,
  { metadata }: PersistentVolumeClaim,
): boolean =>
  claimRef !== undefined &&
  claimRef.name === metadata.name &&
  claimRef.namespace === metadata.namespace &&
  (claimRef.uid === undefined || claimRef.uid === '' || claimRef.uid === metadata.uid);

/** Large enough and of the kind that is wanted. */
function isUsable(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const asked = parseQuantity(claim.spec.resources?.requests?.storage ?? 0) ?? zero;
  return (
    volume.metadata.deletionTimestamp === undefined &&
    compareQuantity(sizeOf(volume), asked) >= 0 &&
    (volume.spec.volumeMode ?? 'Filesystem') === (claim.spec.volumeMode ?? 'Filesystem') &&
    (volume.spec.volumeAttributesClassName ?? '') === (claim.spec.volumeAttributesClassName ?? '')
  );
}

const zero = { unscaled: 0n, scale: 0, format: 'BinarySI' } as const;

const sizeOf = ({ spec }: PersistentVolume) => parseQuantity(spec.capacity?.storage ?? 0) ?? zero;

function isFree({ metadata, spec, status }: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const modes = spec.accessModes ?? [];
  return (
    status?.phase === 'Available' &&
    (spec.storageClassName ?? '') === (claim.spec.storageClassName ?? '') &&
    (claim.spec.accessModes ?? []).every((mode) => modes.includes(mode)) &&
    (claim.spec.selector === undefined || matchesSelector(claim.spec.selector, metadata.labels))
  );
}

/** Whether a node may use it. */
export function isReachable({ spec }: PersistentVolume, node: Node): boolean {
  const required = spec.nodeAffinity?.required;
  return required === undefined || required.nodeSelectorTerms.some((term) => fitsTerm(term, node));
}
