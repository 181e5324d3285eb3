import { isList, isMap, itemsOf, Opaque, Optional, sizeOf, type Value } from './value.ts';

/** A rule may cost so much, in units of which one is a look-up or a call of constant time. */
export class Meter {
  readonly #limit: number;
  spent = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  spend(cost: number): void {
    this.spent += cost;
    if (this.spent > this.#limit) throw new CostExceeded();
  }
}

/** The limit is reached. Nothing absorbs this. */
export class CostExceeded extends Error {
  override readonly name = 'CostExceeded';

  constructor() {
    super('operation cancelled: actual cost limit exceeded');
  }
}

export const LIST_COST = 10;
export const MAP_COST = 30;
/** Of going through a text, per character. */
export const TEXT_FACTOR = 0.1;
/** Of a pattern, per character. */
export const PATTERN_FACTOR = 0.25;

type CallCost = (args: readonly Value[], result: Value) => number;

const sizeAt = (args: readonly Value[], index: number): number => sizeOfAny(args[index] ?? null);

const sizeOfAny = (value: Value): number => {
  if (value instanceof Optional) return value.value === undefined ? 1 : sizeOfAny(value.value);
  return sizeOf(value) ?? 1;
};

const traversal = (value: Value): number => {
  if (typeof value === 'string') return Math.floor(Buffer.byteLength(value) * TEXT_FACTOR);
  if (value instanceof Uint8Array) return Math.floor(value.length * TEXT_FACTOR);
  if (isList(value)) return [...itemsOf(value)].reduce<number>((sum, item) => sum + traversal(item), 0);
  if (!isMap(value)) return 1;
  return value
    .keys()
    .reduce<number>((sum, key) => sum + traversal(key) + traversal(value.get(key) ?? null), 0);
};

const one: CallCost = () => 1;
const once: CallCost = (args) => Math.ceil(sizeAt(args, 0) * TEXT_FACTOR);
const twice: CallCost = (args) => Math.ceil(sizeAt(args, 0) * 2 * TEXT_FACTOR);
const through: CallCost = (args) => traversal(args[0] ?? null);
const smaller: CallCost = (args) => Math.ceil(Math.min(sizeAt(args, 0), sizeAt(args, 1)) * TEXT_FACTOR);
const both: CallCost = (args) => Math.ceil((sizeAt(args, 0) + sizeAt(args, 1)) * TEXT_FACTOR);
const pattern: CallCost = (args) =>
  Math.ceil((1 + sizeAt(args, 0)) * TEXT_FACTOR) * Math.ceil(sizeAt(args, 1) * PATTERN_FACTOR);
const product: CallCost = (args) =>
  Math.ceil(sizeAt(args, 0) * TEXT_FACTOR) * Math.ceil(sizeAt(args, 1) * TEXT_FACTOR);
const within: CallCost = (args) => Math.ceil(2 * sizeAt(args, 0) * TEXT_FACTOR);
const parsed: CallCost = (args) => Math.ceil(sizeAt(args, 1) * TEXT_FACTOR);
const prefixed: CallCost = (args, result) =>
  within(args, result) + Math.ceil(sizeAt(args, 0) * TEXT_FACTOR) + 1;
const opaqueOr =
  (cost: CallCost): CallCost =>
  (args, result) =>
    args[0] instanceof Opaque ? 1 : cost(args, result);

const forNames = (names: string, cost: CallCost) => names.split(' ').map((name) => [name, cost] as const);

/** Kubernetes' own costs, by the function's name (k8s.io/apiserver, pkg/cel/library). */
const BY_NAME: ReadonlyMap<string, CallCost> = new Map([
  ...forNames('isSorted sum max min indexOf lastIndexOf', through),
  ...forNames(
    'url lowerAscii upperAscii substring trim cidr isIP isCIDR quantity isQuantity semver isSemver',
    once,
  ),
  ...forNames('replace split ip.isCanonical', twice),
  ...forNames('find findAll', pattern),
  ...forNames('sets.contains sets.intersects', (args) => 1 + sizeAt(args, 0) * sizeAt(args, 1)),
  ['sets.equivalent', (args) => 1 + 2 * sizeAt(args, 0) * sizeAt(args, 1)],
  ['join', (_args, result) => Math.ceil(sizeOfAny(result) * 2 * TEXT_FACTOR)],
  ['validate', (args) => Math.ceil((1 + sizeAt(args, 1)) * TEXT_FACTOR) * 15],
]);

/** By the id of the overload: the standard's, and those whose name says too little. */
const BY_OVERLOAD: ReadonlyMap<string, CallCost> = new Map<string, CallCost>([
  ...forNames(
    'starts_with_string ends_with_string string_to_bytes bytes_to_string strings_quote string_format',
    once,
  ),
  ['in_list', (args) => sizeAt(args, 1)],
  ...forNames('less_string greater_string less_equals_string greater_equals_string', smaller),
  ...forNames('less_bytes greater_bytes less_equals_bytes greater_equals_bytes', smaller),
  ['equals', opaqueOr(smaller)],
  ['not_equals', smaller],
  ...forNames('add_string add_bytes', both),
  ['matches_string', pattern],
  ['contains_string', product],
  ['string_to_ip', once],
  ['cidr_contains_ip_ip', within],
  ['cidr_contains_ip_string', (args, result) => within(args, result) + parsed(args, result)],
  ['cidr_contains_cidr', prefixed],
  ['cidr_contains_cidr_string', (args, result) => prefixed(args, result) + parsed(args, result)],
]);

/** What a call has cost, once its result is there. */
export const costOf = (overload: { readonly id: string; readonly name: string }): CallCost =>
  BY_NAME.get(overload.name) ?? BY_OVERLOAD.get(overload.id) ?? one;
