import { type Client, isNotFound, kind, type OwnerReference } from '@fairlead/kube';
import type { Policy } from './decide.ts';
import { ownersOf, type Vertex } from './graph.ts';

/**
 * Everything here holds only for the version of the object that was judged: a reference added in the
 * meantime would else be overlooked. A conflict is tried again with the new version.
 */

export async function removeVertex({ type, object }: Vertex, policy: Policy, client: Client): Promise<void> {
  const { uid = '', resourceVersion = '' } = object.metadata;
  const options = { propagationPolicy: policy, preconditions: { uid, resourceVersion } };
  await orGone(client.resource(kind(type)).delete(object.metadata, options));
}

/** Takes out the references to these owners. */
export const disown = (vertex: Vertex, uids: readonly string[], client: Client): Promise<void> =>
  setOwners(
    vertex,
    ownersOf(vertex).filter(({ uid }) => !uids.includes(uid)),
    client,
  );

/** No owner waits for this object any more. */
export const unblock = (vertex: Vertex, client: Client): Promise<void> =>
  setOwners(
    vertex,
    ownersOf(vertex).map((owner) => ({ ...owner, blockOwnerDeletion: false })),
    client,
  );

/** Takes out a finalizer of ours: with the last one the object goes. */
export async function finish({ type, object }: Vertex, finalizer: string, client: Client): Promise<void> {
  const { uid, resourceVersion, finalizers = [] } = object.metadata;
  const kept = finalizers.filter((name) => name !== finalizer);
  const body = { metadata: { uid, resourceVersion, finalizers: kept } };
  await orGone(client.resource(kind(type)).patch(object.metadata, { type: 'merge', body }));
}

async function setOwners(
  { type, object }: Vertex,
  ownerReferences: readonly OwnerReference[],
  client: Client,
): Promise<void> {
  const { uid, resourceVersion } = object.metadata;
  const body = { metadata: { uid, resourceVersion, ownerReferences } };
  await orGone(client.resource(kind(type)).patch(object.metadata, { type: 'merge', body }));
}

async function orGone(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
