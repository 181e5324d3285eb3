import { controllerOf, type KubeObject, type LabelSelector, matchesSelector } from '@fairlead/kube';
import { isDeleting } from '../pods/state.ts';

/** How a controlling owner stands to the objects around it. */
export interface Claims<T> {
  /** Its own already, and selected. */
  readonly owned: readonly T[];
  /** Selected, and nobody's: to be taken. */
  readonly adopt: readonly T[];
  /** Its own, but no longer selected: to be let go. */
  readonly release: readonly T[];
}

/**
 * Sorts objects by Kubernetes' rule of ownership: the selector says what an owner wants, the
 * controller reference what it has. Who is being deleted neither adopts nor releases.
 */
export function decideClaims<T extends KubeObject>(claim: {
  readonly owner: KubeObject;
  readonly selector: LabelSelector | undefined;
  readonly objects: readonly T[];
  readonly accepts?: (object: T) => boolean;
}): Claims<T> {
  const { owner, selector, objects, accepts = () => true } = claim;
  const claims = { owned: [] as T[], adopt: [] as T[], release: [] as T[] };
  for (const object of objects) {
    const controller = controllerOf(object);
    const selected = matchesSelector(selector, object.metadata.labels) && accepts(object);
    if (controller === undefined) {
      if (selected && !isDeleting(owner) && !isDeleting(object)) claims.adopt.push(object);
    } else if (controller.uid === owner.metadata.uid) {
      if (selected) claims.owned.push(object);
      else if (!isDeleting(owner)) claims.release.push(object);
    }
  }
  return claims;
}
