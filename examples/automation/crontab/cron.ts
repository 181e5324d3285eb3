/** A schedule as crontab(5) writes it: the values that each field may have. */
export interface Schedule {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly weekdays: ReadonlySet<number>;
  /** Both days are narrowed: one of them is enough, as in crontab(5). */
  readonly isEitherDay: boolean;
}

const fields = [
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day of the month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12 },
  { name: 'day of the week', least: 0, most: 7 },
] as const;

/** Throws `SyntaxError`, in words for the one who wrote it. */
export function parseSchedule(text: string): Schedule {
  const words = text.trim().split(/\s+/);
  if (words.length !== 5) throw new SyntaxError(`a schedule has five fields, and this one ${words.length}`);
  const [minutes, hours, days, months, weekdays] = fields.map((field, i) =>
    parseField(words[i] ?? '', field),
  );
  if (!minutes || !hours || !days || !months || !weekdays)
    throw new SyntaxError('a schedule has five fields');
  const sunday = weekdays.has(7) ? [0] : [];
  return {
    minutes,
    hours,
    days,
    months,
    weekdays: new Set([...weekdays, ...sunday]),
    isEitherDay: !words[2]?.startsWith('*') && !words[4]?.startsWith('*'),
  };
}

type Field = (typeof fields)[number];

const parseField = (word: string, field: Field): Set<number> =>
  new Set(word.split(',').flatMap((part) => parsePart(part, field)));

/** `*`, `3`, `1-5`, each with `/2` behind it or not. */
function parsePart(part: string, { name, least, most }: Field): number[] {
  const [, range = '', from, to, step = '1'] = /^(\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part) ?? [];
  const first = range === '*' ? least : Number(from);
  const last = range === '*' || (to === undefined && part.includes('/')) ? most : Number(to ?? from);
  if (range === '' || first < least || last > most || first > last || Number(step) < 1)
    throw new SyntaxError(`${JSON.stringify(part)} is no ${name} (${least}-${most})`);
  return Array.from(
    { length: Math.floor((last - first) / Number(step)) + 1 },
    (_, i) => first + i * Number(step),
  );
}

/**
 * The first time after an instant (milliseconds) that is on the schedule in a time zone; `undefined` when there is
 * none within five years. Where clocks are put forward, what falls into the gap runs right after it; where they are
 * put back, what names its hours runs once, and what runs in every hour runs in both.
 */
export function nextRun(schedule: Schedule, timeZone: string, after: number): number | undefined {
  const now = Temporal.Instant.fromEpochMilliseconds(after).toZonedDateTimeISO(timeZone);
  if (schedule.hours.size === 24) return nextMatch(schedule, now)?.epochMilliseconds;
  for (let clock = now.toPlainDateTime(), i = 0; i < 3; i += 1) {
    const found = nextMatch(schedule, clock);
    if (found === undefined) return undefined;
    const run = found.toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds;
    if (run > after) return run;
    // An hour that came twice: its first time is over.
    clock = found;
  }
  return undefined;
}

/** What a calendar and a clock on the wall have in common. */
type WallTime<Self> = Pick<
  Temporal.PlainDateTime,
  'year' | 'month' | 'day' | 'dayOfWeek' | 'hour' | 'minute'
> & {
  add(duration: { days?: number; hours?: number; minutes?: number; months?: number }): Self;
  with(fields: {
    day?: number;
    hour?: number;
    minute?: number;
    second?: number;
    millisecond?: number;
    microsecond?: number;
    nanosecond?: number;
  }): Self;
};

const wholeMinute = { second: 0, millisecond: 0, microsecond: 0, nanosecond: 0 };

function nextMatch<Time extends WallTime<Time>>(schedule: Schedule, after: Time): Time | undefined {
  let time = after.with(wholeMinute).add({ minutes: 1 });
  for (const last = after.year + 5; time.year <= last; ) {
    if (!schedule.months.has(time.month)) time = time.add({ months: 1 }).with({ day: 1, hour: 0, minute: 0 });
    else if (!isDay(schedule, time)) time = time.add({ days: 1 }).with({ hour: 0, minute: 0 });
    else if (!schedule.hours.has(time.hour)) time = time.with({ minute: 0 }).add({ hours: 1 });
    else if (!schedule.minutes.has(time.minute)) time = time.add({ minutes: 1 });
    else return time;
  }
  return undefined;
}

function isDay(
  { days, weekdays, isEitherDay }: Schedule,
  { day, dayOfWeek }: { day: number; dayOfWeek: number },
): boolean {
  const [isThis, isThat] = [days.has(day), weekdays.has(dayOfWeek % 7)];
  return isEitherDay ? isThis || isThat : isThis && isThat;
}
