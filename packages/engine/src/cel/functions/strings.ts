import { compilePattern, PatternError } from '../../schema/go-regexp.ts';
import type { Row } from '../overload.ts';
import { CelError, type CelList, itemsOf, listOfValues, type Value } from '../value.ts';
import { format } from './format.ts';

/** A pattern of the expression, or of the data. */
export const patternOf = (pattern: string) => {
  try {
    return compilePattern(pattern);
  } catch (error) {
    if (error instanceof PatternError) throw new CelError(error.message);
    throw error;
  }
};

const rangeError = (index: bigint) => new CelError(`index out of range: ${index}`);

/** Of so many code points, in units. */
const lengthOf = (points: readonly string[], count: bigint): number =>
  points.slice(0, Number(count)).join('').length;

/** The position of a unit; positions count code points. */
const position = (text: string, unit: number): bigint => BigInt(Array.from(text.slice(0, unit)).length);

const indexIn = (text: string, part: string, from = 0n): bigint => {
  const points = [...text];
  if (part === '') return from;
  if (from < 0n || from >= BigInt(points.length)) {
    if (from === 0n || from === BigInt(points.length)) return -1n;
    throw rangeError(from);
  }
  const skipped = lengthOf(points, from);
  const found = text.indexOf(part, skipped);
  return found < 0 ? -1n : position(text, found);
};

const lastIndexIn = (text: string, part: string, from?: bigint): bigint => {
  const points = [...text];
  if (part === '' && from === undefined) return BigInt(points.length);
  if (from !== undefined && (from < 0n || from >= BigInt(points.length))) throw rangeError(from);
  const start = from === undefined ? text.length : lengthOf(points, from);
  const found = text.lastIndexOf(part, start);
  return found < 0 ? -1n : position(text, found);
};

const charAt = (text: string, index: bigint): string => {
  const points = [...text];
  if (index < 0n || index > BigInt(points.length)) throw rangeError(index);
  return points[Number(index)] ?? '';
};

const substring = (text: string, start: bigint, end?: bigint): string => {
  const points = [...text];
  const length = BigInt(points.length);
  if (end !== undefined && start > end) {
    throw new CelError(`invalid substring range. start: ${start}, end: ${end}`);
  }
  if (start < 0n || start > length) throw rangeError(start);
  if (end !== undefined && (end < 0n || end > length)) throw rangeError(end);
  return points.slice(Number(start), end === undefined ? undefined : Number(end)).join('');
};

const split = (text: string, separator: string, limit = -1n): CelList => {
  if (limit === 0n) return listOfValues([]);
  const parts = separator === '' ? [...text] : text.split(separator);
  if (limit < 0n || BigInt(parts.length) <= limit) return listOfValues(parts);
  const kept = parts.slice(0, Number(limit) - 1);
  return listOfValues([...kept, parts.slice(Number(limit) - 1).join(separator)]);
};

/** What a result may take: an expression cannot make more of its data than a request could hold. */
const MOST = 64 * 1024 * 1024;

const replace = (
  text: string,
  ...[old, next, most = -1n]: readonly [old: string, next: string, most?: bigint]
): string => {
  const parts = old === '' ? ['', ...text, ''] : text.split(old);
  const times = most < 0n ? parts.length - 1 : Math.min(Number(most), parts.length - 1);
  if (text.length + times * next.length > MOST) throw new CelError('replace: result is too large');
  const glued = parts.slice(0, times + 1).join(next);
  return [glued, ...parts.slice(times + 1)].join(old);
};

const ascii = (text: string, pattern: RegExp, change: (letter: string) => string): string =>
  text.replace(pattern, change);

const join = (list: CelList, separator = ''): string =>
  [...itemsOf(list)]
    .map((item: Value) => {
      if (typeof item === 'string') return item;
      throw new CelError(`join: invalid input: ${String(item)}`);
    })
    .join(separator);

const QUOTED: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

const quote = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- these are what is escaped
  `"${text.toWellFormed().replace(/[\x07\b\f\n\r\t\v\\"]/g, (character) => QUOTED[character] ?? character)}"`;

/** White space as Go's `unicode.IsSpace` has it. */
const SPACE = /^[\s\x85]+|[\s\x85]+$/gu;

/** The standard's own functions of strings, and version 2 of the extension that Kubernetes adds. */
export const STRINGS: readonly Row[] = [
  [
    'contains_string',
    'contains: string.(string) -> bool',
    (text: string, part: string) => text.includes(part),
  ],
  [
    'ends_with_string',
    'endsWith: string.(string) -> bool',
    (text: string, end: string) => text.endsWith(end),
  ],
  [
    'starts_with_string',
    'startsWith: string.(string) -> bool',
    (text: string, start: string) => text.startsWith(start),
  ],
  [
    'matches',
    'matches: (string, string) -> bool',
    (text: string, pattern: string) => patternOf(pattern).test(text),
  ],
  [
    'matches_string',
    'matches: string.(string) -> bool',
    (text: string, pattern: string) => patternOf(pattern).test(text),
  ],
  ['string_char_at_int', 'charAt: string.(int) -> string', charAt],
  [
    'string_index_of_string',
    'indexOf: string.(string) -> int',
    (text: string, part: string) => indexIn(text, part),
  ],
  ['string_index_of_string_int', 'indexOf: string.(string, int) -> int', indexIn],
  [
    'string_last_index_of_string',
    'lastIndexOf: string.(string) -> int',
    (text: string, part: string) => lastIndexIn(text, part),
  ],
  ['string_last_index_of_string_int', 'lastIndexOf: string.(string, int) -> int', lastIndexIn],
  [
    'string_lower_ascii',
    'lowerAscii: string.() -> string',
    (text: string) => ascii(text, /[A-Z]/g, (letter) => letter.toLowerCase()),
  ],
  [
    'string_upper_ascii',
    'upperAscii: string.() -> string',
    (text: string) => ascii(text, /[a-z]/g, (letter) => letter.toUpperCase()),
  ],
  [
    'string_replace_string_string',
    'replace: string.(string, string) -> string',
    (text: string, old: string, next: string) => replace(text, old, next),
  ],
  ['string_replace_string_string_int', 'replace: string.(string, string, int) -> string', replace],
  [
    'string_split_string',
    'split: string.(string) -> list(string)',
    (text: string, separator: string) => split(text, separator),
  ],
  ['string_split_string_int', 'split: string.(string, int) -> list(string)', split],
  [
    'string_substring_int',
    'substring: string.(int) -> string',
    (text: string, start: bigint) => substring(text, start),
  ],
  ['string_substring_int_int', 'substring: string.(int, int) -> string', substring],
  ['string_trim', 'trim: string.() -> string', (text: string) => text.replace(SPACE, '')],
  ['string_format', 'format: string.(list(dyn)) -> string', format],
  ['strings_quote', 'strings.quote: (string) -> string', quote],
  ['list_join', 'join: list(string).() -> string', (list: CelList) => join(list)],
  ['list_join_string', 'join: list(string).(string) -> string', join],
];
