import { compare, equal } from '../equal.ts';
import type { Row } from '../overload.ts';
import {
  CelError,
  type CelList,
  type CelMap,
  Duration,
  inserted,
  itemsOf,
  joined,
  Timestamp,
  Uint,
  type Value,
} from '../value.ts';

const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

export const int = (value: bigint, words = 'integer overflow'): bigint => {
  if (value < MIN_INT || value > MAX_INT) throw new CelError(words);
  return value;
};

export const uint = (value: bigint, words = 'unsigned integer overflow'): Uint => {
  if (value < 0n || value > MAX_UINT) throw new CelError(words);
  return new Uint(value);
};

const FIRST_SECOND = -62_135_596_800n;
const LAST_SECOND = 253_402_300_799n;
const BILLION = 1_000_000_000n;

/** From year 1 to year 9999. */
export const timestamp = (nanos: bigint): Timestamp => {
  const seconds = nanos < 0n ? (nanos - BILLION + 1n) / BILLION : nanos / BILLION;
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND) throw new CelError('timestamp overflow');
  return new Timestamp(nanos);
};

export const duration = (nanos: bigint): Duration => {
  if (nanos < MIN_INT || nanos > MAX_INT) throw new CelError('duration overflow');
  return new Duration(nanos);
};

const nonZero = (value: bigint, words: string): bigint => {
  if (value === 0n) throw new CelError(words);
  return value;
};

const DIVIDE = 'division by zero';
const MODULUS = 'modulus by zero';

const arithmetic: readonly Row[] = [
  ['add_bytes', '_+_: (bytes, bytes) -> bytes', (a: Uint8Array, b: Uint8Array) => Buffer.concat([a, b])],
  ['add_double', '_+_: (double, double) -> double', (a: number, b: number) => a + b],
  [
    'add_duration_duration',
    '_+_: (duration, duration) -> duration',
    (a: Duration, b: Duration) => duration(a.nanos + b.nanos),
  ],
  [
    'add_duration_timestamp',
    '_+_: (duration, timestamp) -> timestamp',
    (a: Duration, b: Timestamp) => timestamp(a.nanos + b.nanos),
  ],
  [
    'add_timestamp_duration',
    '_+_: (timestamp, duration) -> timestamp',
    (a: Timestamp, b: Duration) => timestamp(a.nanos + b.nanos),
  ],
  ['add_int64', '_+_: (int, int) -> int', (a: bigint, b: bigint) => int(a + b)],
  ['add_list', '_+_: (list(A), list(A)) -> list(A)', (a: CelList, b: CelList) => joined(a, b)],
  ['add_string', '_+_: (string, string) -> string', (a: string, b: string) => a + b],
  ['add_uint64', '_+_: (uint, uint) -> uint', (a: Uint, b: Uint) => uint(a.value + b.value)],
  ['subtract_double', '_-_: (double, double) -> double', (a: number, b: number) => a - b],
  [
    'subtract_duration_duration',
    '_-_: (duration, duration) -> duration',
    (a: Duration, b: Duration) => duration(a.nanos - b.nanos),
  ],
  ['subtract_int64', '_-_: (int, int) -> int', (a: bigint, b: bigint) => int(a - b)],
  [
    'subtract_timestamp_duration',
    '_-_: (timestamp, duration) -> timestamp',
    (a: Timestamp, b: Duration) => timestamp(a.nanos - b.nanos),
  ],
  [
    'subtract_timestamp_timestamp',
    '_-_: (timestamp, timestamp) -> duration',
    (a: Timestamp, b: Timestamp) => duration(a.nanos - b.nanos),
  ],
  ['subtract_uint64', '_-_: (uint, uint) -> uint', (a: Uint, b: Uint) => uint(a.value - b.value)],
  ['multiply_double', '_*_: (double, double) -> double', (a: number, b: number) => a * b],
  ['multiply_int64', '_*_: (int, int) -> int', (a: bigint, b: bigint) => int(a * b)],
  ['multiply_uint64', '_*_: (uint, uint) -> uint', (a: Uint, b: Uint) => uint(a.value * b.value)],
  ['divide_double', '_/_: (double, double) -> double', (a: number, b: number) => a / b],
  ['divide_int64', '_/_: (int, int) -> int', (a: bigint, b: bigint) => int(a / nonZero(b, DIVIDE))],
  [
    'divide_uint64',
    '_/_: (uint, uint) -> uint',
    (a: Uint, b: Uint) => new Uint(a.value / nonZero(b.value, DIVIDE)),
  ],
  ['modulo_int64', '_%_: (int, int) -> int', (a: bigint, b: bigint) => a % nonZero(b, MODULUS)],
  [
    'modulo_uint64',
    '_%_: (uint, uint) -> uint',
    (a: Uint, b: Uint) => new Uint(a.value % nonZero(b.value, MODULUS)),
  ],
  ['negate_double', '-_: (double) -> double', (a: number) => -a],
  ['negate_int64', '-_: (int) -> int', (a: bigint) => int(-a)],
];

const ORDERS: readonly (readonly [sign: string, name: string, holds: (order: number) => boolean])[] = [
  ['<', 'less', (order) => order < 0],
  ['<=', 'less_equals', (order) => order <= 0],
  ['>', 'greater', (order) => order > 0],
  ['>=', 'greater_equals', (order) => order >= 0],
];
const ORDERED = ['bool', 'int', 'uint', 'double', 'string', 'bytes', 'timestamp', 'duration'];
const NUMBERS = ['int', 'uint', 'double'];

/** NaN has no order: every comparison with it is false. */
const ordered = (a: Value, b: Value, holds: (order: number) => boolean): boolean =>
  !Number.isNaN(a) && !Number.isNaN(b) && holds(compare(a, b));

const comparisons: readonly Row[] = ORDERS.flatMap(([sign, name, holds]) => {
  const run = (a: Value, b: Value) => ordered(a, b, holds);
  const pairs = [
    ...ORDERED.map((type) => [type, type] as const),
    ...NUMBERS.flatMap((a) => NUMBERS.filter((b) => b !== a).map((b) => [a, b] as const)),
  ];
  return pairs.map(
    ([a, b]): Row => [a === b ? `${name}_${a}` : `${name}_${a}_${b}`, `_${sign}_: (${a}, ${b}) -> bool`, run],
  );
});

const contains = (value: Value, list: CelList): boolean => {
  for (const item of itemsOf(list)) if (equal(item, value)) return true;
  return false;
};

/** Those that do not choose what is evaluated; `&&`, `||` and `?:` are the evaluator's own. */
export const OPERATORS: readonly Row[] = [
  ['logical_not', '!_: (bool) -> bool', (value: boolean) => !value],
  ['not_strictly_false', '@not_strictly_false: (bool) -> bool', (value: Value) => value !== false],
  ['equals', '_==_: (A, A) -> bool', equal],
  ['not_equals', '_!=_: (A, A) -> bool', (a: Value, b: Value) => !equal(a, b)],
  ...arithmetic,
  ...comparisons,
  ['in_list', '@in: (A, list(A)) -> bool', contains],
  ['in_map', '@in: (A, map(A, B)) -> bool', (key: Value, map: CelMap) => map.get(key) !== undefined],
  ['@mapInsert_map_key_value', 'cel.@mapInsert: (map(K, V), K, V) -> map(K, V)', inserted],
  [
    '@mapInsert_map_map',
    'cel.@mapInsert: (map(K, V), map(K, V)) -> map(K, V)',
    (map: CelMap, more: CelMap) =>
      more.keys().reduce<CelMap>((whole, key) => inserted(whole, key, more.get(key) as Value), map),
  ],
];
