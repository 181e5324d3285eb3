import type { Resource } from '../client/contract.ts';
import type { KubeObject } from '../object.ts';

/** Which object, and who holds it. */
export interface Hold<T extends KubeObject> {
  readonly object: T;
  /** A qualified name, `example.com/cleanup`. */
  readonly finalizer: string;
  readonly signal?: AbortSignal | undefined;
}

/** Somebody has deleted it; it stays until its last finalizer is taken off. */
export const isBeingDeleted = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined;

/** Somebody holds it by that name. */
export const hasFinalizer = ({ metadata }: KubeObject, finalizer: string): boolean =>
  metadata.finalizers?.includes(finalizer) ?? false;

/**
 * The object does not go before `removeFinalizer`. Do this before making anything outside that must be cleaned up.
 * An object that is being deleted takes no new finalizers. Rejects with a conflict when somebody else wrote meanwhile.
 */
export const ensureFinalizer = <T extends KubeObject>(resource: Resource<T>, hold: Hold<T>): Promise<T> => {
  const { object, finalizer } = hold;
  if (hasFinalizer(object, finalizer)) return Promise.resolve(object);
  return write(resource, hold, [...(object.metadata.finalizers ?? []), finalizer]);
};

/** What had to be cleaned up is: the object may go. */
export const removeFinalizer = <T extends KubeObject>(resource: Resource<T>, hold: Hold<T>): Promise<T> => {
  const { object, finalizer } = hold;
  if (!hasFinalizer(object, finalizer)) return Promise.resolve(object);
  return write(resource, hold, object.metadata.finalizers?.filter((name) => name !== finalizer) ?? []);
};

/** A list is replaced whole, so others' finalizers are only safe with the version that we read. */
const write = <T extends KubeObject>(
  resource: Resource<T>,
  { object, signal }: Hold<T>,
  finalizers: readonly string[],
): Promise<T> => {
  const { uid, resourceVersion } = object.metadata;
  const body = { metadata: { uid, resourceVersion, finalizers } };
  return resource.patch(object.metadata, { type: 'merge', body }, { signal });
};
