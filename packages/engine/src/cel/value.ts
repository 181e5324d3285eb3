/** What an expression computes with. A double is a number, an int a bigint. */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Uint
  | Timestamp
  | Duration
  | CelList
  | CelMap
  | Optional
  | TypeValue
  | Opaque;

/** What goes wrong while an expression is evaluated; `&&`, `||` and quantifiers may absorb it. */
export class CelError extends Error {
  override readonly name = 'CelError';
}

export class Uint {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** Nanoseconds since 1970. */
export class Timestamp {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

export class Duration {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

export class TypeValue {
  readonly type: string;
  constructor(type: string) {
    this.type = type;
  }
}

export class Optional {
  readonly value: Value | undefined;
  constructor(value?: Value) {
    this.value = value;
  }
}

export const NONE = new Optional();

/** A value of a library: a quantity, a URL. */
export abstract class Opaque {
  abstract readonly type: string;
  abstract equals(other: Opaque): boolean;
  /** What `size` would say, for costs. */
  get size(): number {
    return 1;
  }
}

/** Items may be made when they are asked for. */
export interface CelList {
  readonly length: number;
  at(index: number): Value;
  /** Lists that are sets or maps of a schema compare without order. */
  readonly sameItems?: (other: CelList) => boolean;
  /** … and are united by `+`. */
  readonly plus?: (other: CelList) => CelList;
  readonly list: true;
}

/** A map, or an object of a schema. */
export interface CelMap {
  /** `map`, or the name of the object's type. */
  readonly type: string;
  readonly size: number;
  get(key: Value): Value | undefined;
  keys(): readonly Value[];
  readonly map: true;
}

export const listOfValues = (items: readonly Value[]): CelList => new Items([...items]);

/**
 * A view of the first items of an array that may grow behind it: adding to the newest view is cheap, as loops need
 * it that gather a list item by item, and older views stay as they are.
 */
class Items implements CelList {
  readonly list = true;
  readonly length: number;
  readonly #items: Value[];

  constructor(items: Value[]) {
    this.#items = items;
    this.length = items.length;
  }

  at(index: number): Value {
    return this.#items[index] as Value;
  }

  plus(other: CelList): Items {
    const newest = this.length === this.#items.length;
    const items = newest ? this.#items : this.#items.slice(0, this.length);
    for (let index = 0; index < other.length; index++) items.push(other.at(index));
    return new Items(items);
  }
}

export const joined = (a: CelList, b: CelList): CelList => a.plus?.(b) ?? new Items([...itemsOf(a)]).plus(b);

/** Throws when a key comes twice. */
export const mapOfEntries = (entries: readonly (readonly [Value, Value])[]): CelMap => {
  const map = entries.reduce((whole, [key, value]) => whole.with(key, value), new Entries(new Map(), 0));
  if (map.size < entries.length) throw new CelError('failed with repeated key');
  return map;
};

interface EntryOf {
  readonly key: Value;
  readonly value: Value;
  /** How many came before it. */
  readonly index: number;
}

/** A view of the first entries of a growing map, as `Items` is of an array. */
class Entries implements CelMap {
  readonly map = true;
  readonly type = 'map';
  readonly size: number;
  readonly #known: Map<string, EntryOf>;

  constructor(known: Map<string, EntryOf>, size: number) {
    this.#known = known;
    this.size = size;
  }

  get(key: Value): Value | undefined {
    const found = this.#known.get(identity(key));
    return found !== undefined && found.index < this.size ? found.value : undefined;
  }

  keys(): readonly Value[] {
    return [...this.#known.values()].slice(0, this.size).map(({ key }) => key);
  }

  with(key: Value, value: Value): Entries {
    const newest = this.size === this.#known.size;
    const known = newest ? this.#known : new Map([...this.#known].slice(0, this.size));
    known.set(identity(key), { key, value, index: this.size });
    return new Entries(known, known.size);
  }
}

/** With one entry more. Throws when the key is there. */
export const inserted = (map: CelMap, key: Value, value: Value): CelMap => {
  if (map.get(key) !== undefined) throw new CelError(`insert failed: key ${String(key)} already exists`);
  if (map instanceof Entries) return map.with(key, value);
  return mapOfEntries([...map.keys().map((one) => [one, map.get(one) as Value] as const), [key, value]]);
};

/** Keys are equal when their identities are: 1, 1u and 1.0 are one key. */
const identity = (key: Value): string => {
  if (key instanceof Uint) return `n${key.value}`;
  if (typeof key === 'bigint' || typeof key === 'number') return `n${key}`;
  return `${typeof key}${String(key)}`;
};

export const isList = (value: Value): value is CelList =>
  typeof value === 'object' && value !== null && 'list' in value;
export const isMap = (value: Value): value is CelMap =>
  typeof value === 'object' && value !== null && 'map' in value && !(value instanceof Uint8Array);

export function* itemsOf(list: CelList): Generator<Value> {
  for (let index = 0; index < list.length; index++) yield list.at(index);
}

/** What `type()` answers with and messages name. */
export const typeNameOf = (value: Value): string => {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    case 'string':
      return 'string';
    default:
      return value === null ? 'null_type' : objectTypeOf(value);
  }
};

const objectTypeOf = (value: Exclude<Value, null | boolean | bigint | number | string>): string => {
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Uint) return 'uint';
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp';
  if (value instanceof Duration) return 'google.protobuf.Duration';
  if (value instanceof Optional) return 'optional_type';
  if (value instanceof TypeValue) return 'type';
  return 'list' in value ? 'list' : value.type;
};

/** Code points, bytes, items or entries; undefined for what has no size. */
export const sizeOf = (value: Value): number | undefined => {
  if (typeof value === 'string') return codePoints(value);
  if (value instanceof Uint8Array) return value.length;
  if (value instanceof Opaque) return value.size;
  if (isList(value)) return value.length;
  return isMap(value) ? value.size : undefined;
};

const codePoints = (text: string): number => {
  let count = text.length;
  for (let index = 0; index < text.length - 1; index++) {
    if ((text.charCodeAt(index) & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00)
      count--;
  }
  return count;
};
