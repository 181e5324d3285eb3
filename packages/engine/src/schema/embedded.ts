import { decodeTyped } from './decode.ts';
import { type FieldError, invalid } from './field-error.ts';
import { isObject, type JsonObject, setMember } from './json.ts';
import { OBJECT_META } from './object-meta.ts';
import type { Schema } from './structural.ts';

/** What `coerceEmbedded` made of a document. */
export interface Coerced {
  readonly value: unknown;
  readonly unknown: readonly string[];
  /** The first part that is no resource; the rest is not looked at then. */
  readonly error?: FieldError;
}

const withEmbedded = new WeakMap<object, boolean>();

/**
 * Gives the metadata of embedded resources (`x-kubernetes-embedded-resource`) the form of ObjectMeta:
 * types checked, unknown fields dropped.
 */
export function coerceEmbedded(schema: Schema, value: unknown): Coerced {
  if (!hasEmbedded(schema)) return { value, unknown: [] };
  const unknown: string[] = [];
  try {
    return { value: coerce(schema, value, { path: '', unknown }), unknown: unknown.sort() };
  } catch (error) {
    if (error instanceof Refusal) return { value, unknown, error: error.field };
    throw error;
  }
}

/** Whether anything below is an embedded resource: most schemas have none and are not walked. */
export function hasEmbedded(schema: Schema): boolean {
  const known = withEmbedded.get(schema);
  if (known !== undefined) return known;
  withEmbedded.set(schema, false);
  const found = (schema.type === 'object' && schema.embedded === true) || partsOf(schema).some(hasEmbedded);
  withEmbedded.set(schema, found);
  return found;
}

function partsOf(schema: Schema): readonly Schema[] {
  if (schema.type === 'object') return Object.values(schema.properties);
  if (schema.type === 'map') return [schema.values];
  return schema.type === 'array' ? [schema.items] : [];
}

class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly field: FieldError;

  constructor(field: FieldError) {
    super(field.detail);
    this.field = field;
  }
}

interface Place {
  readonly path: string;
  readonly unknown: string[];
}

function coerce(schema: Schema, value: unknown, place: Place): unknown {
  if (!hasEmbedded(schema)) return value;
  if (Array.isArray(value)) {
    if (schema.type !== 'array') return value;
    return value.map((item, index) =>
      coerce(schema.items, item, { ...place, path: `${place.path}[${index}]` }),
    );
  }
  return isObject(value) ? coerceMembers(schema, value, place) : value;
}

function coerceMembers(schema: Schema, value: JsonObject, place: Place): JsonObject {
  const out: Record<string, unknown> = {};
  const embedded = schema.type === 'object' && schema.embedded === true;
  for (const name of Object.keys(value)) {
    const at = { ...place, path: place.path === '' ? name : `${place.path}.${name}` };
    const coerced = embedded ? coerceMeta(name, value[name], at) : value[name];
    const child = partOf(schema, name);
    const skip = child === undefined || (embedded && name === 'metadata');
    setMember(out, name, skip ? coerced : coerce(child, coerced, at));
  }
  return out;
}

function partOf(schema: Schema, name: string): Schema | undefined {
  if (schema.type === 'map') return schema.values;
  const named = schema.type === 'object' && Object.hasOwn(schema.properties, name);
  return named ? schema.properties[name] : undefined;
}

function coerceMeta(name: string, value: unknown, { path, unknown }: Place): unknown {
  if (name === 'metadata') {
    const meta = decodeTyped(OBJECT_META, value);
    if (meta.error !== undefined) throw new Refusal(invalid(path, value, meta.error));
    unknown.push(...meta.unknown.map((inner) => `${path}.${inner}`));
    return meta.value;
  }
  if ((name === 'apiVersion' || name === 'kind') && typeof value !== 'string') {
    throw new Refusal(invalid(path, value, 'must be a string'));
  }
  return value;
}
