import type { CronJob, EventNote } from '@fairlead/kube';
import { isDeleting } from '../pods/state.ts';
import { instant } from '../time.ts';
import { type Due, decideDue, EmptySchedule, untilNext } from './due.ts';
import { endOf, type Facts, refersTo } from './facts.ts';
import { jobName } from './names.ts';
import { openSchedule } from './next.ts';
import { type Schedule, ScheduleError } from './schedule.ts';

/** What a pass does about the time. */
export interface Plan {
  /** The time for which a Job has to be made. */
  readonly start?: number;
  /** Milliseconds until the schedule comes again. */
  readonly after?: number | undefined;
  /** What is worth telling as long as it is so. */
  readonly notes: readonly EventNote[];
}

const warning = (reason: string, message: string): EventNote => ({ type: 'Warning', reason, message });

/** Whether it is time for a Job; `active` are the names of those that run. */
export function decideStart(facts: Facts, active: readonly string[]): Plan {
  const { cronJob, now } = facts;
  const notes = [...unexpected(facts), ...unsupported(cronJob)];
  if (isDeleting(cronJob)) return { notes };
  const schedule = readSchedule(cronJob);
  if ('reason' in schedule) return { notes: [...notes, schedule] };
  if (cronJob.spec.suspend === true) return { notes };
  try {
    const due = decideDue(cronJob, schedule, now);
    const after = untilNext(cronJob, schedule, now);
    const plan = judge(facts, due, active);
    return { ...plan, after, notes: [...notes, ...plan.notes] };
  } catch (error) {
    if (!(error instanceof EmptySchedule)) throw error;
    const message = `invalid schedule: ${cronJob.spec.schedule} : ${error.message}`;
    return { notes: [...notes, warning('InvalidSchedule', message)] };
  }
}

function judge({ cronJob, now }: Facts, { time, tooMany }: Due, active: readonly string[]): Plan {
  if (time === undefined) return { notes: [] };
  const notes = tooMany
    ? [
        warning(
          'TooManyMissedTimes',
          'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
        ),
      ]
    : [];
  const { startingDeadlineSeconds: deadline, concurrencyPolicy } = cronJob.spec;
  if (deadline !== undefined && time + deadline * 1000 < now) {
    const message = `Missed scheduled time to start a job: ${inWords(time)}`;
    return { notes: [...notes, warning('MissSchedule', message)] };
  }
  const isDone =
    active.includes(jobName(cronJob, time)) || instant(cronJob.status?.lastScheduleTime) === time;
  if (isDone) return { notes };
  if (concurrencyPolicy === 'Forbid' && active.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    return { notes: [...notes, { type: 'Normal', reason: 'JobAlreadyActive', message }] };
  }
  return { start: time, notes };
}

function readSchedule({ spec: { schedule, timeZone } }: CronJob): Schedule | EventNote {
  try {
    return openSchedule(schedule, timeZone ?? 'UTC');
  } catch (error) {
    if (error instanceof RangeError) {
      const zone = JSON.stringify(timeZone ?? '');
      return warning('UnknownTimeZone', `invalid timeZone: ${zone}: unknown time zone ${timeZone ?? ''}`);
    }
    if (!(error instanceof ScheduleError)) throw error;
    const text = JSON.stringify(schedule);
    return warning('UnparseableSchedule', `unparseable schedule: ${text} : ${error.message}`);
  }
}

/** Jobs that run, belong to it, and were not made by it, or not as far as it remembers. */
const unexpected = ({ cronJob, jobs }: Facts): readonly EventNote[] =>
  jobs
    .filter((job) => endOf(job) === undefined)
    .filter((job) => !(cronJob.status?.active ?? []).some((reference) => refersTo(reference, job)))
    .map(({ metadata }) =>
      warning('UnexpectedJob', `Saw a job that the controller did not create or forgot: ${metadata.name}`),
    );

function unsupported({ spec: { schedule } }: CronJob): readonly EventNote[] {
  if (!schedule.includes('TZ')) return [];
  const text = JSON.stringify(schedule);
  const message = `CRON_TZ or TZ used in schedule ${text} is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details`;
  return [warning('UnsupportedSchedule', message)];
}

/** As Go writes it in RFC 1123: `Mon, 02 Jan 2006 15:04:05 +0000`. */
const inWords = (time: number): string => new Date(time).toUTCString().replace('GMT', '+0000');
