import {
  type Cache,
  controllerOf,
  isInvalid,
  isNotFound,
  type Kind,
  type KubeObject,
  type LabelSelector,
  ownerReference,
  type Resource,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { isDeleting } from '../pods/state.ts';
import { decideClaims } from './claims.ts';

/** The objects in a namespace that have no controller: who may adopt them looks here. */
const orphans = 'orphans';

/** Call once per kind before `claim`: orphans are found by an index, not by looking at all objects. */
export const indexOrphans = (cache: Cache, kind: Kind): void =>
  cache
    .informer(kind)
    .index(orphans, (object) =>
      controllerOf(object) === undefined ? [object.metadata.namespace ?? ''] : [],
    );

/** What an owner claims, and from which kind. */
export interface Claim<T extends KubeObject> {
  readonly owner: KubeObject;
  readonly ownerKind: Kind;
  readonly selector: LabelSelector | undefined;
  readonly kind: Kind<T>;
  /** Objects that do not count, whoever owns them. */
  readonly ignore?: (object: T) => boolean;
  /** Besides the selector: what it does not take is let go, too. */
  readonly accepts?: (object: T) => boolean;
  /** What is adopted gets it, so that it does not vanish unseen. */
  readonly finalizer?: string;
}

/** Takes orphans that the owner selects, lets go what it no longer selects, and gives what is then its own. */
export async function claim<T extends KubeObject>(
  wanted: Claim<T>,
  context: ControllerContext,
): Promise<readonly T[]> {
  const { owner, kind, ignore = () => false } = wanted;
  const informer = context.cache.informer(kind);
  const candidates = [
    ...informer.byIndex('owned', owner.metadata.uid ?? ''),
    ...informer.byIndex(orphans, owner.metadata.namespace ?? ''),
  ];
  const claims = decideClaims({ ...wanted, objects: candidates.filter((object) => !ignore(object)) });
  const objects = context.client.resource(kind);
  await Promise.all(claims.release.map((object) => release(object, owner, objects)));
  if (claims.adopt.length === 0 || !(await mayAdopt(wanted, context))) return claims.owned;
  const adopted = await Promise.all(claims.adopt.map((object) => adopt(object, wanted, objects)));
  return [...claims.owned, ...adopted.filter((object) => object !== undefined)];
}

/** Asks the API, not the cache: an owner that is gone must not take children with it. */
async function mayAdopt<T extends KubeObject>(
  { owner, ownerKind }: Claim<T>,
  { client }: ControllerContext,
): Promise<boolean> {
  const live = await client.resource(ownerKind).find(owner.metadata);
  return live !== undefined && live.metadata.uid === owner.metadata.uid && !isDeleting(live);
}

function adopt<T extends KubeObject>(
  object: T,
  { owner, finalizer }: Claim<T>,
  objects: Resource<T>,
): Promise<T | undefined> {
  const { ownerReferences = [], finalizers = [] } = object.metadata;
  const lacks = finalizer !== undefined && !finalizers.includes(finalizer);
  const added = lacks ? { finalizers: [...finalizers, finalizer] } : {};
  return setOwners(
    object,
    { ownerReferences: [...ownerReferences, ownerReference(owner)], ...added },
    objects,
  );
}

const release = <T extends KubeObject>(
  object: T,
  owner: KubeObject,
  objects: Resource<T>,
): Promise<T | undefined> =>
  setOwners(
    object,
    {
      ownerReferences: (object.metadata.ownerReferences ?? []).filter(
        ({ uid }) => uid !== owner.metadata.uid,
      ),
    },
    objects,
  );

/** The list is replaced whole, so the write holds only for the version that it was made from. */
async function setOwners<T extends KubeObject>(
  object: T,
  owners: Pick<KubeObject['metadata'], 'ownerReferences' | 'finalizers'>,
  objects: Resource<T>,
): Promise<T | undefined> {
  const { uid, resourceVersion } = object.metadata;
  const body = { metadata: { uid, resourceVersion, ...owners } };
  try {
    return await objects.patch(object.metadata, { type: 'merge', body });
  } catch (error) {
    // Gone, or another object by the same name: nothing to own.
    if (isNotFound(error) || isInvalid(error)) return undefined;
    throw error;
  }
}
