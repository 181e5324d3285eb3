import type { KubeObject, ObjectMeta } from '@fairlead/kube';
import type { Alongside } from '../admission/chain.ts';
import { stringifyExact } from '../schema/exact-json.ts';
import type { Encode, StoredObject } from '../store/contract.ts';
import type { Call } from './api.ts';
import type { Order } from '../schema/member-order.ts';
import { storedOrder, toStorage } from './versions.ts';

const encoder = new TextEncoder();

/**
 * What is stored, as Go would write it: `kind` and `apiVersion` of built-in kinds come first, so that a list can leave
 * them out of its items by cutting the bytes. The version goes in when the store says which it is.
 */
export const encodeObject =
  (object: KubeObject, order: Order): Encode =>
  (revision) => {
    const value = order(withVersion(object, String(revision))) as KubeObject;
    return { bytes: encoder.encode(stringifyExact(value)), value };
  };

/** Where Go writes it, so that hardly anything has to be put in order afterwards. */
const withVersion = (object: KubeObject, resourceVersion: string): KubeObject => {
  const { name, generateName, namespace, uid, resourceVersion: _, ...rest } = object.metadata;
  const metadata: ObjectMeta = {
    name,
    ...(generateName !== undefined && { generateName }),
    ...(namespace !== undefined && { namespace }),
    ...(uid !== undefined && { uid }),
    resourceVersion,
    ...rest,
  };
  return { ...object, metadata };
};

interface Write {
  readonly key: string;
  readonly object: KubeObject;
  readonly dryRun: boolean;
  /** What admission writes in the same tick, and so in the same commit. */
  readonly alongside?: readonly Alongside[];
}

/** Writes, and waits until it is durable. In a dry run only the answer is made. */
export const putObject = (call: Call, given: Write): Promise<StoredObject> => {
  const object = toStorage(call.resource, given.object);
  if (given.dryRun) return Promise.resolve(unstored(call, given.key, object));
  for (const write of given.alongside ?? []) write(call.api.store);
  return call.api.store.put(given.key, encodeObject(object, storedOrder(call.resource)));
};

/** Removes for good. The answer and the event show the object as it was stored last, with the version of its removal. */
export const removeObject = async (call: Call, given: Write): Promise<StoredObject> => {
  const object = toStorage(call.resource, given.object);
  if (given.dryRun) return unstored(call, given.key, object);
  return call.api.store.delete(given.key, encodeObject(object, storedOrder(call.resource)));
};

/**
 * The same for an object whose finalizers a change has emptied. The change itself is never stored: only the answer shows
 * it, at the version that it was made to.
 */
export const removeChanged = async (call: Call, old: KubeObject, change: Write): Promise<StoredObject> => {
  await removeObject(call, { ...change, object: old });
  return unstored(call, change.key, toStorage(call.resource, change.object));
};

/** What a dry run answers with: as if stored, at the version that it had. */
const unstored = ({ resource }: Call, key: string, object: KubeObject): StoredObject => {
  const value = storedOrder(resource)(object) as KubeObject;
  return { key, revision: 0, bytes: encoder.encode(stringifyExact(value)), value: () => value };
};
