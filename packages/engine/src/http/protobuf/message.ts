import { setMember } from '../../schema/json.ts';
import type { AnySchema, ArraySchema, Schema } from '../../schema/structural.ts';
import { zeroOfField } from '../../schema/zero.ts';
import { decodeJson } from '../codec.ts';
import { MAX_DEPTH } from '../json-scan.ts';
import { type Field, type Layout, layoutOf } from './layout.ts';
import { readLeaf } from './leaf.ts';
import { BYTES, bytesOf, readFields, readPacked, textOf, varintOf, type Wire, WireError } from './wire.ts';

/** A message of a Go type as the JSON that Go would write for it. Throws `WireError`. */
export const readMessage = (bytes: Uint8Array, type: string, depth = 0): Record<string, unknown> => {
  if (depth > MAX_DEPTH) throw new WireError('exceeded max depth');
  const into: Record<string, unknown> = {};
  fill(into, { bytes, layout: layoutOf(type), depth });
  return into;
};

const fill = (
  into: Record<string, unknown>,
  { bytes, layout, depth }: { readonly bytes: Uint8Array; readonly layout: Layout; readonly depth: number },
): void => {
  const found = readFields(bytes);
  for (const field of layout.fields) {
    const value = readField(field, found.get(field.number), depth);
    if (value !== undefined) setMember(into, field.name, value);
  }
  for (const [number, inner] of layout.inlined) {
    fill(into, { bytes: joined(found.get(number) ?? []), layout: inner, depth });
  }
};

const readField = (
  { schema, leftOut, absent }: Field,
  wires: readonly Wire[] | undefined,
  depth: number,
): unknown => {
  if (wires === undefined) return absent;
  const value = readValue(schema, wires, depth + 1);
  return leftOut && isEmpty(value) ? undefined : value;
};

const isEmpty = (value: unknown): boolean => value === '' || value === 0 || value === false || value === null;

/** All that came under one number. A message that came in pieces is one; of other things the last counts. */
const readValue = (schema: Schema, wires: readonly Wire[], depth: number): unknown => {
  if (schema.type === 'array') return readList(schema, wires, depth);
  if (schema.type === 'map') return readMap(schema.values, wires, depth);
  if (schema.type === 'object') return readMessage(joined(wires), schema.typeName ?? '', depth);
  const last = wires.at(-1);
  if (last === undefined) return zeroOfField(schema);
  return schema.type === 'any' ? readAny(schema, bytesOf(last), depth) : readLeaf(schema, last);
};

const readList = ({ items }: ArraySchema, wires: readonly Wire[], depth: number): unknown[] => {
  const all =
    items.type === 'integer'
      ? wires.flatMap((wire) => (wire.type === BYTES ? readPacked(wire.bytes) : [wire]))
      : wires;
  return all.map((wire) => readElement(items, wire, depth));
};

/** A list of lists is none in protobuf: the inner ones are messages with one field (ExtraValue). */
const readElement = (schema: Schema, wire: Wire, depth: number): unknown => {
  if (schema.type !== 'array') return readValue(schema, [wire], depth + 1);
  const inner = readFields(bytesOf(wire)).get(1);
  return inner === undefined ? null : readValue(schema, inner, depth + 1);
};

/** Entries are messages of key and value; what is empty may be left out of them. */
const readMap = (schema: Schema, wires: readonly Wire[], depth: number): Record<string, unknown> => {
  const map: Record<string, unknown> = {};
  for (const wire of wires) {
    const entry = readFields(bytesOf(wire));
    const key = entry.get(1)?.at(-1);
    const value = entry.get(2)?.at(-1) ?? NOTHING;
    setMember(map, key === undefined ? '' : textOf(key), readElement(schema, value, depth));
  }
  return map;
};

const NOTHING: Wire = { type: BYTES, bytes: new Uint8Array() };

const joined = (wires: readonly Wire[]): Uint8Array => {
  const [first, ...more] = wires;
  if (first === undefined) return new Uint8Array();
  return more.length === 0 ? bytesOf(first) : Buffer.concat(wires.map(bytesOf));
};

/** RawExtension, FieldsV1, JSON have a JSON text in field 1; three unions of a JSON schema are messages. */
const readAny = ({ goType }: AnySchema, bytes: Uint8Array, depth: number): unknown => {
  const fields = readFields(bytes);
  const schemaIn = (wire: Wire): unknown => readMessage(bytesOf(wire), JSON_SCHEMA, depth);
  const [first, second] = [1, 2].map((number) => fields.get(number)?.at(-1));
  switch (goType) {
    case 'v1.JSONSchemaPropsOrArray':
      return fields.get(2)?.map(schemaIn) ?? (first === undefined ? null : schemaIn(first));
    case 'v1.JSONSchemaPropsOrStringArray':
      return fields.get(2)?.map(textOf) ?? (first === undefined ? null : schemaIn(first));
    case 'v1.JSONSchemaPropsOrBool':
      if (second !== undefined) return schemaIn(second);
      return first !== undefined && Boolean(varintOf(first));
    default: {
      const raw = first === undefined ? NOTHING.bytes : bytesOf(first);
      return raw.length === 0 ? null : decodeJson(raw).value;
    }
  }
};

const JSON_SCHEMA = 'apiextensions.v1.JSONSchemaProps';
