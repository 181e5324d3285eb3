import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  STRING,
  TIMESTAMP,
  type Type,
} from '../../cel/type.ts';
import type { ArraySchema, ObjectSchema, ScalarSchema, Schema } from '../structural.ts';
import { escapeName } from './escape.ts';

/** What rules may say of values of a schema, and how small such a value can be in JSON, in bytes. */
export interface Declared {
  readonly type: Type;
  readonly least: number;
}

/** Kubernetes' guess of how much can be in one request. */
const REQUEST_BYTES = 3 * 1024 * 1024;

const sized = (type: Type, most: number): Type => ({ ...type, most });

/** A name and the type itself. */
interface Place {
  /** Where in the schema it stands; objects are told apart by it. */
  readonly name: string;
  /** A resource: has apiVersion, kind and a name. */
  readonly resource: boolean;
}

/** Undefined: rules cannot look into such values. `name` tells types of objects apart. */
export const declaredType = (schema: Schema, { name, resource }: Place): Declared | undefined => {
  switch (schema.type) {
    case 'int-or-string':
      return {
        type: sized(DYN, schema.maxLength === undefined ? REQUEST_BYTES - 2 : schema.maxLength * 4),
        least: 1,
      };
    case 'array':
      return listType(schema, name);
    case 'map':
      return mapType(schema, name);
    case 'object':
      return objectType(resource ? withResourceFields(schema) : schema, name);
    case 'boolean':
      return { type: sized(BOOL, 0), least: 4 };
    case 'number':
      return { type: sized(DOUBLE, 0), least: 1 };
    case 'integer':
      return { type: sized(INT, 0), least: 1 };
    case 'string':
      return textType(schema);
    default:
      return undefined;
  }
};

const listType = (schema: ArraySchema, name: string): Declared | undefined => {
  const items = declaredType(schema.items, { name: `${name}.@idx`, resource: isEmbedded(schema.items) });
  if (items === undefined) return undefined;
  const most = schema.maxItems ?? Math.floor((REQUEST_BYTES - 2) / (items.least + 1));
  return { type: sized(listOf(items.type), Math.max(0, most)), least: 2 };
};

const mapType = (schema: Extract<Schema, { type: 'map' }>, name: string): Declared | undefined => {
  const values = declaredType(schema.values, { name: `${name}.@elem`, resource: isEmbedded(schema.values) });
  if (values === undefined) return undefined;
  // A key is two quotes, a colon, a comma, and one character of its own.
  const most = schema.maxProperties ?? Math.floor((REQUEST_BYTES - 2) / (values.least + 6));
  return { type: sized(mapOf(sized(STRING, 0), values.type), Math.max(0, most)), least: 2 };
};

const objectType = (schema: ObjectSchema, name: string): Declared => {
  const fields = new Map<string, Type>();
  let least = 2;
  for (const [property, part] of Object.entries(schema.properties)) {
    const escaped = escapeName(property);
    const declared = declaredType(part, {
      name: `${name}.${escaped ?? property}`,
      resource: isEmbedded(part),
    });
    if (declared === undefined) continue;
    if (escaped !== undefined) fields.set(escaped, declared.type);
    const needed = schema.required?.includes(property) && part.default === undefined;
    if (needed) least += property.length + declared.least + 4;
  }
  return { type: { kind: 'object', name, params: [], fields }, least };
};

export const isEmbedded = (schema: Schema): boolean => schema.type === 'object' && schema.embedded === true;

const TEXT: Schema = { type: 'string' };
const METADATA: ObjectSchema = { type: 'object', properties: { name: TEXT, generateName: TEXT } };

/** Of the metadata rules see the names and nothing else. */
export const withResourceFields = (schema: ObjectSchema): ObjectSchema => ({
  ...schema,
  properties: { ...schema.properties, kind: TEXT, apiVersion: TEXT, metadata: METADATA },
});

/** The least and the most bytes of texts that are more than a text. */
const FORMATS: ReadonlyMap<string, readonly [type: Type, least: number, most: number]> = new Map([
  ['duration', [DURATION, 3, 32]],
  ['date', [TIMESTAMP, 12, 12]],
  ['date-time', [TIMESTAMP, 21, 32]],
]);

const textType = (schema: ScalarSchema): Declared => {
  const [special, least, most] = FORMATS.get(schema.format ?? '') ?? [];
  if (special !== undefined) return { type: sized(special, most ?? 0), least: least ?? 2 };
  if (schema.format === 'byte')
    return { type: sized(BYTES, schema.maxLength ?? REQUEST_BYTES - 2), least: 2 };
  // A character has at most four bytes.
  const limited = schema.maxLength === undefined ? longestOf(schema.enum) : schema.maxLength * 4;
  return { type: sized(STRING, limited ?? REQUEST_BYTES - 2), least: 2 };
};

const longestOf = (allowed: readonly unknown[] | undefined): number | undefined =>
  allowed?.length
    ? Math.max(0, ...allowed.map((one) => (typeof one === 'string' ? Buffer.byteLength(one) : 0)))
    : undefined;
