import { DurationError, formatDuration, readDuration } from '../../schema/duration.ts';
import { goNumber } from '../../schema/go-text.ts';
import type { Row } from '../overload.ts';
import {
  CelError,
  type CelList,
  type CelMap,
  Duration,
  type Timestamp,
  TypeValue,
  typeNameOf,
  type Uint,
  type Value,
} from '../value.ts';
import { int, timestamp, uint } from './operators.ts';

const INT_RANGE = 'integer overflow';
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });
const MILLION = 1_000_000n;

const wholeOf = (value: number, words = INT_RANGE): bigint => {
  if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 63) throw new CelError(words);
  return BigInt(Math.trunc(value));
};

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false] as const),
]);

const NO_BOOL = ['type conversion error from', "'string' to 'bool'"].join(' ');

const boolOf = (text: string): boolean => {
  const value = BOOLEANS.get(text);
  if (value === undefined) throw new CelError(NO_BOOL);
  return value;
};

const numberOf = (text: string): number => {
  if (!/^[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|inf(inity)?|nan)$/i.test(text)) {
    throw new CelError(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  if (/nan/i.test(text)) return Number.NaN;
  return /inf/i.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
};

const integerOf = (text: string, parser: string): bigint => {
  if (/^[+-]?\d+$/.test(text)) return BigInt(text.replace(/^\+/, ''));
  throw new CelError(`strconv.${parser}: parsing ${JSON.stringify(text)}: invalid syntax`);
};

export const durationOf = (text: string): Duration => {
  try {
    return new Duration(readDuration(text));
  } catch (error) {
    if (error instanceof DurationError) throw new CelError(error.message);
    throw error;
  }
};

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9})\d*)?(Z|[+-]\d{2}:\d{2})$/;

export const timestampOf = (text: string): Timestamp => {
  const match = RFC3339.exec(text);
  const millis = match === null ? Number.NaN : Date.parse(text.replace(/[.,]\d+/, ''));
  if (Number.isNaN(millis)) {
    const quoted = JSON.stringify(text);
    throw new CelError(
      `parsing time ${quoted} as "2006-01-02T15:04:05Z07:00": cannot parse ${quoted} as "2006"`,
    );
  }
  return timestamp(BigInt(millis) * MILLION + BigInt((match?.[7] ?? '').padEnd(9, '0')));
};

/** As RFC 3339 with as many places as are needed. */
export const renderTimestamp = ({ nanos }: Timestamp): string => {
  const seconds = (nanos - (((nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n)) / 1_000_000_000n;
  const fraction = (nanos - seconds * 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
  const date = new Date(Number(seconds) * 1000).toISOString().replace(/\.\d+Z$/, '');
  return `${date}${fraction === '' ? '' : `.${fraction}`}Z`;
};

export const renderSeconds = ({ nanos }: Duration): string => `${Number(nanos) / 1e9}s`;

const textOf = (bytes: Uint8Array): string => {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new CelError('invalid UTF-8 in bytes, cannot convert to string');
  }
};

const identity = (value: Value): Value => value;

export const CONVERSIONS: readonly Row[] = [
  ['type', 'type: (A) -> type(A)', (value: Value) => new TypeValue(typeNameOf(value))],
  ['to_dyn', 'dyn: (A) -> dyn', identity],
  ['bool_to_bool', 'bool: (bool) -> bool', identity],
  ['string_to_bool', 'bool: (string) -> bool', boolOf],
  ['bytes_to_bytes', 'bytes: (bytes) -> bytes', identity],
  ['string_to_bytes', 'bytes: (string) -> bytes', (text: string) => encoder.encode(text)],
  ['double_to_double', 'double: (double) -> double', identity],
  ['int64_to_double', 'double: (int) -> double', (value: bigint) => Number(value)],
  ['string_to_double', 'double: (string) -> double', numberOf],
  ['uint64_to_double', 'double: (uint) -> double', ({ value }: Uint) => Number(value)],
  ['duration_to_duration', 'duration: (duration) -> duration', identity],
  ['int64_to_duration', 'duration: (int) -> duration', (value: bigint) => new Duration(value)],
  ['string_to_duration', 'duration: (string) -> duration', durationOf],
  ['int64_to_int64', 'int: (int) -> int', identity],
  ['double_to_int64', 'int: (double) -> int', (value: number) => wholeOf(value)],
  ['duration_to_int64', 'int: (duration) -> int', ({ nanos }: Duration) => nanos],
  ['string_to_int64', 'int: (string) -> int', (text: string) => int(integerOf(text, 'ParseInt'))],
  ['timestamp_to_int64', 'int: (timestamp) -> int', ({ nanos }: Timestamp) => nanos / 1_000_000_000n],
  ['uint64_to_int64', 'int: (uint) -> int', ({ value }: Uint) => int(value)],
  ['bool_to_string', 'string: (bool) -> string', (value: boolean) => String(value)],
  ['bytes_to_string', 'string: (bytes) -> string', textOf],
  ['double_to_string', 'string: (double) -> string', (value: number) => goNumber(value)],
  ['duration_to_string', 'string: (duration) -> string', renderSeconds],
  ['int64_to_string', 'string: (int) -> string', (value: bigint) => String(value)],
  ['string_to_string', 'string: (string) -> string', identity],
  ['timestamp_to_string', 'string: (timestamp) -> string', renderTimestamp],
  ['uint64_to_string', 'string: (uint) -> string', ({ value }: Uint) => String(value)],
  ['timestamp_to_timestamp', 'timestamp: (timestamp) -> timestamp', identity],
  [
    'int64_to_timestamp',
    'timestamp: (int) -> timestamp',
    (value: bigint) => timestamp(value * 1_000_000_000n),
  ],
  ['string_to_timestamp', 'timestamp: (string) -> timestamp', timestampOf],
  ['uint64_to_uint64', 'uint: (uint) -> uint', identity],
  [
    'double_to_uint64',
    'uint: (double) -> uint',
    (value: number) => uint(wholeOf(value, 'unsigned integer overflow')),
  ],
  ['int64_to_uint64', 'uint: (int) -> uint', (value: bigint) => uint(value)],
  ['string_to_uint64', 'uint: (string) -> uint', (text: string) => uint(integerOf(text, 'ParseUint'))],
  ['size_bytes', 'size: (bytes) -> int', (bytes: Uint8Array) => BigInt(bytes.length)],
  ['bytes_size', 'size: bytes.() -> int', (bytes: Uint8Array) => BigInt(bytes.length)],
  ['size_list', 'size: (list(A)) -> int', (list: CelList) => BigInt(list.length)],
  ['list_size', 'size: list(A).() -> int', (list: CelList) => BigInt(list.length)],
  ['size_map', 'size: (map(A, B)) -> int', (map: CelMap) => BigInt(map.size)],
  ['map_size', 'size: map(A, B).() -> int', (map: CelMap) => BigInt(map.size)],
  ['size_string', 'size: (string) -> int', (text: string) => BigInt([...text].length)],
  ['string_size', 'size: string.() -> int', (text: string) => BigInt([...text].length)],
];

/** A duration as `format` writes it. */
export const renderDuration = ({ nanos }: Duration): string => formatDuration(nanos);
