import { stringifyExact } from '../exact-json.ts';
import { safeForHtml } from '../field-error.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Schema } from '../structural.ts';

/** The value with the members of structs as Go declares them and those of maps sorted, as Go writes them. */
export const inGoOrder = (schema: Schema, value: unknown): unknown => {
  if (Array.isArray(value)) {
    return schema.type === 'array' ? value.map((item) => inGoOrder(schema.items, item)) : value;
  }
  if (!isObject(value)) return value;
  const names = schema.type === 'object' ? Object.keys(schema.properties) : Object.keys(value).sort();
  return Object.fromEntries(
    names
      .filter((name) => Object.hasOwn(value, name))
      .map((name) => [name, inGoOrder(fieldSchema(schema, name), value[name])]),
  );
};

/** A struct of which Go knows no JSON names: all fields by their Go names, null where there is nothing. */
export const underGoNames = (schema: Schema, value: unknown): unknown => {
  if (schema.type === 'array' && Array.isArray(value)) {
    return value.map((item) => underGoNames(schema.items, item));
  }
  if (schema.type !== 'object' || !isObject(value)) return value ?? null;
  return Object.fromEntries(
    Object.entries(schema.properties).map(([name, field]) => [
      name[0]?.toUpperCase() + name.slice(1),
      underGoNames(field, value[name]),
    ]),
  );
};

/** The way back. Go takes names in any case. */
export const fromGoNames = (schema: Schema, value: unknown): unknown => {
  if (schema.type === 'array' && Array.isArray(value)) {
    return value.map((item) => fromGoNames(schema.items, item));
  }
  if (schema.type !== 'object' || !isObject(value)) return value;
  const names = new Map(Object.keys(schema.properties).map((name) => [name.toLowerCase(), name]));
  return Object.fromEntries(
    Object.entries(value).map(([given, member]) => {
      const name = names.get(given.toLowerCase()) ?? given;
      return [name, fromGoNames(fieldSchema(schema, name), member)];
    }),
  );
};

const ANY: Schema = { type: 'any' };

const fieldSchema = (schema: Schema, name: string): Schema => {
  if (schema.type === 'object') return schema.properties[name] ?? ANY;
  return schema.type === 'map' ? schema.values : ANY;
};

/** The text of a value whose members are in order already. */
export const orderedJson = (value: unknown): string => safeForHtml(stringifyExact(value));

/** Undefined for a text that is no JSON. */
export const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** The objects of a list; undefined when it is something else. */
export const objectsIn = (value: unknown): readonly JsonObject[] | undefined => {
  if (value === null) return [];
  return Array.isArray(value) && value.every(isObject) ? value : undefined;
};
