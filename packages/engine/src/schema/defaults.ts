import { isObject, type JsonObject, setMember } from './json.ts';
import type { ObjectSchema, Schema } from './structural.ts';

/** Fills in what is missing below a value; same reference when nothing is. */
type Defaulter = (value: unknown) => unknown;

interface FieldDefault {
  readonly name: string;
  readonly schema: Schema;
  /** Absent when nothing below the field has a default. */
  readonly below: Defaulter | undefined;
}

/** `null`: nothing to fill in. Kept by properties, which fields of one type share. */
const defaulters = new WeakMap<object, Defaulter | null>();

/**
 * The value with the defaults of its schema where a field is absent, or null and not nullable.
 * Copy-on-write: same reference when nothing changes. The argument is never changed.
 */
export function applyDefaults<T>(schema: Schema, value: T): T {
  const fill = defaulterOf(schema);
  return fill === undefined ? value : (fill(value) as T);
}

function defaulterOf(schema: Schema): Defaulter | undefined {
  const identity = schema.type === 'object' ? schema.properties : schema;
  const known = defaulters.get(identity);
  if (known !== undefined) return known ?? undefined;
  // A type that contains itself meets this while it is being made.
  defaulters.set(identity, (value) => (defaulters.get(identity) ?? asIs)(value));
  const made = compile(schema);
  defaulters.set(identity, made ?? null);
  return made;
}

const asIs: Defaulter = (value) => value;

function compile(schema: Schema): Defaulter | undefined {
  switch (schema.type) {
    case 'object':
      return objectDefaulter(schema);
    case 'map':
      return eachDefaulter(schema.values, fillMembers);
    case 'array':
      return eachDefaulter(schema.items, fillItems);
    default:
      return undefined;
  }
}

function objectDefaulter(schema: ObjectSchema): Defaulter | undefined {
  const fields: FieldDefault[] = Object.entries(schema.properties)
    .map(([name, field]) => ({ name, schema: field, below: defaulterOf(field) }))
    .filter(({ schema: field, below }) => field.default !== undefined || below !== undefined);
  if (fields.length === 0) return undefined;
  return (value) => (isObject(value) ? fillFields(fields, value) : value);
}

function fillFields(fields: readonly FieldDefault[], value: JsonObject): JsonObject {
  let out: Record<string, unknown> | undefined;
  for (const field of fields) {
    const old = Object.hasOwn(value, field.name) ? value[field.name] : undefined;
    const filled = fill(field.schema, field.below, old);
    if (filled === old) continue;
    out ??= { ...value };
    setMember(out, field.name, filled);
  }
  return out ?? value;
}

function fill(schema: Schema, below: Defaulter | undefined, old: unknown): unknown {
  const missing = old === undefined || (old === null && schema.nullable !== true);
  const value = missing && schema.default !== undefined ? schema.default : old;
  return below === undefined || value === undefined ? value : below(value);
}

/** Fills every part of a container by what its parts have in common. */
type FillEach = (value: unknown, part: (old: unknown) => unknown) => unknown;

function eachDefaulter(schema: Schema, each: FillEach): Defaulter | undefined {
  const below = defaulterOf(schema);
  if (below === undefined && schema.default === undefined) return undefined;
  return (value) => each(value, (old) => fill(schema, below, old));
}

const fillMembers: FillEach = (value, part) => {
  if (!isObject(value)) return value;
  let out: Record<string, unknown> | undefined;
  for (const key in value) {
    const filled = part(value[key]);
    if (filled === value[key]) continue;
    out ??= { ...value };
    setMember(out, key, filled);
  }
  return out ?? value;
};

const fillItems: FillEach = (value, part) => {
  if (!Array.isArray(value)) return value;
  let out: unknown[] | undefined;
  for (let index = 0; index < value.length; index++) {
    const filled = part(value[index]);
    if (filled === value[index]) continue;
    out ??= [...value];
    out[index] = filled;
  }
  return out ?? value;
};
