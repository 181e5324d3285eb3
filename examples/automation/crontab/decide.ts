import { isBeingDeleted, isTrue, type Job } from '@fairlead/kube';
import { fingerprint, scheduledAt } from './children.ts';
import { nextRun, parseSchedule } from './cron.ts';
import type { CronTab, Entry } from './tab.ts';

/** What there is to do for one entry, one step at a time: each is seen before the next is decided. */
export type Step =
  | { readonly kind: 'add'; readonly at: number }
  | { readonly kind: 'start'; readonly job: Job }
  | { readonly kind: 'delete'; readonly job: Job; readonly why: 'changed' | 'finished' }
  /** Nothing before that time. */
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'impossible'; readonly why: string };

export interface Facts {
  /** Those of the entry. */
  readonly jobs: readonly Job[];
  readonly now: number;
}

/**
 * The run to come is a suspended Job, named after its time. It is there before its time has come, so a restart finds
 * it; and it is there once, so it cannot run twice. The run after that is counted from it and not from now: what fell
 * into a time when nobody looked is made up for.
 */
export function decideEntry(tab: CronTab, entry: Entry, { jobs, now }: Facts): Step {
  const schedule = parse(entry.schedule);
  if (typeof schedule === 'string') return { kind: 'impossible', why: schedule };
  if (!isZone(tab.spec.timeZone))
    return { kind: 'impossible', why: `there is no time zone ${tab.spec.timeZone}` };
  const [oldest] = finishedBeyond(tab.spec.keep, jobs);
  if (oldest !== undefined) return { kind: 'delete', job: oldest, why: 'finished' };
  const waiting = jobs.find((job) => job.spec.suspend === true);
  if (waiting !== undefined) return decideWaiting(waiting, entry, now);
  const at = nextRun(schedule, tab.spec.timeZone, lastCounted(tab, entry, { jobs, now }));
  return at === undefined ? { kind: 'impossible', why: 'its time never comes' } : { kind: 'add', at };
}

/** Finished runs that are too many, the oldest first. The latest is never among them: the next is counted from it. */
function finishedBeyond(keep: number, jobs: readonly Job[]): readonly Job[] {
  const finished = jobs.filter((job) => isFinished(job) && !isBeingDeleted(job));
  return finished
    .toSorted((a, b) => scheduledAt(a) - scheduledAt(b))
    .slice(0, Math.max(0, finished.length - keep));
}

/** From when on runs are wanted: the latest of this entry as it is, if that is not too long ago; else now. */
function lastCounted(tab: CronTab, entry: Entry, { jobs, now }: Facts): number {
  const latest = Math.max(...jobs.filter((job) => isMadeFor(job, entry)).map(scheduledAt));
  return Number.isFinite(latest) ? Math.max(latest, now - tab.spec.missedWithin * 1000) : now;
}

const isMadeFor = ({ metadata }: Job, entry: Entry): boolean =>
  metadata.annotations?.[fingerprint.annotation] === fingerprint.of(entry);

function decideWaiting(job: Job, entry: Entry, now: number): Step {
  if (isBeingDeleted(job)) return { kind: 'wait', until: Infinity };
  if (!isMadeFor(job, entry)) return { kind: 'delete', job, why: 'changed' };
  const at = scheduledAt(job);
  return at <= now ? { kind: 'start', job } : { kind: 'wait', until: at };
}

/** Waits for nothing any more. */
const isFinished = ({ status }: Job): boolean =>
  isTrue(status?.conditions, 'Complete') || isTrue(status?.conditions, 'Failed');

function parse(text: string): ReturnType<typeof parseSchedule> | string {
  try {
    return parseSchedule(text);
  } catch (error) {
    return (error as SyntaxError).message;
  }
}

function isZone(timeZone: string): boolean {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone) !== undefined;
  } catch {
    return false; // A RangeError is all that it throws.
  }
}
