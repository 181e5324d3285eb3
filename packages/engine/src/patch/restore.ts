import { decodeTyped } from '../schema/decode.ts';
import { goTypeOf } from '../schema/go-text.ts';
import { goTypeName } from '../schema/go-types.ts';
import { isObject, setMember } from '../schema/json.ts';
import type { Schema } from '../schema/structural.ts';

/** A value is not made as its type asks; the message is what Go's converter says of it. */
export class RestoreError extends Error {
  override readonly name = 'RestoreError';
}

/**
 * What a strategic merge patch leaves, as Go's converter makes it a document of its kind. It takes what
 * Go's decoder would not (numbers that are too large lose their upper half), and gives up at the first
 * fault. Throws `RestoreError`.
 */
export function restore(schema: Schema, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  switch (schema.type) {
    case 'object':
      return restoreStruct(schema.properties, value);
    case 'map':
      return restoreMap(schema.values, value);
    case 'array':
      return restoreList(schema.items, value);
    case 'string':
    case 'boolean':
    case 'integer':
    case 'number':
      return restoreScalar(schema, value);
    case 'bytes':
      return restoreBytes(schema, value);
    case 'any':
      return value;
    default:
      return readByItself(schema, value);
  }
}

type Properties = Readonly<Record<string, Schema>>;

/** In the order of the fields: the first fault is the one that is told. */
function restoreStruct(properties: Properties, value: unknown): unknown {
  if (!isObject(value)) throw new RestoreError(`cannot restore struct from: ${kindOf(value)}`);
  let out: Record<string, unknown> | undefined;
  for (const [name, schema] of Object.entries(properties)) {
    if (!Object.hasOwn(value, name)) continue;
    const restored = restore(schema, value[name]);
    if (restored !== value[name]) (out ??= { ...value })[name] = restored;
  }
  return out ?? value;
}

function restoreMap(values: Schema, value: unknown): unknown {
  if (!isObject(value)) throw new RestoreError(`cannot restore map from ${kindOf(value)}`);
  const out: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) setMember(out, key, restore(values, inner));
  return out;
}

function restoreList(items: Schema, value: unknown): unknown {
  if (!Array.isArray(value)) throw new RestoreError(`cannot restore slice from ${kindOf(value)}`);
  return value.map((item) => restore(items, item));
}

/** What Go's reflection can turn into what, for those pairs that are not one and the same. */
const CONVERTIBLE: Readonly<Record<string, readonly string[]>> = {
  float64: ['integer'],
  int64: ['string'],
};

function restoreScalar(schema: Schema, value: unknown): unknown {
  const wanted = goTypeName(schema);
  const found = goTypeOf(value);
  if (schema.type === 'string' && found === 'string') return value;
  if (schema.type === 'boolean' && found === 'bool') return value;
  if (schema.type === 'number' && (found === 'int64' || found === 'float64')) return value;
  if (schema.type === 'integer' && found === 'int64') return cut(schema, value as number | bigint);
  const known = CONVERTIBLE[found]?.includes(schema.type);
  throw new RestoreError(
    known
      ? `cannot convert ${found} to ${schema.goType ?? wanted}`
      : `unrecognized type: ${schema.type === 'string' ? 'string' : wanted}`,
  );
}

/** Go keeps the lower half. */
const cut = (schema: Schema, value: number | bigint): unknown =>
  'format' in schema && schema.format === 'int32' ? Number(BigInt.asIntN(32, BigInt(value))) : value;

function restoreBytes(schema: Schema, value: unknown): unknown {
  if (typeof value !== 'string') throw new RestoreError(`cannot restore slice from ${kindOf(value)}`);
  const { error } = decodeTyped(schema, value);
  if (error !== undefined) throw new RestoreError(`error decoding from json: ${error}`);
  return value;
}

/** Types that read their JSON themselves: times, quantities, durations, numbers that may be names. */
function readByItself(schema: Schema, value: unknown): unknown {
  const { error } = decodeTyped(schema, value);
  if (error !== undefined) throw new RestoreError(error);
  return value;
}

/** Go's kind of a decoded value. */
const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'slice';
  return isObject(value) ? 'map' : goTypeOf(value);
};
