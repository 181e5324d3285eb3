import type { Pod } from '@fairlead/kube';
import { type Facts, isFailed, isTracked, uidOf } from './facts.ts';

/**
 * How often pods ended how. A pod is counted exactly once though it may vanish at any moment: first
 * its uid is written into the status, then its finalizer goes, then the uid becomes a number.
 */
export interface Tally {
  /** Settled counts: these pods carry no finalizer of ours any more. */
  readonly succeeded: number;
  readonly failed: number;
  /** Uids that the status has to hold until their pods are let go. */
  readonly uncounted: { readonly succeeded: readonly string[]; readonly failed: readonly string[] };
  /** Their uids are written: they may go. */
  readonly release: readonly Pod[];
  /** Every pod that ended, settled or not. */
  readonly allSucceeded: number;
  readonly allFailed: number;
}

/** Counts the pods of a Job; what the status already holds is carried on. */
export function decideTally({ job, pods }: Facts): Tally {
  const { succeeded = 0, failed = 0, uncountedTerminatedPods: held = {} } = job.status ?? {};
  const tracked = new Map(pods.filter(isTracked).map((pod) => [uidOf(pod), pod]));
  const stays = (uid: string): boolean => tracked.has(uid);
  const heldSucceeded = held.succeeded ?? [];
  const heldFailed = held.failed ?? [];
  const known = new Set([...heldSucceeded, ...heldFailed]);
  const fresh = [...tracked.values()].filter((pod) => !known.has(uidOf(pod)));
  const newlySucceeded = fresh.filter((pod) => pod.status?.phase === 'Succeeded').map(uidOf);
  const newlyFailed = fresh.filter((pod) => isFailed(pod, job)).map(uidOf);
  const uncounted = {
    succeeded: [...heldSucceeded.filter(stays), ...newlySucceeded],
    failed: [...heldFailed.filter(stays), ...newlyFailed],
  };
  const settledSucceeded = succeeded + heldSucceeded.filter((uid) => !stays(uid)).length;
  const settledFailed = failed + heldFailed.filter((uid) => !stays(uid)).length;
  return {
    succeeded: settledSucceeded,
    failed: settledFailed,
    uncounted,
    release: [...known].map((uid) => tracked.get(uid)).filter((pod) => pod !== undefined),
    allSucceeded: settledSucceeded + uncounted.succeeded.length,
    allFailed: settledFailed + uncounted.failed.length,
  };
}
