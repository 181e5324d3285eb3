import { isObject, type JsonObject } from '../schema/json.ts';
import { CelError, type CelList, type CelMap, type Value } from './value.ts';

/** JSON of which no schema is known, as expressions see it: looked at when they ask. Whole numbers are ints. */
export const jsonValue = (value: unknown): Value => {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return listValue(value);
  if (isObject(value)) return mapValue(value);
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return value;
    case 'number':
      return Number.isInteger(value) ? BigInt(value) : value;
    default:
      throw new CelError('unsupported value');
  }
};

const listValue = (items: readonly unknown[]): CelList => ({
  list: true,
  length: items.length,
  at: (index) => jsonValue(items[index]),
});

const mapValue = (value: JsonObject): CelMap => {
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  return {
    map: true,
    type: 'map',
    size: keys.length,
    get: (key) =>
      typeof key === 'string' && Object.hasOwn(value, key) && value[key] !== undefined
        ? jsonValue(value[key])
        : undefined,
    keys: () => keys,
  };
};
