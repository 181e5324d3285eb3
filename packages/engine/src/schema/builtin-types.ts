import { readFileSync } from 'node:fs';
import type { ArraySchema, ObjectSchema, Schema } from './structural.ts';

/** What tools/kinds knows of one field beyond its type. */
interface FieldFacts {
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly list?: 'set' | 'map';
  readonly keys?: readonly string[];
  readonly mergeKey?: string;
  readonly strategy?: string;
  readonly atomic?: boolean;
}

/**
 * One line of generated/types.json: [protobuf number, type, flags, facts].
 *
 * The number is `2.1` for field 1 of the message that inlined field 2 is, and empty for fields of
 * TypeMeta. Flags: p pointer, e omitempty, z omitzero, r required. For the type see `codeSchema`.
 */
export type FieldRow = readonly [protobuf: string, code: string, flags: string, facts?: FieldFacts];

type TypeRows = Readonly<Record<string, FieldRow>> & { readonly $?: { readonly atomic?: boolean } };

/** Reads one of the committed files that tools/kinds writes. */
export const readGenerated = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`./generated/${file}`, import.meta.url), 'utf8'));

let table: Readonly<Record<string, TypeRows>> | undefined;
const types = new Map<string, ObjectSchema>();

/** The generated fields of a Go type, `core.v1.PodSpec`, in Go's order; undefined when there is no such type. */
export function builtinFields(type: string): Readonly<Record<string, FieldRow>> | undefined {
  const rows = typeRows(type);
  if (rows === undefined) return undefined;
  const { $: _, ...fields } = rows;
  return fields;
}

function typeRows(type: string): TypeRows | undefined {
  table ??= readGenerated('types.json') as Readonly<Record<string, TypeRows>>;
  return Object.hasOwn(table, type) ? table[type] : undefined;
}

/**
 * The structure of a Go type, `core.v1.PodSpec` or `meta.v1.DeleteOptions`. Types that are used
 * twice are one and the same schema, and a type may contain itself (JSONSchemaProps).
 */
export function builtinType(type: string): ObjectSchema {
  const known = types.get(type);
  if (known !== undefined) return known;
  const rows = typeRows(type);
  if (rows === undefined) throw new Error(`no generated type ${type}`);
  const { $: facts, ...fields } = rows;
  const required = Object.keys(fields).filter((name) => fields[name]?.[2].includes('r'));
  const properties: Record<string, Schema> = {};
  const schema: ObjectSchema = {
    type: 'object',
    properties,
    goType: goTypeOfStruct(type),
    typeName: type,
    ...(required.length > 0 && { required }),
    ...(facts?.atomic && { atomic: true }),
  };
  // Known before its fields are: that is how a type contains itself.
  types.set(type, schema);
  for (const [name, row] of Object.entries(fields)) properties[name] = fieldSchema(row);
  return schema;
}

/** Go prints the package's last part only: `v1.PodSpec`. */
const goTypeOfStruct = (type: string): string => type.split('.').slice(-2).join('.');

function fieldSchema([, code, flags, facts = {}]: FieldRow): Schema {
  const schema = codeSchema(code, facts);
  const pointer = flags.includes('p');
  const zero = facts.default === undefined ? zeroOf(schema, flags) : undefined;
  return {
    ...schema,
    ...(!pointer && dropsEmpty(schema, flags, facts) && { omitEmpty: true }),
    ...(zero !== undefined && { zero }),
    ...(facts.default !== undefined && { default: facts.default }),
    ...(facts.atomic && { atomic: true }),
    ...(facts.strategy !== undefined && schema.type !== 'array' && { patchStrategy: facts.strategy }),
  };
}

/** A field with a default is never written empty: an empty value is an absent one to Go's defaulting. */
const dropsEmpty = (schema: Schema, flags: string, facts: FieldFacts): boolean =>
  flags.includes('z') || facts.default !== undefined || (flags.includes('e') && !isGoStruct(schema));

/** Structs to Go, which `omitempty` does not leave out, whatever JSON makes of them. */
const goStructs: ReadonlySet<string> = new Set([
  'object',
  'time',
  'micro-time',
  'duration',
  'quantity',
  'int-or-string',
  'any',
]);
const isGoStruct = (schema: Schema): boolean => goStructs.has(schema.type);

const zeros: Readonly<Record<Schema['type'], unknown>> = {
  object: {},
  map: null,
  array: null,
  string: '',
  integer: 0,
  number: 0,
  boolean: false,
  'int-or-string': 0,
  quantity: '0',
  time: null,
  'micro-time': null,
  duration: '0s',
  bytes: null,
  any: null,
};

function zeroOf(schema: Schema, flags: string): unknown {
  const pointer = flags.includes('p');
  const leftOut = flags.includes('z') || (flags.includes('e') && (pointer || !isGoStruct(schema)));
  if (leftOut) return undefined;
  return pointer ? null : zeros[schema.type];
}

const scalars: Readonly<Record<string, Schema>> = {
  string: { type: 'string' },
  bool: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  float64: { type: 'number', format: 'double' },
  bytes: { type: 'bytes' },
  time: { type: 'time' },
  'micro-time': { type: 'micro-time' },
  duration: { type: 'duration' },
  quantity: { type: 'quantity' },
  'int-or-string': { type: 'int-or-string' },
  any: { type: 'any' },
};

/** `string`, `[]T`, `{}T`, `core.v1.PodSpec`; Go's name of a type that has one comes before `=`. */
function codeSchema(code: string, facts: FieldFacts = {}): Schema {
  const [, name, rest = code] = /^([\w.]+)=(.*)$/.exec(code) ?? [];
  const goType = name !== undefined && { goType: name };
  if (rest.startsWith('[]')) return { ...listSchema(rest.slice(2), facts), ...goType };
  if (rest.startsWith('{}')) return { type: 'map', values: codeSchema(rest.slice(2)), ...goType };
  const scalar = scalars[rest];
  if (scalar === undefined) return builtinType(rest);
  return { ...scalar, ...goType, ...(facts.enum !== undefined && { enum: facts.enum }) };
}

const listSchema = (items: string, facts: FieldFacts): ArraySchema => ({
  type: 'array',
  items: codeSchema(items, facts.enum === undefined ? {} : { enum: facts.enum }),
  listType: facts.list ?? 'atomic',
  ...(facts.keys !== undefined && { listMapKeys: facts.keys }),
  ...(facts.mergeKey !== undefined && { patchMergeKey: facts.mergeKey }),
  ...(facts.strategy !== undefined && { patchStrategy: facts.strategy }),
});
