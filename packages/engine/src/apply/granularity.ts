import { isObject } from '../schema/json.ts';
import type { Schema } from '../schema/structural.ts';

/** Where the schema is silent, structure is taken from the value: objects are granular, lists are not. */
export const DEDUCED: Schema = { type: 'any' };

/**
 * How finely a value is owned: `leaf` whole, `map` member by member, `list` item by item.
 * Null and absent values count as an empty container where the schema has one.
 */
export function granularity(schema: Schema, value: unknown): 'leaf' | 'map' | 'list' {
  switch (schema.type) {
    case 'object':
    case 'map':
      return schema.atomic === true ? 'leaf' : 'map';
    case 'array':
      return schema.listType === 'atomic' ? 'leaf' : 'list';
    case 'any':
      if (schema.goType === 'runtime.RawExtension') return 'leaf';
      return value === null || value === undefined || isObject(value) ? 'map' : 'leaf';
    default:
      return 'leaf';
  }
}

/** The schema of a member, `DEDUCED` for one that the schema of the object does not name. */
export function memberSchema(schema: Schema, name: string): Schema {
  if (schema.type === 'map') return schema.values;
  if (schema.type !== 'object') return DEDUCED;
  return Object.hasOwn(schema.properties, name) ? (schema.properties[name] as Schema) : DEDUCED;
}

/** Whether the schema names this member, as it names the fields of a struct but not the keys of a map. */
export const isNamed = (schema: Schema, name: string): boolean =>
  schema.type === 'object' && Object.hasOwn(schema.properties, name);
