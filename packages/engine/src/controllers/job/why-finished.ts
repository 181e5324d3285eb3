import { findCondition, isTrue, type Job, type Pod } from '@fairlead/kube';
import { isActive } from '../pods/state.ts';
import { instant } from '../time.ts';
import { type Facts, isFailed, isSuspended } from './facts.ts';
import { judgeFailure } from './failure-policy.ts';
import { isIndexed } from './index-pods.ts';
import { countOf } from './indexes.ts';
import { successRule } from './success-policy.ts';
import type { Tally } from './tally.ts';

/** Why a Job is over. */
export interface Verdict {
  readonly outcome: 'complete' | 'failed';
  readonly reason: string;
  readonly message: string;
}

type Rule = (facts: Facts, tally: Tally) => Verdict | undefined;

const failed = (reason: string, message: string): Verdict => ({ outcome: 'failed', reason, message });

/** A verdict once written stands, whatever the pods do while they end. */
const judgedBefore: Rule = ({ job }) => {
  for (const [type, outcome] of [
    ['SuccessCriteriaMet', 'complete'],
    ['FailureTarget', 'failed'],
  ] as const) {
    const condition = findCondition(job.status?.conditions, type);
    if (condition?.status !== 'True') continue;
    return { outcome, reason: condition.reason ?? '', message: condition.message ?? '' };
  }
  return undefined;
};

/** The first failed pod of which the policy says that the Job must fail. */
const fatal: Rule = ({ job, pods }) => {
  for (const pod of pods.filter((one) => isFailed(one, job))) {
    const { message } = judgeFailure(job, pod);
    if (message !== undefined) return failed('PodFailurePolicy', message);
  }
  return undefined;
};

const tooManyFailures: Rule = ({ job, pods }, { allFailed }) => {
  const limit = backoffLimitOf(job);
  if (allFailed <= limit && !restartedTooOften(job, pods, limit)) return undefined;
  return failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
};

const tooLate: Rule = (facts) => {
  const left = untilDeadline(facts);
  if (left === undefined || left > 0) return undefined;
  return failed('DeadlineExceeded', 'Job was active longer than specified deadline');
};

const tooManyGivenUp: Rule = ({ job: { spec } }, { completed, givenUp = [] }) => {
  const lost = countOf(givenUp);
  if (spec.maxFailedIndexes !== undefined && lost > spec.maxFailedIndexes) {
    const message = 'Job has exceeded the specified maximal number of failed indexes';
    return failed('MaxFailedIndexesExceeded', message);
  }
  if (lost === 0 || lost + countOf(completed) < (spec.completions ?? 0)) return undefined;
  return failed('FailedIndexes', 'Job has failed indexes');
};

const goodEnough: Rule = ({ job }, { completed }) => {
  const rule = isIndexed(job) ? successRule(job, completed) : -1;
  if (rule < 0) return undefined;
  return { outcome: 'complete', reason: 'SuccessPolicy', message: `Matched rules at index ${rule}` };
};

const enoughSuccesses: Rule = ({ job, pods }, { allSucceeded }) => {
  // Without a number of completions the first success decides, but what runs may end.
  if (allSucceeded < (job.spec.completions ?? 1) || pods.some(isActive)) return undefined;
  const message = 'Reached expected number of succeeded pods';
  return { outcome: 'complete', reason: 'CompletionsReached', message };
};

const rules: readonly Rule[] = [
  judgedBefore,
  fatal,
  tooManyFailures,
  tooLate,
  tooManyGivenUp,
  goodEnough,
  enoughSuccesses,
];

/** The first rule that says that the Job is over; `undefined` while it goes on. */
export function whyFinished(facts: Facts, tally: Tally): Verdict | undefined {
  for (const rule of rules) {
    const verdict = rule(facts, tally);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

/** Milliseconds until the Job has been active for too long; `undefined` when it may take for ever. */
export function untilDeadline({ job, now }: Facts): number | undefined {
  const { activeDeadlineSeconds: seconds } = job.spec;
  if (seconds === undefined || isSuspended(job)) return undefined;
  return (instant(job.status?.startTime) ?? now) + seconds * 1000 - now;
}

export const isFinished = ({ status }: Job): boolean =>
  isTrue(status?.conditions, 'Complete') || isTrue(status?.conditions, 'Failed');

const backoffLimitOf = ({ spec }: Job): number => spec.backoffLimit ?? 6;

/** Pods that restart their containers in place count their restarts. */
function restartedTooOften(job: Job, pods: readonly Pod[], limit: number): boolean {
  if (job.spec.template.spec.restartPolicy !== 'OnFailure') return false;
  const restarts = pods
    .filter(({ status }) => status?.phase === 'Running' || status?.phase === 'Pending')
    .flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
    .reduce((total, { restartCount }) => total + restartCount, 0);
  return limit === 0 ? restarts > 0 : restarts >= limit;
}
