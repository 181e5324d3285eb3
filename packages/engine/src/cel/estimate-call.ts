import { PATTERN_FACTOR, TEXT_FACTOR } from './cost.ts';
import type { Part } from './estimate.ts';
import type { Overload } from './overload.ts';
import { plus, type Range, range, scaled, times, union, UNKNOWN, ZERO } from './range.ts';
import { paramAt } from './type.ts';

/** A call, its target apart from its arguments. */
interface Given {
  readonly overload: Overload;
  readonly target: Part | undefined;
  readonly args: readonly Part[];
}

/** What it may cost together with its arguments, and how large its result may be. */
interface Guess {
  readonly cost: Range;
  readonly size?: Range | undefined;
  readonly inner?: Range | undefined;
}

/** Of the call itself. */
type Estimate = (given: Given) => Guess;

export const estimateCall = (given: Given): Guess => {
  const { id, name } = given.overload;
  const choice = CHOICES.get(id);
  if (choice !== undefined) return choice(given);
  const own = (BY_NAME.get(name) ?? BY_OVERLOAD.get(id) ?? constant)(given);
  return { ...own, cost: given.args.reduce((sum, { cost }) => plus(sum, cost), own.cost) };
};

const sizeOf = (part: Part | undefined): Range => part?.size ?? UNKNOWN;
/** The first of all that it is given, whether that is written before the dot or not. */
const subject = ({ target, args }: Given): Range => sizeOf(target ?? args[0]);
const argument = ({ args }: Given, index: number): Range => sizeOf(args[index]);

const constant: Estimate = () => ({ cost: range(1) });
const once: Estimate = (given) => ({ cost: scaled(subject(given), TEXT_FACTOR) });
const sameSize: Estimate = (given) => ({ ...once(given), size: subject(given) });

/** Every item is compared, and texts are gone through for that. */
const comparing: Estimate = (given) => {
  if (given.target?.type.kind !== 'list') return once(given);
  const { kind } = paramAt(given.target.type, 0);
  const textual = kind === 'string' || kind === 'bytes';
  const each = textual ? plus(range(1), scaled(itemSize(given), TEXT_FACTOR)) : range(1);
  return { cost: times(subject(given), each) };
};

/** Of what a list holds: what its schema says, whatever it was made of. */
const itemSize = ({ target }: Given): Range => {
  const at = target?.at;
  return at === undefined || at === 'lost' ? UNKNOWN : { min: 0, max: at.params[0]?.most ?? 0 };
};

const patterned: Estimate = (given) => {
  const text = scaled(plus(subject(given), range(1)), TEXT_FACTOR);
  const pattern = scaled(argument(given, 0), PATTERN_FACTOR);
  return { cost: times(text, pattern) };
};

const found: Estimate = (given) => ({ ...patterned(given), size: { min: 0, max: subject(given).max } });

const split: Estimate = (given) => {
  const limit = given.args[1]?.literal;
  const max = typeof limit === 'bigint' && limit >= 0n ? Number(limit) : subject(given).max;
  return { cost: scaled(subject(given), 2 * TEXT_FACTOR), size: { min: 0, max } };
};

const replace: Estimate = (given) => {
  const [text, old, next] = [subject(given), argument(given, 0), argument(given, 1)];
  const grows = next.max > old.min;
  const most = old.min === 0 ? text.max + 1 : grows ? Math.ceil(text.max / old.min) : 0;
  const kept = old.min === 0 || !grows ? text.max : 0;
  return { cost: scaled(text, 2 * TEXT_FACTOR), size: { min: 0, max: times(range(most), next).max + kept } };
};

const join: Estimate = (given) => {
  const list = subject(given);
  const items = times(list, itemSize(given));
  const gaps = { min: Math.max(0, list.min - 1), max: Math.max(0, list.max - 1) };
  const size = given.args.length === 0 ? items : plus(items, times(argument(given, 0), gaps));
  return { cost: scaled(size, TEXT_FACTOR), size };
};

/** Each item of one list may be compared with each of the other. */
const sets =
  (factor: number): Estimate =>
  (given) => ({ cost: plus(scaled(times(argument(given, 0), argument(given, 1)), factor), range(1)) });

const names = (list: string, estimate: Estimate) => list.split(' ').map((name) => [name, estimate] as const);

/** Longest pattern of a named format, as Kubernetes guesses it. */
const FORMAT_PATTERN = 128;
const ADDRESS: Range = { min: 4, max: 16 };
const withinCost = scaled(plus(ADDRESS, ADDRESS), TEXT_FACTOR);
const prefixCost = plus(plus(withinCost, scaled(ADDRESS, TEXT_FACTOR)), range(1));

const BY_NAME: ReadonlyMap<string, Estimate> = new Map([
  ...names('isSorted sum max min indexOf lastIndexOf', comparing),
  ...names('url lowerAscii upperAscii substring trim', sameSize),
  ...names('cidr isIP isCIDR quantity isQuantity semver isSemver', once),
  ...names('find findAll', found),
  ['ip.isCanonical', (given) => ({ cost: scaled(subject(given), 2 * TEXT_FACTOR) })],
  ['replace', replace],
  ['split', split],
  ['join', join],
  ...names('sets.contains sets.intersects', sets(1)),
  ['sets.equivalent', sets(2)],
  [
    'validate',
    (given) => ({ cost: scaled(scaled(argument(given, 0), TEXT_FACTOR), FORMAT_PATTERN * PATTERN_FACTOR) }),
  ],
]);

const smaller: Estimate = (given) => {
  const max = Math.min(argument(given, 0).max, argument(given, 1).max);
  return { cost: scaled({ min: max > 0 ? 1 : 0, max }, TEXT_FACTOR) };
};

const equals: Estimate = (given) =>
  given.args.some(({ type }) => type.kind === 'opaque' && type.name !== 'kubernetes.URL')
    ? { cost: range(1) }
    : smaller(given);

const concatenated =
  (cost: (size: Range) => Range): Estimate =>
  (given) => {
    const size = plus(argument(given, 0), argument(given, 1));
    const [a, b] = given.args.map(({ inner }) => inner);
    return { cost: cost(size), size, inner: a && b ? union(a, b) : undefined };
  };

const parsing =
  (base: Range): Estimate =>
  (given) => ({ cost: plus(base, scaled(argument(given, 0), TEXT_FACTOR)) });

const BY_OVERLOAD: ReadonlyMap<string, Estimate> = new Map<string, Estimate>([
  ['string_format', once],
  [
    'string_to_bytes',
    (given) => ({ ...once(given), size: { min: subject(given).min, max: subject(given).max * 4 } }),
  ],
  [
    'bytes_to_string',
    (given) => ({
      ...once(given),
      size: { min: Math.floor(subject(given).min / 4), max: subject(given).max },
    }),
  ],
  [
    'strings_quote',
    (given) => ({ ...once(given), size: { min: subject(given).min + 2, max: subject(given).max * 2 + 2 } }),
  ],
  ...names('starts_with_string ends_with_string', (given) => ({
    cost: scaled(argument(given, 0), TEXT_FACTOR),
  })),
  ['in_list', (given) => ({ cost: argument(given, 1) })],
  ['matches_string', patterned],
  [
    'contains_string',
    (given) => ({
      cost: times(scaled(subject(given), TEXT_FACTOR), scaled(argument(given, 0), TEXT_FACTOR)),
    }),
  ],
  ...names(
    'add_string add_bytes',
    concatenated((size) => scaled(size, TEXT_FACTOR)),
  ),
  ['add_list', concatenated(() => range(1))],
  ...names('less_string greater_string less_equals_string greater_equals_string', smaller),
  ...names('less_bytes greater_bytes less_equals_bytes greater_equals_bytes not_equals', smaller),
  ['equals', equals],
  ['string_to_ip', once],
  ['cidr_contains_ip_ip', () => ({ cost: withinCost })],
  ['cidr_contains_ip_string', parsing(withinCost)],
  ['cidr_contains_cidr', () => ({ cost: prefixCost })],
  ['cidr_contains_cidr_string', parsing(prefixCost)],
]);

const logical: Estimate = ({ args: [left, right] }) => {
  const [a, b] = [left?.cost ?? ZERO, right?.cost ?? ZERO];
  return { cost: { min: a.min, max: plus(a, b).max } };
};

/** Those that do not evaluate all of their arguments. */
const CHOICES: ReadonlyMap<string, Estimate> = new Map<string, Estimate>([
  ...names('logical_and logical_or', logical),
  [
    'conditional',
    ({ args: [condition, yes, no] }) => ({
      cost: plus(condition?.cost ?? ZERO, union(yes?.cost ?? ZERO, no?.cost ?? ZERO)),
      size: union(sizeOf(yes), sizeOf(no)),
      inner: yes?.inner && no?.inner ? union(yes.inner, no.inner) : undefined,
    }),
  ],
]);
