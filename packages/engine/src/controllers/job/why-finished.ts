import { findCondition, isTrue, type Job, type Pod } from '@fairlead/kube';
import { isActive } from '../pods/state.ts';
import { instant } from '../time.ts';
import { type Facts, isSuspended } from './facts.ts';
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

/** Half of what is not served yet would do harm: such a Job is refused by name. */
const refused: Rule = ({ job }) => {
  const what = unserved(job);
  return what === undefined
    ? undefined
    : failed('NotSupported', `This engine does not serve ${what} of Jobs yet`);
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

const enoughSuccesses: Rule = ({ job, pods }, { allSucceeded }) => {
  // Without a number of completions the first success decides, but what runs may end.
  if (allSucceeded < (job.spec.completions ?? 1) || pods.some(isActive)) return undefined;
  const message = 'Reached expected number of succeeded pods';
  return { outcome: 'complete', reason: 'CompletionsReached', message };
};

const rules: readonly Rule[] = [judgedBefore, refused, tooManyFailures, tooLate, enoughSuccesses];

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

function unserved({ spec }: Job): string | undefined {
  if (spec.completionMode === 'Indexed') return 'spec.completionMode Indexed';
  const asked: Readonly<Record<string, unknown>> = { ...spec };
  const fields = ['podFailurePolicy', 'successPolicy', 'backoffLimitPerIndex'];
  const field = fields.find((name) => asked[name] !== undefined);
  return field === undefined ? undefined : `spec.${field}`;
}

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
