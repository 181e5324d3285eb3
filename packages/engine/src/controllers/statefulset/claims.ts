import {
  type Desired,
  type KubeObject,
  type OwnerReference,
  ownerReference,
  type PersistentVolumeClaim,
  type Pod,
  type StatefulSet,
} from '@fairlead/kube';
import { type Facts, isInRange } from './facts.ts';
import { claimName, ordinalOf, podName } from './names.ts';

/** The claims of one place: the set's templates under names of that place. */
export const claimsOf = (
  set: StatefulSet,
  ordinal: number,
): readonly (Desired<PersistentVolumeClaim> & {
  readonly metadata: { readonly name: string };
})[] =>
  (set.spec.volumeClaimTemplates ?? []).map((template) => ({
    ...template,
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      ...template.metadata,
      name: claimName(set, template, ordinal),
      namespace: set.metadata.namespace ?? 'default',
      labels: { ...template.metadata.labels, ...set.spec.selector.matchLabels },
    },
  }));

/** Whose a claim should be: with its owner it goes. Nobody's when claims are kept. */
function heirOf(set: StatefulSet, pod: Pod): KubeObject | undefined {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = policyOf(set);
  const isTooMany = !isInRange(set, ordinalOf(set, pod) ?? -1);
  if (whenScaled === 'Delete' && isTooMany) return pod;
  return whenDeleted === 'Delete' ? set : undefined;
}

const policyOf = ({ spec }: StatefulSet) => spec.persistentVolumeClaimRetentionPolicy ?? {};

/** Whether a reference says this name, whatever the uid. */
const names = ({ apiVersion, kind, name }: OwnerReference, object: KubeObject): boolean =>
  apiVersion === object.apiVersion && kind === object.kind && name === object.metadata.name;

const refersTo = ({ uid }: OwnerReference, { metadata }: KubeObject): boolean => uid === metadata.uid;

const ownersOf = ({ metadata }: PersistentVolumeClaim): readonly OwnerReference[] =>
  metadata.ownerReferences ?? [];

/** It belongs to one of that name that is no more: the garbage collection's business. */
const isOutlived = (claim: PersistentVolumeClaim, object: KubeObject): boolean =>
  ownersOf(claim).some((owner) => names(owner, object) && !refersTo(owner, object));

/** Somebody else manages the claim: its owners are his. */
export function isForeign(claim: PersistentVolumeClaim, set: StatefulSet, pod: Pod): boolean {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = policyOf(set);
  if (whenDeleted === 'Retain' && whenScaled === 'Retain') return false;
  return ownersOf(claim).some((owner) => {
    const own = [set, pod].find((object) => names(owner, object));
    return own === undefined ? owner.controller === true : !refersTo(owner, own);
  });
}

/** The owners that a claim should have; `undefined` when they are as they should be. */
export function desiredOwners(
  claim: PersistentVolumeClaim,
  set: StatefulSet,
  pod: Pod,
): readonly OwnerReference[] | undefined {
  if (isOutlived(claim, set) || isOutlived(claim, pod)) return undefined;
  const others = ownersOf(claim).filter((owner) => ![set, pod].some((object) => names(owner, object)));
  const own = ownersOf(claim).filter((owner) => [set, pod].some((object) => refersTo(owner, object)));
  const heir = isForeign(claim, set, pod) ? undefined : heirOf(set, pod);
  const isRight = heir === undefined ? own.length === 0 : own.length === 1 && isManagedBy(own, heir);
  if (isRight) return undefined;
  return heir === undefined ? others : [...others, ownerReference(heir)];
}

const isManagedBy = ([owner]: readonly OwnerReference[], heir: KubeObject): boolean =>
  owner !== undefined && refersTo(owner, heir) && owner.controller === true;

/** Whether the claims of a pod that are there have the owners that the policy of the set asks for. */
export const ownersAreRight = (pod: Pod, { set, claim }: Facts): boolean =>
  claimsOf(set, ordinalOf(set, pod) ?? -1).every(({ metadata }) => {
    const found = claim(metadata.name);
    return found === undefined || desiredOwners(found, set, pod) === undefined;
  });

/** A claim still goes with the pod that was here before: its successor has to wait for that. */
export function isStale(ordinal: number, { set, claim }: Facts): boolean {
  if ((policyOf(set).whenScaled ?? 'Retain') === 'Retain') return false;
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: podName(set, ordinal) } };
  return claimsOf(set, ordinal).some(({ metadata }) => {
    const found = claim(metadata.name);
    return found !== undefined && isOutlived(found, pod);
  });
}
