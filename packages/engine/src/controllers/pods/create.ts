import { ApiError } from '@fairlead/kube';

/** Most pods that one pass creates or deletes. */
export const burst = 500;

/** How many are tried first: enough for an ordinary scale-up, few enough to fail cheaply. */
const firstBatch = 16;

/**
 * Calls `create` so many times, in batches that double: when all would fail for the same reason (a
 * quota), few are tried. Gives the first failure; what was created counts all the same.
 */
export async function createInBatches(count: number, create: () => Promise<unknown>): Promise<unknown> {
  let left = Math.min(count, burst);
  for (let batch = firstBatch; left > 0; batch *= 2) {
    const size = Math.min(batch, left);
    const results = await Promise.allSettled(Array.from({ length: size }, create));
    const failures = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason);
    if (failures.some(isNamespaceTerminating)) return undefined;
    if (failures.length > 0) return failures[0];
    left -= size;
  }
  return undefined;
}

/** Nothing can be created there any more, and nothing needs to be. */
export const isNamespaceTerminating = (error: unknown): boolean =>
  error instanceof ApiError &&
  (error.status.details?.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating');
