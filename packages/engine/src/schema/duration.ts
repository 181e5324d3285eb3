/** A text is no duration; the message is that of Go's `time.ParseDuration`. */
export class DurationError extends Error {
  override readonly name = 'DurationError';
}

const UNITS = new Map([
  ['ns', 1n],
  ['us', 1000n],
  ['µs', 1000n],
  ['μs', 1000n],
  ['ms', 1000_000n],
  ['s', 1000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3600_000_000_000n],
]);
const MAX = 2n ** 63n - 1n;

/** `1h30m` in nanoseconds. Throws `DurationError`. */
export function readDuration(text: string): bigint {
  const fail = (): never => {
    throw new DurationError(`time: invalid duration ${JSON.stringify(text)}`);
  };
  const negative = text.startsWith('-');
  let rest = text.replace(/^[+-]/, '');
  if (rest === '0') return 0n;
  if (rest === '') return fail();
  let total = 0n;
  while (rest !== '') {
    const match = /^(\d*)(?:\.(\d*))?([^.\d]*)/.exec(rest);
    const [all = '', whole = '', fraction = '', unit = ''] = match ?? [];
    if (whole === '' && fraction === '') return fail();
    const size = UNITS.get(unit);
    if (size === undefined) throw new DurationError(unitError(text, unit));
    total += BigInt(whole || '0') * size + (BigInt(fraction || '0') * size) / 10n ** BigInt(fraction.length);
    if (total > MAX + (negative ? 1n : 0n)) return fail();
    rest = rest.slice(all.length);
  }
  return negative ? -total : total;
}

const unitError = (text: string, unit: string): string =>
  unit === ''
    ? `time: missing unit in duration ${JSON.stringify(text)}`
    : `time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`;

/** Undefined when it is none. */
export function parseDuration(text: string): bigint | undefined {
  try {
    return readDuration(text);
  } catch (error) {
    if (error instanceof DurationError) return undefined;
    throw error;
  }
}

/** As Go writes it: `1h30m0s`, `1.5s`, `250ms`, `0s`. */
export function formatDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  const sign = nanoseconds < 0n ? '-' : '';
  const value = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  return sign + (value < 1000_000_000n ? belowSecond(value) : fromSecond(value));
}

function belowSecond(value: bigint): string {
  if (value < 1000n) return `${value}ns`;
  return value < 1000_000n ? `${decimal(value, 3)}µs` : `${decimal(value, 6)}ms`;
}

function fromSecond(value: bigint): string {
  const minutes = value / 60_000_000_000n;
  const seconds = `${decimal(value % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return seconds;
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

function decimal(value: bigint, places: number): string {
  const unit = 10n ** BigInt(places);
  const fraction = (value % unit).toString().padStart(places, '0').replace(/0+$/, '');
  return fraction === '' ? `${value / unit}` : `${value / unit}.${fraction}`;
}
