import { isTrue, type Job, type Pod } from '@fairlead/kube';
import { isActive, isDeleting } from '../pods/state.ts';
import { type Facts, isFailed, isTracked, uidOf } from './facts.ts';
import { judgeFailure } from './failure-policy.ts';
import {
  failuresBefore,
  indexesOf,
  indexOf,
  isIndexed,
  isLimitedPerIndex,
  latestFailed,
} from './index-pods.ts';
import { countOf, holds, type Indexes, parseIndexes, withIndexes } from './indexes.ts';

/**
 * How often pods ended how. A pod is counted exactly once though it may vanish at any moment: first
 * its uid is written into the status, then its finalizer goes, then the uid becomes a number. Of an
 * index the number itself is written: it cannot be counted twice.
 */
export interface Tally {
  /** Settled counts: these pods carry no finalizer of ours any more. */
  readonly succeeded: number;
  readonly failed: number;
  /** Uids that the status has to hold until their pods are let go. */
  readonly uncounted: { readonly succeeded: readonly string[]; readonly failed: readonly string[] };
  /** They are written, or never will be: they may go. */
  readonly release: readonly Pod[];
  /** Every pod that ended, settled or not. Of an indexed Job the indexes that succeeded. */
  readonly allSucceeded: number;
  readonly allFailed: number;
  readonly completed: Indexes;
  /** The indexes that are given up, when failures are counted for each. */
  readonly givenUp: Indexes | undefined;
  /** Failed pods that are kept until their index has a successor, by index. */
  readonly kept: ReadonlyMap<number, Pod>;
}

/** Most uids that the status holds at a time. */
const mostHeld = 500;

/** Counts the pods of a Job; what the status already holds is carried on. */
export function decideTally(facts: Facts): Tally {
  const { job, pods } = facts;
  const tracked = pods.filter(isTracked);
  const indexes = countIndexes(job, pods, tracked);
  const carried = carryOn(job, tracked);
  const fresh = tracked.filter((pod) => !carried.known.has(uidOf(pod)));
  const counts = (pod: Pod): boolean => hasPlace(pod, job) && judgeFailure(job, pod).counts;
  const failed = fresh.filter((pod) => hasFailed(pod, job));
  const counted = failed.filter(counts);
  const isKept = (pod: Pod): boolean => indexes.kept.get(indexOf(pod, job) ?? -1) === pod;
  const succeeded = isIndexed(job) ? [] : fresh.filter((pod) => pod.status?.phase === 'Succeeded');

  const room = mostHeld - carried.succeeded.length - carried.failed.length;
  const held = [...succeeded, ...counted.filter((pod) => !isKept(pod))].slice(0, Math.max(0, room));
  const uids = (those: readonly Pod[]): string[] => those.filter((pod) => held.includes(pod)).map(uidOf);
  const done = indexes.before;
  return {
    succeeded: isIndexed(job) ? countOf(indexes.completed) : carried.settledSucceeded,
    failed: carried.settledFailed,
    uncounted: {
      succeeded: [...carried.succeeded, ...uids(succeeded)],
      failed: [...carried.failed, ...uids(counted)],
    },
    release: tracked.filter(
      (pod) =>
        isDeleting(job) ||
        carried.known.has(uidOf(pod)) ||
        isWritten(pod, job, done) ||
        (!isKept(pod) && isOver(pod, job) && !counted.includes(pod) && !succeeded.includes(pod)),
    ),
    allSucceeded: isIndexed(job)
      ? countOf(indexes.completed)
      : carried.settledSucceeded + carried.succeeded.length + succeeded.length,
    allFailed: carried.settledFailed + carried.failed.length + counted.length,
    completed: indexes.completed,
    givenUp: indexes.givenUp,
    kept: indexes.kept,
  };
}

/** Counts are kept of pods that say which part of the work they do, when the work has parts. */
const hasPlace = (pod: Pod, job: Job): boolean => !isIndexed(job) || indexOf(pod, job) !== undefined;

/** Once the Job has failed, so has everything that has not succeeded. */
const hasFailed = (pod: Pod, job: Job): boolean =>
  pod.status?.phase !== 'Succeeded' &&
  (isFailed(pod, job) || isTrue(job.status?.conditions, 'FailureTarget'));

/** Nothing more is expected of it, and it does not count. */
const isOver = (pod: Pod, job: Job): boolean =>
  hasFailed(pod, job) ||
  (pod.status?.phase === 'Succeeded' && isIndexed(job) && indexOf(pod, job) === undefined) ||
  (pod.status?.phase !== 'Succeeded' &&
    !isActive(pod) &&
    isTrue(job.status?.conditions, 'SuccessCriteriaMet'));

/** Its index is in the status as one that succeeded. */
const isWritten = (pod: Pod, job: Job, before: Indexes): boolean =>
  isIndexed(job) && pod.status?.phase === 'Succeeded' && holds(before, indexOf(pod, job) ?? -1);

/** What the status says: uids of pods that are still held stay, those of others have become numbers. */
function carryOn({ status = {} }: Job, tracked: readonly Pod[]) {
  const { succeeded = 0, failed = 0, uncountedTerminatedPods: held = {} } = status;
  const present = new Set(tracked.map(uidOf));
  const [heldSucceeded, heldFailed] = [held.succeeded ?? [], held.failed ?? []];
  const stays = (uid: string): boolean => present.has(uid);
  return {
    known: new Set([...heldSucceeded, ...heldFailed]),
    succeeded: heldSucceeded.filter(stays),
    failed: heldFailed.filter(stays),
    settledSucceeded: succeeded + heldSucceeded.filter((uid) => !stays(uid)).length,
    settledFailed: failed + heldFailed.filter((uid) => !stays(uid)).length,
  };
}

function countIndexes(job: Job, pods: readonly Pod[], tracked: readonly Pod[]) {
  const end = job.spec.completions ?? 0;
  const before = parseIndexes(job.status?.completedIndexes ?? '', end);
  const succeeded = tracked.filter(({ status }) => status?.phase === 'Succeeded');
  const completed = withIndexes(before, indexesOf(succeeded, job));
  if (!isLimitedPerIndex(job)) return { before, completed, givenUp: undefined, kept: new Map<number, Pod>() };

  const failed = tracked.filter((pod) => isFailed(pod, job));
  const limit = job.spec.backoffLimitPerIndex ?? 0;
  const ends = (pod: Pod): boolean => {
    const { action, counts } = judgeFailure(job, pod);
    return action === 'FailIndex' || (counts && failuresBefore(pod) >= limit);
  };
  const known = parseIndexes(job.status?.failedIndexes ?? '', end);
  const givenUp = withIndexes(known, indexesOf(failed.filter(ends), job));
  const active = indexesOf(pods.filter(isActive), job);
  const isDecided = (index: number): boolean =>
    holds(completed, index) || holds(givenUp, index) || active.has(index);
  const isOpen = !['FailureTarget', 'SuccessCriteriaMet'].some((type) =>
    isTrue(job.status?.conditions, type),
  );
  const latest = isOpen ? latestFailed(failed, job) : new Map<number, Pod>();
  const kept = new Map([...latest].filter(([index]) => !isDecided(index)));
  return { before, completed, givenUp, kept };
}
