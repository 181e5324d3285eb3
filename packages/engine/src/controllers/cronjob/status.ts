import type { CronJob, EventNote } from '@fairlead/kube';
import { instant } from '../time.ts';
import { endOf, type Facts, refersTo, successOf } from './facts.ts';

type Status = NonNullable<CronJob['status']>;

/** The status with what became of the Jobs, and what is worth telling of that. */
export interface Seen {
  readonly status: Status;
  readonly notes: readonly EventNote[];
}

/** Who ended, or vanished, is no longer active. */
export function lookAtJobs({ cronJob, jobs }: Facts): Seen {
  const { active = [], ...rest } = cronJob.status ?? {};
  const notes: EventNote[] = [];
  const normal = (reason: string, message: string): void => {
    notes.push({ type: 'Normal', reason, message });
  };
  const stays = active.filter((reference) => {
    const job = jobs.find((one) => refersTo(reference, one));
    if (job === undefined) normal('MissingJob', `Active job went missing: ${reference.name}`);
    const end = job && endOf(job);
    if (job !== undefined && end !== undefined)
      normal('SawCompletedJob', `Saw completed job: ${job.metadata.name}, condition: ${end}`);
    return job !== undefined && end === undefined;
  });
  const latest = latestSuccess(cronJob, jobs);
  const status = {
    ...(stays.length === 0 ? {} : { active: stays }),
    ...rest,
    ...(latest === undefined ? {} : { lastSuccessfulTime: latest }),
  };
  return { status, notes };
}

function latestSuccess({ status }: CronJob, jobs: Facts['jobs']): string | undefined {
  const times = [status?.lastSuccessfulTime, ...jobs.map(successOf)].filter((time) => time !== undefined);
  return times.toSorted((a, b) => (instant(a) ?? 0) - (instant(b) ?? 0)).at(-1);
}
