import type { FieldError } from '../../../schema/field-error.ts';
import { OMITTED } from '../../../schema/field-error.ts';
import { Place } from '../../../schema/place.ts';
import { readIndexes } from './indexes.ts';
import type { Job } from './job.ts';

export interface JobStatus {
  readonly active?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly ready?: number;
  readonly terminating?: number;
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly completedIndexes?: string;
  readonly failedIndexes?: string;
  readonly uncountedTerminatedPods?: {
    readonly succeeded?: readonly string[];
    readonly failed?: readonly string[];
  };
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

/** A job before and after a write of its status. */
interface Step {
  readonly job: Job;
  readonly now: JobStatus;
  readonly before: JobStatus;
  readonly at: Place;
}

const is = ({ conditions = [] }: JobStatus, type: string, status = 'True'): boolean =>
  conditions.some((condition) => condition.type === type && condition.status === status);

const isFinished = (status: JobStatus): boolean => is(status, 'Complete') || is(status, 'Failed');

/** What a controller may say of a job: an end is an end, and has a beginning (Kubernetes' ValidateJobUpdateStatus). */
export const jobStatusErrors = (job: Job, old: Job): readonly FieldError[] => {
  const at = new Place('status');
  const step: Step = { job, now: job.status ?? {}, before: old.status ?? {}, at };
  judgeCounts(step);
  judgeEnd(step);
  judgeIndexes(step);
  judgeCriteria(step);
  judgeSteps(step);
  return at.found;
};

const judgeCounts = ({ now, at }: Step): void => {
  for (const count of ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const) {
    at.field(count).notNegative(now[count]);
  }
  const seen = new Set<string>();
  for (const list of ['succeeded', 'failed'] as const) {
    now.uncountedTerminatedPods?.[list]?.forEach((uid, index) => {
      const here = at.field('uncountedTerminatedPods').field(list).index(index);
      if (uid === '') here.invalid(uid, 'must not be empty');
      else if (seen.has(uid)) here.duplicate(uid);
      seen.add(uid);
    });
  }
};

/** Looked at only when a write changes it: older jobs may have other ends. */
const judgeEnd = (step: Step): void => {
  const { now, before, at } = step;
  const conditions = at.field('conditions');
  const [complete, failed] = [is(now, 'Complete'), is(now, 'Failed')];
  const changed = (type: string): boolean => is(now, type) !== is(before, type);
  const refuse = (wrong: boolean, words: string): void => {
    if (wrong) conditions.invalid(OMITTED, words);
  };
  const ends = changed('Complete') || changed('Failed');
  refuse(ends && complete && failed, 'cannot set Complete=True and Failed=true conditions');
  refuse(
    (changed('Complete') || changed('FailureTarget')) && complete && is(now, 'FailureTarget'),
    'cannot set Complete=True and FailureTarget=true conditions',
  );
  judgeTimes(step);
  refuse(
    (changed('Failed') || now.failedIndexes !== before.failedIndexes) && failed && !is(now, 'FailureTarget'),
    'cannot set Failed=True condition without the FailureTarget=true condition',
  );
  refuse(
    (changed('Complete') || changed('SuccessCriteriaMet')) && complete && !is(now, 'SuccessCriteriaMet'),
    'cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
  );
  if (isFinished(now)) judgeFinished(step);
};

const judgeTimes = ({ now, before, at }: Step): void => {
  const complete = is(now, 'Complete');
  const changed = complete !== is(before, 'Complete') || now.completionTime !== before.completionTime;
  const here = at.field('completionTime');
  if (changed && now.completionTime !== undefined && !complete) {
    here.invalid(now.completionTime, 'cannot set completionTime when there is no Complete=True condition');
  }
  if (changed && now.completionTime === undefined && complete) {
    here.required('completionTime is required for Complete jobs');
  }
  const { startTime, completionTime } = now;
  if (startTime === undefined || completionTime === undefined || completionTime >= startTime) return;
  if (startTime === before.startTime && completionTime === before.completionTime) return;
  here.invalid(completionTime, 'must be equal to or after `startTime`');
};

const judgeFinished = ({ job, now, before, at }: Step): void => {
  const ends = isFinished(now) !== isFinished(before);
  const { active = 0, uncountedTerminatedPods: pods = {} } = now;
  if ((ends || active !== (before.active ?? 0)) && active > 0) {
    at.field('active').invalid(active, 'active>0 is invalid for finished job');
  }
  const idle = job.spec?.suspend === true && job.spec.completions === 0;
  if ((ends || now.startTime !== before.startTime) && now.startTime === undefined && !idle) {
    at.field('startTime').required('startTime is required for finished job');
  }
  if (ends && (pods.succeeded ?? []).length + (pods.failed ?? []).length > 0) {
    const shown = new Map([
      ['Succeeded', pods.succeeded ?? null],
      ['Failed', pods.failed ?? null],
    ]);
    at.field('uncountedTerminatedPods').invalid(shown, 'must be empty for finished job');
  }
};

const judgeIndexes = ({ job, now, before, at }: Step): void => {
  const { completions, backoffLimitPerIndex, completionMode } = job.spec ?? {};
  const { completedIndexes = '', failedIndexes } = now;
  if (completedIndexes !== (before.completedIndexes ?? '')) {
    const here = at.field('completedIndexes');
    const read = completions === undefined ? 0 : readIndexes(completedIndexes, completions);
    if (typeof read === 'string') here.invalid(completedIndexes, `error parsing completedIndexes: ${read}`);
    if (completedIndexes !== '' && completionMode !== 'Indexed') {
      here.invalid(
        completedIndexes,
        'cannot set non-empty completedIndexes when non-indexed completion mode',
      );
    }
  }
  if (failedIndexes === undefined || failedIndexes === before.failedIndexes) return;
  const here = at.field('failedIndexes');
  const read = completions === undefined ? 0 : readIndexes(failedIndexes, completions);
  if (typeof read === 'string' && backoffLimitPerIndex !== undefined) {
    here.invalid(failedIndexes, `error parsing failedIndexes: ${read}`);
  }
  if (backoffLimitPerIndex === undefined) {
    here.invalid(failedIndexes, 'cannot set non-null failedIndexes when backoffLimitPerIndex is null');
  }
};

const judgeCriteria = ({ job, now, before, at }: Step): void => {
  const { ready, active = 0, terminating = 0 } = now;
  if (isFinished(now) !== isFinished(before) && isFinished(now) && terminating > 0) {
    at.field('terminating').invalid(terminating, 'terminating>0 is invalid for finished job');
  }
  const moved = ready !== before.ready || active !== (before.active ?? 0);
  if (moved && ready !== undefined && ready > active) {
    at.field('ready').invalid(ready, 'cannot set more ready pods than active');
  }
  const met = is(now, 'SuccessCriteriaMet');
  const conditions = at.field('conditions');
  if (met && is(now, 'Failed')) {
    conditions.invalid(OMITTED, 'cannot set SuccessCriteriaMet=True and Failed=true conditions');
  }
  if (met && is(now, 'FailureTarget')) {
    conditions.invalid(OMITTED, 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions');
  }
  if (job.spec?.successPolicy && !met && is(now, 'Complete')) {
    const why = 'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True';
    conditions.invalid(OMITTED, why);
  }
};

/** What was once said is not taken back. */
const judgeSteps = ({ job, now, before, at }: Step): void => {
  const conditions = at.field('conditions');
  for (const type of ['Failed', 'Complete', 'FailureTarget']) {
    if (!is(before, type) || is(now, type)) continue;
    conditions.invalid(OMITTED, `cannot disable the terminal ${type}=True condition`);
  }
  const { failed = 0, succeeded = 0, completionTime } = now;
  if (failed < (before.failed ?? 0)) at.field('failed').invalid(failed, 'cannot decrease the failed counter');
  const { completionMode, completions, parallelism, suspend } = job.spec ?? {};
  const scalable = completionMode === 'Indexed' && completions === parallelism;
  if (!scalable && succeeded < (before.succeeded ?? 0)) {
    at.field('succeeded').invalid(succeeded, 'cannot decrease the succeeded counter');
  }
  if (completionTime !== undefined && completionTime !== (before.completionTime ?? completionTime)) {
    at.field('completionTime').invalid(completionTime, 'field is immutable');
  }
  const resumes = is(before, 'Suspended') && is(now, 'Suspended', 'False');
  if (before.startTime !== undefined && before.startTime !== now.startTime && suspend !== true && !resumes) {
    at.field('startTime').required('startTime cannot be removed for unsuspended job');
  }
  const [met, was] = [is(now, 'SuccessCriteriaMet'), is(before, 'SuccessCriteriaMet')];
  if (was && !met) conditions.invalid(OMITTED, 'cannot disable the SuccessCriteriaMet=True condition');
  if (is(before, 'Complete') && !was && met) {
    const why = 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions';
    conditions.invalid(OMITTED, why);
  }
};
