import { readDuration } from '../../schema/duration.ts';

/** Times that come again and again. */
export interface Schedule {
  /** The first one after `time`, milliseconds since the epoch; `undefined` when there is none within five years. */
  next(time: number): number | undefined;
}

/** Which values of one field are meant; `any` when it does not restrict. */
export interface Field {
  readonly values: ReadonlySet<number>;
  readonly any: boolean;
}

/** The five fields of a crontab. */
export interface Fields {
  readonly minute: Field;
  readonly hour: Field;
  readonly day: Field;
  readonly month: Field;
  readonly weekday: Field;
}

/** A text is no schedule. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
}

const names = (list: string, first: number): ReadonlyMap<string, number> =>
  new Map(list.split(' ').map((name, index) => [name, index + first]));

const none: ReadonlyMap<string, number> = new Map();

const bounds = {
  minute: { min: 0, max: 59, names: none },
  hour: { min: 0, max: 23, names: none },
  day: { min: 1, max: 31, names: none },
  month: { min: 1, max: 12, names: names('jan feb mar apr may jun jul aug sep oct nov dec', 1) },
  weekday: { min: 0, max: 6, names: names('sun mon tue wed thu fri sat', 0) },
};

type Bounds = (typeof bounds)['minute'];

const words: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

/** What a schedule says: fields of a crontab, or a time between two runs. */
export type Spoken =
  | { readonly kind: 'fields'; readonly fields: Fields; readonly zone: string | undefined }
  | { readonly kind: 'every'; readonly milliseconds: number };

/** Reads the syntax that Kubernetes reads: crontab, `@daily` and the like, `@every 1h`, a zone before it. */
export function parseSchedule(schedule: string): Spoken {
  const [, zone, rest = ''] = /^(?:(?:CRON_)?TZ=(\S*)\s+)?(.*)$/s.exec(schedule.trim()) ?? [];
  if (rest.startsWith('@every ')) return every(rest);
  if (rest.startsWith('@') && !words.has(rest)) throw new ScheduleError(`unrecognized descriptor: ${rest}`);
  const parts = (words.get(rest) ?? rest).split(/\s+/).filter((part) => part !== '');
  if (parts.length !== 5)
    throw new ScheduleError(`expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`);
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = parts;
  const fields = {
    minute: parseField(minute, bounds.minute),
    hour: parseField(hour, bounds.hour),
    day: parseField(day, bounds.day),
    month: parseField(month, bounds.month),
    weekday: parseField(weekday, bounds.weekday),
  };
  return { kind: 'fields', fields, zone };
}

/** Whole seconds, at least one. */
function every(text: string): Spoken {
  try {
    const seconds = Number(readDuration(text.slice('@every '.length)) / 1_000_000_000n);
    return { kind: 'every', milliseconds: Math.max(1, seconds) * 1000 };
  } catch (error) {
    throw new ScheduleError(`failed to parse duration ${text}: ${(error as Error).message}`);
  }
}

function parseField(text: string, bound: Bounds): Field {
  const ranges = text
    .split(',')
    .filter((range) => range !== '')
    .map((range) => parseRange(range, bound));
  return {
    values: new Set(ranges.flatMap(({ values }) => [...values])),
    any: ranges.some(({ any }) => any),
  };
}

/** `5`, `mon-fri`, `10/5` to the end, a star with or without a step. */
function parseRange(range: string, bound: Bounds): Field {
  const [, low = '', high, step] = /^([^-/]*)(?:-([^-/]*))?(?:\/([^/]*))?$/.exec(range) ?? [];
  const isAny = low === '*' || low === '?';
  const from = isAny ? bound.min : numberOf(low, range, bound);
  const by = step === undefined ? 1 : numberOf(step, range);
  const open = isAny || (high === undefined && step !== undefined);
  const given = high === undefined ? from : numberOf(high, range, bound);
  const to = open ? bound.max : given;
  if (from < bound.min || to > bound.max || from > to || by === 0)
    throw new ScheduleError(`not a range between ${bound.min} and ${bound.max}: ${range}`);
  const values = new Set(Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, n) => from + n * by));
  return { values, any: isAny && by === 1 };
}

function numberOf(text: string, range: string, bound?: Bounds): number {
  const named = bound?.names.get(text.toLowerCase());
  if (named === undefined && !/^\+?\d+$/.test(text))
    throw new ScheduleError(`failed to parse int from ${text}: ${range}`);
  return named ?? Number(text);
}
