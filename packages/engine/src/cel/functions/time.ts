import type { Row } from '../overload.ts';
import { CelError, type Duration, type Timestamp } from '../value.ts';

type Part = 'year' | 'month' | 'day' | 'weekday' | 'hour' | 'minute' | 'second';

/** The time on the clocks of a place, as if it were UTC: a name of the time zone database, or `+02:00`. */
const localDate = ({ nanos }: Timestamp, zone: string): Date => {
  const millis = Number(nanos / 1_000_000n);
  const offset = /^([+-]?)(\d{2}):(\d{2})$/.exec(zone);
  if (offset !== null) {
    const [, sign, hours, minutes] = offset;
    const shift = (Number(hours) * 60 + Number(minutes)) * 60_000;
    return new Date(millis + (sign === '-' ? -shift : shift));
  }
  return zone === 'UTC' || zone === '' ? new Date(millis) : new Date(millis + zoneShift(millis, zone));
};

const zoneShift = (millis: number, zone: string): number => {
  const parts = partsIn(new Date(millis), zone);
  const local = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  return local - Math.floor(millis / 1000) * 1000;
};

const partsIn = (date: Date, zone: string): Record<Exclude<Part, 'weekday'>, number> => {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    const parts = format.formatToParts(date).map(({ type, value }) => [type, Number(value)]);
    return Object.fromEntries(parts) as Record<Exclude<Part, 'weekday'>, number>;
  } catch {
    throw new CelError(`unknown time zone ${zone}`);
  }
};

const dayOfYear = (date: Date): number =>
  Math.floor(
    (Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) -
      Date.UTC(date.getUTCFullYear(), 0, 1)) /
      86_400_000,
  );

const READERS: readonly (readonly [name: string, read: (date: Date) => number])[] = [
  ['getFullYear', (date) => date.getUTCFullYear()],
  ['getMonth', (date) => date.getUTCMonth()],
  ['getDayOfYear', dayOfYear],
  ['getDayOfMonth', (date) => date.getUTCDate() - 1],
  ['getDate', (date) => date.getUTCDate()],
  ['getDayOfWeek', (date) => date.getUTCDay()],
  ['getHours', (date) => date.getUTCHours()],
  ['getMinutes', (date) => date.getUTCMinutes()],
  ['getSeconds', (date) => date.getUTCSeconds()],
  ['getMilliseconds', (date) => date.getUTCMilliseconds()],
];

const SPANS: readonly (readonly [name: string, nanos: bigint])[] = [
  ['getHours', 3_600_000_000_000n],
  ['getMinutes', 60_000_000_000n],
  ['getSeconds', 1_000_000_000n],
  ['getMilliseconds', 1_000_000n],
];

export const TIME: readonly Row[] = [
  ...READERS.flatMap(([name, read]): Row[] => [
    [
      `timestamp_${name}`,
      `${name}: timestamp.() -> int`,
      (time: Timestamp) => BigInt(read(localDate(time, 'UTC'))),
    ],
    [
      `timestamp_${name}_with_tz`,
      `${name}: timestamp.(string) -> int`,
      (time: Timestamp, zone: string) => BigInt(read(localDate(time, zone))),
    ],
  ]),
  // Of a duration's milliseconds only those beyond its seconds are told.
  ...SPANS.map(
    ([name, unit]): Row => [
      `duration_${name}`,
      `${name}: duration.() -> int`,
      ({ nanos }: Duration) => (name === 'getMilliseconds' ? (nanos / unit) % 1000n : nanos / unit),
    ],
  ),
];
