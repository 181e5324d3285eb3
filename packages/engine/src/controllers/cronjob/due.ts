import type { CronJob } from '@fairlead/kube';
import { instant } from '../time.ts';
import type { Schedule } from './schedule.ts';

const second = 1000;

/** A little after the minute, so that a clock that is a little fast does not come too early. */
const padding = 100;

/** More runs than this missed are told of: a clock is wrong, or nobody was there for long. */
const many = 100;

/** What a schedule says of the time since the last run. */
interface Recent {
  /** From where it was counted. */
  readonly since: number;
  /** The latest time that came; `undefined` when none did. */
  readonly time: number | undefined;
  readonly missed: number;
}

/** A schedule that can be read and makes no sense: the 31st of February. */
export class EmptySchedule extends Error {
  override readonly name = 'EmptySchedule';
}

export interface Due {
  /** The time to act upon; `undefined` when none has come. */
  readonly time: number | undefined;
  readonly tooMany: boolean;
}

/** The latest time that came and for which no Job was made yet, not looking back further than the deadline. */
export function decideDue(cronJob: CronJob, schedule: Schedule, now: number): Due {
  const { startingDeadlineSeconds: deadline } = cronJob.spec;
  const reach = deadline === undefined ? 0 : now - deadline * second;
  const { time, missed } = recent(schedule, Math.max(lastRun(cronJob), reach), now);
  return { time, tooMany: time !== undefined && missed > many };
}

/** Milliseconds until the schedule comes again; `undefined` when it never does. */
export function untilNext(cronJob: CronJob, schedule: Schedule, now: number): number | undefined {
  const next = schedule.next(lastTime(cronJob, schedule, now));
  return next === undefined ? undefined : Math.max(0, next + padding - now);
}

function lastTime(cronJob: CronJob, schedule: Schedule, now: number): number {
  try {
    const { since, time, missed } = recent(schedule, lastRun(cronJob), now);
    return time ?? (missed === 0 ? since : now);
  } catch (error) {
    if (error instanceof EmptySchedule) return now;
    throw error;
  }
}

const lastRun = ({ metadata, status }: CronJob): number =>
  instant(status?.lastScheduleTime) ?? instant(metadata.creationTimestamp) ?? 0;

/** Counted, not walked through: there may be years of minutes in between. */
function recent(schedule: Schedule, since: number, now: number): Recent {
  const first = schedule.next(since);
  const then = first === undefined ? undefined : schedule.next(first);
  if (first === undefined || then === undefined)
    throw new EmptySchedule('time difference between two schedules is less than 1 second');
  if (now < first) return { since, time: undefined, missed: 0 };
  if (now < then) return { since, time: first, missed: 0 };
  const between = then - first;
  const missed = Math.floor((now - first) / between) + 1;
  let time: number | undefined;
  let next = schedule.next(first + (missed - 2) * between);
  while (next !== undefined && next <= now) {
    time = next;
    next = schedule.next(next);
  }
  return { since, time, missed };
}
