import { equal } from '../../cel/equal.ts';
import { durationOf, timestampOf } from '../../cel/functions/conversions.ts';
import { CelError, type CelList, type CelMap, itemsOf, listOfValues, type Value } from '../../cel/value.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { ArraySchema, ObjectSchema, Schema } from '../structural.ts';
import { withResourceFields } from './declared-type.ts';
import { escapeName } from './escape.ts';
import { listMapKey } from '../correlate.ts';

/** A JSON value as rules see it. What is in it is looked at when they ask for it. */
export const schemaValue = (schema: Schema, value: unknown): Value => {
  if (value === null || value === undefined) return null;
  if (schema.type === 'array' && Array.isArray(value)) return listValue(schema, value);
  if (schema.type === 'map' && isObject(value)) return mapValue(schema.values, value);
  if (schema.type === 'object' && isObject(value)) {
    return objectValue(schema.embedded === true ? withResourceFields(schema) : schema, value);
  }
  if (typeof value === 'string') return textValue(schema, value);
  return typeof value === 'boolean' ? value : numberValue(schema, value);
};

const numberValue = (schema: Schema, value: unknown): Value => {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw new CelError('unsupported value');
  if (schema.type === 'number') return Number(value);
  return typeof value === 'bigint' || Number.isInteger(value) ? BigInt(value) : value;
};

const textValue = (schema: Schema, text: string): Value => {
  if (schema.type !== 'string') return text;
  switch (schema.format) {
    case 'byte':
      return Uint8Array.from(Buffer.from(text, 'base64'));
    case 'duration':
      return durationOf(text);
    case 'date':
      return timestampOf(`${text}T00:00:00Z`);
    case 'date-time':
      return timestampOf(text);
    default:
      return text;
  }
};

/** Once made, an item is kept: rules come back to it. */
const lazily = (length: number, make: (index: number) => Value): ((index: number) => Value) => {
  const made: Value[] = Array.from({ length });
  return (index) => (made[index] ??= make(index));
};

const listValue = (schema: ArraySchema, items: readonly unknown[]): CelList => {
  const at = lazily(items.length, (index) => schemaValue(schema.items, items[index]));
  const list = { list: true, length: items.length, at } as const;
  if (schema.listType === 'atomic') return list;
  const keyOf = (item: Value): string =>
    schema.listType === 'map' ? keyOfItem(schema, item) : `${typeof item}${String(item)}`;
  return {
    ...list,
    sameItems: (other) => sameItems(list, other, keyOf),
    plus: (other) => union(list, other, keyOf),
  };
};

const keyOfItem = ({ listMapKeys = [] }: ArraySchema, item: Value): string =>
  listMapKey(listMapKeys, (key) => (item as CelMap).get?.(escapeName(key) ?? key)) ?? '';

type KeyOf = (item: Value) => string;

/** Sets and list maps have no order. */
const sameItems = (a: CelList, b: CelList, keyOf: KeyOf): boolean => {
  const known = new Map([...itemsOf(a)].map((item) => [keyOf(item), item]));
  return [...itemsOf(b)].every((item) => {
    const same = known.get(keyOf(item));
    return same !== undefined && equal(same, item);
  });
};

/** Adding puts an item that is there already in the place of the old one. */
const union = (a: CelList, b: CelList, keyOf: KeyOf): CelList =>
  listOfValues([...new Map([...itemsOf(a), ...itemsOf(b)].map((item) => [keyOf(item), item])).values()]);

const mapValue = (schema: Schema, value: JsonObject): CelMap => {
  const keys = Object.keys(value);
  return {
    map: true,
    type: 'map',
    size: keys.length,
    get: (key) =>
      typeof key === 'string' && Object.hasOwn(value, key) ? schemaValue(schema, value[key]) : undefined,
    keys: () => keys,
  };
};

/** Of an object only the fields that its schema declares are seen. */
const objectValue = (schema: ObjectSchema, value: JsonObject): CelMap => {
  const names = namesOf(schema);
  const present = () =>
    [...names].filter(([, name]) => Object.hasOwn(value, name)).map(([escaped]) => escaped);
  return {
    map: true,
    type: 'object',
    get size() {
      return present().length;
    },
    get(key) {
      const name = typeof key === 'string' ? names.get(key) : undefined;
      if (name === undefined || !Object.hasOwn(value, name) || value[name] === undefined) return undefined;
      return schemaValue(schema.properties[name] as Schema, value[name]);
    },
    keys: present,
  };
};

const known = new WeakMap<ObjectSchema['properties'], ReadonlyMap<string, string>>();

/** The properties by their escaped names. */
const namesOf = ({ properties }: ObjectSchema): ReadonlyMap<string, string> => {
  const made =
    known.get(properties) ??
    new Map(
      Object.keys(properties).flatMap((name) => {
        const escaped = escapeName(name);
        return escaped === undefined ? [] : [[escaped, name] as const];
      }),
    );
  known.set(properties, made);
  return made;
};
