import type { KubeResponse } from '@fairlead/kube';
import type { StoredObject } from '../store/contract.ts';
import type { Call } from './api.ts';
import { deleteObject } from './delete.ts';
import { readDeleteOptions } from './delete-options.ts';
import { readPage } from './list.ts';
import { parseListOptions } from './query.ts';
import { respondValue } from './respond.ts';
import { valueIn } from './versions.ts';

/** DELETE of a collection: all that match now. All writes go to the store at once and share its commits. */
export const removeCollection = async (call: Call): Promise<KubeResponse> => {
  const options = await readDeleteOptions(call);
  const page = readPage(call, parseListOptions(call.query));
  const deletions: Promise<StoredObject>[] = [];
  for (const listed of page.objects) {
    const old = call.api.store.pending(listed.key);
    if (old !== undefined) deletions.push(deleteObject(call, { old, options }).then(({ stored }) => stored));
  }
  const deleted = await Promise.all(deletions);
  const { definition, apiVersion } = call.resource;
  const items = deleted.map((stored) => valueIn(call.resource, stored));
  return respondValue({ kind: definition.listKind, apiVersion, metadata: page.metadata, items });
};
