import {
  CelError,
  type CelList,
  type CelMap,
  Duration,
  isList,
  isMap,
  Opaque,
  Optional,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from './value.ts';

/** `==` of the language: numbers of all types compare by value; values of other types are unequal. */
export const equal = (a: Value, b: Value): boolean => {
  if (a === b) return true;
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined || y !== undefined) return x !== undefined && y !== undefined && x <= y && x >= y;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isList(a)) return isList(b) && equalLists(a, b);
  if (isMap(a)) return isMap(b) && equalMaps(a, b);
  return equalUnits(a, b);
};

const numberOf = (value: Value): bigint | number | undefined => {
  if (value instanceof Uint) return value.value;
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
};

type Unit = Exclude<Value, null | boolean | bigint | number | string | CelList | CelMap>;

const equalUnits = (a: Unit, b: Value): boolean => {
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos;
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos;
  if (a instanceof TypeValue) return b instanceof TypeValue && a.type === b.type;
  if (a instanceof Optional) return b instanceof Optional && equalOptionals(a.value, b.value);
  return a instanceof Opaque && b instanceof Opaque && a.type === b.type && a.equals(b);
};

const equalOptionals = (a: Value | undefined, b: Value | undefined): boolean =>
  a === undefined || b === undefined ? a === b : equal(a, b);

const equalLists = (a: CelList, b: CelList): boolean => {
  if (a.length !== b.length) return false;
  if (a.sameItems !== undefined) return a.sameItems(b);
  for (let index = 0; index < a.length; index++) if (!equal(a.at(index), b.at(index))) return false;
  return true;
};

const equalMaps = (a: CelMap, b: CelMap): boolean =>
  a.size === b.size &&
  a.keys().every((key) => {
    const [x, y] = [a.get(key), b.get(key)];
    return x !== undefined && y !== undefined && equal(x, y);
  });

/** Negative, zero or positive. Throws for what has no order. */
export const compare = (a: Value, b: Value): number => {
  const [x, y] = [orderOf(a), orderOf(b)];
  if (typeof x === 'string' && typeof y === 'string') return compareText(x, y);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  const comparable = x !== undefined && y !== undefined && typeof x !== 'string' && typeof y !== 'string';
  if (!comparable || kindOf(a) !== kindOf(b)) throw new CelError('no such overload');
  if (x < y) return -1;
  return x > y ? 1 : 0;
};

const orderOf = (value: Value): bigint | number | string | undefined => {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') return value;
  if (value instanceof Timestamp || value instanceof Duration) return value.nanos;
  return numberOf(value);
};

const kindOf = (value: Value): string => {
  if (numberOf(value) !== undefined) return 'number';
  return typeof value === 'object' && value !== null ? value.constructor.name : typeof value;
};

/** By code points, as bytes in UTF-8 compare. */
const compareText = (a: string, b: string): number => {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const [x, y] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (x === y) continue;
    // Surrogates stand for what lies above all other units.
    const [high, other] = [isSurrogate(x), isSurrogate(y)];
    if (high !== other) return high ? 1 : -1;
    return x < y ? -1 : 1;
  }
  return a.length < b.length ? -1 : 1;
};

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
