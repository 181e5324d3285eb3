import type { KubeObject } from '@fairlead/kube';
import type { FieldError } from '../../../schema/field-error.ts';
import { Place } from '../../../schema/place.ts';
import type { Rules } from '../../rules.ts';
import { nameWarnings } from '../pod/warnings.ts';
import { scheduleFault } from './cron-schedule.ts';
import { jobSpecWarnings } from './job.ts';
import { type JobSpec, judgeJobSpec } from './job-spec.ts';

interface CronJobSpec {
  readonly schedule?: string;
  readonly timeZone?: string;
  readonly startingDeadlineSeconds?: number;
  readonly concurrencyPolicy?: string;
  readonly jobTemplate?: { readonly spec?: JobSpec };
  readonly successfulJobsHistoryLimit?: number;
  readonly failedJobsHistoryLimit?: number;
}

interface CronJob extends KubeObject {
  readonly spec?: CronJobSpec;
}

const CONCURRENCY = ['Allow', 'Forbid', 'Replace'];
/** A job is called after its CronJob and its minute: eleven characters more. */
const NAME_LENGTH = 52;

const cronJobErrors = ({ metadata, spec = {} }: CronJob, old: CronJob | undefined): readonly FieldError[] => {
  const at = new Place('spec');
  judgeSchedule(spec, old?.spec, at.field('schedule'));
  at.field('startingDeadlineSeconds').notNegative(spec.startingDeadlineSeconds);
  if (spec.timeZone !== undefined && spec.timeZone !== old?.spec?.timeZone) {
    judgeTimeZone(spec.timeZone, at.field('timeZone'));
  }
  at.field('concurrencyPolicy').oneOf(spec.concurrencyPolicy, CONCURRENCY);
  judgeJobTemplate(spec.jobTemplate?.spec ?? {}, at.field('jobTemplate').field('spec'));
  at.field('successfulJobsHistoryLimit').notNegative(spec.successfulJobsHistoryLimit);
  at.field('failedJobsHistoryLimit').notNegative(spec.failedJobsHistoryLimit);
  if (old === undefined && metadata.name.length > NAME_LENGTH) {
    const name = new Place('metadata.name', at.found);
    name.invalid(metadata.name, `must be no more than ${NAME_LENGTH} characters`);
  }
  return at.found;
};

/** A zone within the schedule is let be where it was before there was a field for it. */
const judgeSchedule = (
  { schedule = '', timeZone }: CronJobSpec,
  old: CronJobSpec | undefined,
  at: Place,
): void => {
  if (schedule === '') return at.required();
  const fault = scheduleFault(schedule);
  if (fault !== undefined) at.invalid(schedule, fault);
  if (!schedule.includes('TZ')) return;
  if (old?.schedule?.includes('TZ') !== true) {
    at.invalid(schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead');
  } else if (timeZone !== undefined) {
    at.invalid(schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule');
  }
};

const judgeTimeZone = (zone: string, at: Place): void => {
  if (zone === '') return at.invalid(zone, 'timeZone must be nil or non-empty string');
  const named = zone
    .split('/')
    .every((part) => part !== '.' && part !== '..' && /^[A-Za-z._0-9+][A-Za-z._0-9+-]{0,13}$/.test(part));
  if (!named) return at.invalid(zone, `unknown time zone ${zone}`);
  if (zone.toLowerCase() === 'local') {
    at.invalid(zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones');
  }
  if (!isTimeZone(zone)) at.invalid(zone, `unknown time zone ${zone}`);
};

const isTimeZone = (zone: string): boolean => {
  if (zone === 'Local') return true;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
};

const judgeJobTemplate = (spec: JobSpec, at: Place): void => {
  judgeJobSpec(spec, at);
  if (spec.selector) at.field('selector').invalid(spec.selector, '`selector` will be auto-generated');
  if (spec.manualSelector === true) at.field('manualSelector').unsupported(true, ['nil', 'false']);
};

const ZONE_WARNING =
  'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details';

export const cronJobRules: Rules = {
  complete: true,
  validate: cronJobErrors,
  warnings: ({ metadata, spec = {} }: CronJob, old) => {
    const job = jobSpecWarnings(spec.jobTemplate?.spec ?? {}, 'spec.jobTemplate.spec');
    if (old === undefined) return [...nameWarnings(metadata.name), ...job];
    return [
      ...(old.metadata.generation === metadata.generation ? [] : job),
      ...(spec.schedule?.includes('TZ') === true ? [ZONE_WARNING] : []),
    ];
  },
};
