import { DecodeContext, DecodeError } from './decode-context.ts';
import { decodeAny } from './decode-any.ts';
import { scalarDecoder } from './decode-scalar.ts';
import { goStructName, jsonKind } from './go-types.ts';
import { isEmptyObject, isObject, type JsonObject, setMember } from './json.ts';
import type { ArraySchema, MapSchema, ObjectSchema, Schema } from './structural.ts';
import { zeroOfField, zeroValue } from './zero.ts';

/** A document as a Go struct would read it and write it back. */
export interface Decoded {
  /** Canonical, without unknown fields; the very argument when nothing had to change. */
  readonly value: unknown;
  /** Paths of fields that the type does not have, `spec.containers[0].foo`. */
  readonly unknown: readonly string[];
  /** What Go's decoder says of a value of the wrong type. */
  readonly error?: string;
}

/** Reads a value that is not null. Undefined means: nothing there. */
type Decoder = (value: unknown, context: DecodeContext) => unknown;

interface Field {
  readonly schema: Schema;
  readonly decode: Decoder;
}

/**
 * Reads a document by the rules of a built-in type: types are checked as Go's decoder checks them,
 * quantities, times and durations become canonical, null is the same as absent, and what Go leaves
 * out or always writes is left out or written.
 */
export function decodeTyped(schema: Schema, value: unknown): Decoded {
  const context = new DecodeContext();
  try {
    const decoded = decoderOf(schema)(value, context);
    return {
      value: decoded,
      unknown: context.unknown,
      ...(context.error !== undefined && { error: context.error }),
    };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { value, unknown: context.unknown, error: error.message };
  }
}

const decoders = new WeakMap<object, Decoder>();

/** Fields that share a type share its decoder: what is of the field is done by the struct around it. */
function decoderOf(schema: Schema): Decoder {
  const identity = schema.type === 'object' ? schema.properties : schema;
  let decoder = decoders.get(identity);
  if (decoder === undefined) {
    decoder = compile(schema);
    decoders.set(identity, decoder);
  }
  return decoder;
}

function compile(schema: Schema): Decoder {
  switch (schema.type) {
    case 'object':
      return structDecoder(schema);
    case 'map':
      return mapDecoder(schema);
    case 'array':
      return arrayDecoder(schema);
    case 'any':
      return (value) => decodeAny(schema.goType, value, decodeTyped);
    default:
      return scalarDecoder(schema);
  }
}

function structDecoder(schema: ObjectSchema): Decoder {
  const struct = goStructName(schema);
  // Made on the first use: a type may contain itself.
  const fields = new Map<string, Field>();
  const zeros = Object.keys(schema.properties).filter((name) => schema.properties[name]?.zero !== undefined);
  const fieldOf = (name: string): Field | undefined => {
    let field = fields.get(name);
    const own =
      field === undefined && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
    if (own !== undefined) fields.set(name, (field = { schema: own, decode: decoderOf(own) }));
    return field;
  };
  return (value, context) => {
    if (!isObject(value)) {
      context.mismatch(schema, jsonKind(value));
      return undefined;
    }
    const outer = context.struct;
    context.struct = struct;
    const out = decodeFields(value, { fieldOf, context, struct });
    context.struct = outer;
    return withZeros(schema, { out, zeros, original: value });
  };
}

interface Struct {
  readonly fieldOf: (name: string) => Field | undefined;
  readonly context: DecodeContext;
  readonly struct: string;
}

function decodeFields(value: JsonObject, { fieldOf, context, struct }: Struct): JsonObject {
  let out: Record<string, unknown> | undefined;
  for (const name in value) {
    const old = value[name];
    const field = fieldOf(name);
    const decoded =
      field === undefined ? unknownField(name, context) : decodeField(field, { name, old, context });
    context.struct = struct;
    if (decoded === old && out === undefined) continue;
    out ??= membersBefore(value, name);
    if (decoded !== undefined) setMember(out, name, decoded);
  }
  return out ?? value;
}

function unknownField(name: string, context: DecodeContext): undefined {
  context.addUnknown(name);
}

function decodeField(
  field: Field,
  at: { readonly name: string; readonly old: unknown; readonly context: DecodeContext },
): unknown {
  const { old, context } = at;
  if (old === null || old === undefined) return undefined;
  context.enter(at.name);
  const decoded = field.decode(old, context);
  context.leave();
  return field.schema.omitEmpty === true && isGoEmpty(decoded) ? undefined : decoded;
}

/** The members that came before `name`, in a new object. */
function membersBefore(value: JsonObject, name: string): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const key in value) {
    if (key === name) break;
    setMember(out, key, value[key]);
  }
  return out;
}

function isGoEmpty(value: unknown): boolean {
  if (value === '' || value === 0 || value === false || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && isEmptyObject(value);
}

/** Fields that Go writes although nobody gave them. */
function withZeros(
  schema: ObjectSchema,
  decoded: { readonly out: JsonObject; readonly zeros: readonly string[]; readonly original: JsonObject },
): JsonObject {
  let out = decoded.out;
  for (const name of decoded.zeros) {
    if (Object.hasOwn(out, name)) continue;
    if (out === decoded.original) out = { ...out };
    setMember(out, name, zeroOfField(schema.properties[name] as Schema));
  }
  return out;
}

function mapDecoder(schema: MapSchema): Decoder {
  const decode: Decoder = (value, context) => decoderOf(schema.values)(value, context);
  return (value, context) => {
    if (!isObject(value)) {
      context.mismatch(schema, jsonKind(value));
      return undefined;
    }
    let out: Record<string, unknown> | undefined;
    for (const key in value) {
      const old = value[key];
      context.enter({ key });
      const decoded = old === null ? zeroItem(schema.values) : decode(old, context);
      context.leave();
      if (decoded === old) continue;
      out ??= { ...value };
      setMember(out, key, decoded === undefined ? zeroItem(schema.values) : decoded);
    }
    return out ?? value;
  };
}

function arrayDecoder(schema: ArraySchema): Decoder {
  return (value, context) => {
    if (!Array.isArray(value)) {
      context.mismatch(schema, jsonKind(value));
      return undefined;
    }
    const decode = decoderOf(schema.items);
    let out: unknown[] | undefined;
    for (let index = 0; index < value.length; index++) {
      const old: unknown = value[index];
      context.enter(index);
      const decoded = old === null ? zeroItem(schema.items) : decode(old, context);
      context.leave();
      if (decoded === old) continue;
      out ??= [...value];
      out[index] = decoded === undefined ? zeroItem(schema.items) : decoded;
    }
    return out ?? value;
  };
}

const zeroItems: Readonly<Record<string, unknown>> = {
  string: '',
  integer: 0,
  number: 0,
  boolean: false,
  'int-or-string': 0,
  quantity: '0',
  duration: '0s',
};

/** What null becomes where Go has no pointer: an item or a value of a map. */
const zeroItem = (schema: Schema): unknown =>
  schema.type === 'object' ? zeroValue(schema) : (zeroItems[schema.type] ?? null);
