import type { Client } from '../client/contract.ts';
import type { Kind } from '../kinds/kind.ts';
import type { Desired, KubeObject } from '../object.ts';
import { ownerReference } from './owner.ts';

export interface OwnedChild<T extends KubeObject> {
  readonly owner: KubeObject;
  readonly object: Desired<T>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a child as its owner wants it: server-side apply under the client's field manager, by force
 * (the fields that we state are ours), with the owner as controller. The server writes nothing when
 * nothing differs.
 */
export const applyOwned = <T extends KubeObject>(
  client: Client,
  kind: Kind<T>,
  { owner, object, signal }: OwnedChild<T>,
): Promise<T> => {
  const metadata = { ...object.metadata, ownerReferences: [ownerReference(owner)] };
  return client.resource(kind).apply({ ...object, metadata }, { force: true, signal });
};
