import { findCondition, type Job, type JobCondition, timestamp } from '@fairlead/kube';
import { withVerdict } from '../conditions.ts';
import { isActive, isReady, isTerminating } from '../pods/state.ts';
import { type Facts, isSuspended, isTracked } from './facts.ts';
import { isIndexed } from './index-pods.ts';
import { renderIndexes } from './indexes.ts';
import { decideTally, type Tally } from './tally.ts';
import type { Verdict } from './why-finished.ts';

type Status = NonNullable<Job['status']>;
type Conditions = readonly JobCondition[];

/** What a Job says of its pods after a pass. */
export function desiredStatus(facts: Facts, verdict: Verdict | undefined): Status {
  const { pods } = facts;
  const tally = decideTally(facts);
  const conditions = desiredConditions(facts, tally, verdict);
  const start = startTime(facts, conditions);
  const complete = findCondition(conditions, 'Complete');
  const active = pods.filter(isActive);
  return {
    ...(conditions.length === 0 ? {} : { conditions }),
    ...(start === undefined ? {} : { startTime: start }),
    ...(complete?.lastTransitionTime === undefined ? {} : { completionTime: complete.lastTransitionTime }),
    ...nonZero({ active: active.length, succeeded: tally.succeeded, failed: tally.failed }),
    ...indexStatus(facts, tally),
    ready: active.filter(isReady).length,
    terminating: pods.filter(isTerminating).length,
    uncountedTerminatedPods: {
      ...(tally.uncounted.succeeded.length === 0 ? {} : { succeeded: tally.uncounted.succeeded }),
      ...(tally.uncounted.failed.length === 0 ? {} : { failed: tally.uncounted.failed }),
    },
  };
}

function indexStatus({ job }: Facts, { completed, givenUp }: Tally): Partial<Status> {
  if (!isIndexed(job)) return {};
  return {
    ...(completed.length === 0 ? {} : { completedIndexes: renderIndexes(completed) }),
    ...(givenUp === undefined ? {} : { failedIndexes: renderIndexes(givenUp) }),
  };
}

const nonZero = (counts: Readonly<Record<string, number>>): Partial<Status> =>
  Object.fromEntries(Object.entries(counts).filter(([, number]) => number !== 0));

function desiredConditions(facts: Facts, tally: Tally, verdict: Verdict | undefined): Conditions {
  const conditions = facts.job.status?.conditions ?? [];
  if (verdict === undefined) return withSuspension(conditions, facts);
  const { outcome, reason, message } = verdict;
  const say = (before: Conditions, type: string): Conditions =>
    withVerdict({
      conditions: before,
      verdict: { type, status: 'True', reason, message },
      now: facts.now,
      stamp: 'lastProbeTime',
    });
  const decided = say(conditions, outcome === 'complete' ? 'SuccessCriteriaMet' : 'FailureTarget');
  if (!isSettled(facts, tally)) return decided;
  return say(decided, outcome === 'complete' ? 'Complete' : 'Failed');
}

/** All pods have ended and are counted: only then is the last word said. */
const isSettled = ({ pods }: Facts, { uncounted }: Tally): boolean =>
  uncounted.succeeded.length + uncounted.failed.length === 0 &&
  !pods.some((pod) => isTracked(pod) || isActive(pod) || isTerminating(pod));

function withSuspension(conditions: Conditions, { job, now }: Facts): Conditions {
  const suspended = isSuspended(job);
  if (!suspended && findCondition(conditions, 'Suspended') === undefined) return conditions;
  const verdict = suspended
    ? ({ type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' } as const)
    : ({ type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed' } as const);
  return withVerdict({ conditions, verdict, now, stamp: 'lastProbeTime' });
}

/** A deadline counts the time since the Job was last let run. */
function startTime({ job, now }: Facts, conditions: Conditions): string | undefined {
  const before = findCondition(job.status?.conditions, 'Suspended')?.status;
  const resumed = before === 'True' && findCondition(conditions, 'Suspended')?.status === 'False';
  if (resumed) return timestamp(now);
  return job.status?.startTime ?? (isSuspended(job) ? undefined : timestamp(now));
}
