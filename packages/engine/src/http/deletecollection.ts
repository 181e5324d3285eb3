import type { KubeResponse } from '@fairlead/kube';
import type { Call } from './api.ts';
import { deleteObject } from './delete.ts';
import { readDeleteOptions } from './delete-options.ts';
import { readPage, respondList } from './list.ts';
import { parseListOptions } from './list-options.ts';

/**
 * DELETE of a collection: all that match now. All writes go to the store at once and share its commits. The answer
 * is the list of them as they were.
 */
export const removeCollection = async (call: Call): Promise<KubeResponse> => {
  const options = await readDeleteOptions(call);
  const page = readPage(call, parseListOptions(call.query));
  const deletions: Promise<unknown>[] = [];
  for (const listed of page.objects) {
    const old = call.api.store.pending(listed.key);
    if (old !== undefined) deletions.push(deleteObject(call, { old, options }));
  }
  await Promise.all(deletions);
  return respondList(call, page);
};
