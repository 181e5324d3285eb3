import { builtinFields, type FieldRow } from '../schema/builtin-types.ts';
import { formatDuration } from '../schema/duration.ts';
import { setMember } from '../schema/json.ts';
import { badRequest } from './errors.ts';
import { parseExactJson } from './json-exact.ts';
import { readFields, WireError, type WireField } from './protobuf-wire.ts';

/**
 * Kubernetes' protobuf encoding, for reading only: kubectl's typed commands send it, and take JSON back. Driven
 * by the numbers in the generated types, so no kind has a line of its own.
 */
export const decodeProtobuf = (bytes: Uint8Array, type: string): Record<string, unknown> => {
  if (!MAGIC.every((byte, index) => bytes[index] === byte))
    throw badRequest('the body is not Kubernetes protobuf');
  try {
    const envelope = readEnvelope(bytes.subarray(MAGIC.length));
    const value = readMessage(envelope.raw, type, 0);
    return { kind: envelope.kind, apiVersion: envelope.apiVersion, ...value };
  } catch (error) {
    throw error instanceof WireError ? badRequest(`proto: ${error.message}`) : error;
  }
};

/** Every body begins so (apimachinery, serializer/protobuf). */
const MAGIC = [0x6b, 0x38, 0x73, 0x00];
const MAX_DEPTH = 100;

const text = new TextDecoder();

/** runtime.Unknown: what it is, and its bytes. */
const readEnvelope = (
  bytes: Uint8Array,
): { readonly apiVersion: string; readonly kind: string; readonly raw: Uint8Array } => {
  const [type, raw] = [1, 2].map((number) => lastOf(bytes, number));
  const [apiVersion, kind] = [1, 2].map((number) => text.decode(lastOf(type ?? EMPTY, number) ?? EMPTY));
  return { apiVersion: apiVersion ?? '', kind: kind ?? '', raw: raw ?? EMPTY };
};

const EMPTY = new Uint8Array();

const lastOf = (message: Uint8Array, number: number): Uint8Array | undefined => {
  const found = [...readFields(message)].findLast((field) => field.number === number)?.content;
  return found instanceof Uint8Array ? found : undefined;
};

/** By number; a number may stand for a message that was inlined into this one. */
type Layout = ReadonlyMap<number, { readonly name: string; readonly code: string } | Layout>;

const layouts = new Map<string, Layout>();

const layoutOf = (type: string): Layout => {
  let layout = layouts.get(type);
  if (layout === undefined) {
    const fields = builtinFields(type);
    if (fields === undefined) throw new WireError(`unknown type ${type}`);
    layout = buildLayout(
      Object.entries(fields).map(([name, row]) => ({ name, row, path: row[0].split('.').map(Number) })),
    );
    layouts.set(type, layout);
  }
  return layout;
};

interface Placed {
  readonly name: string;
  readonly row: FieldRow;
  readonly path: readonly number[];
}

const buildLayout = (fields: readonly Placed[]): Layout => {
  const layout = new Map<number, { name: string; code: string } | Layout>();
  for (const [number, group] of Map.groupBy(fields, ({ path }) => path[0] ?? 0)) {
    const [first] = group;
    if (number === 0 || first === undefined) continue;
    const inlined = group.map((field) => ({ ...field, path: field.path.slice(1) }));
    layout.set(
      number,
      first.path.length > 1 ? buildLayout(inlined) : { name: first.name, code: first.row[1] },
    );
  }
  return layout;
};

const readMessage = (bytes: Uint8Array, type: string, depth: number): Record<string, unknown> => {
  if (depth > MAX_DEPTH) throw new WireError('exceeded max depth');
  const into: Record<string, unknown> = {};
  fill(into, { bytes, layout: layoutOf(type), depth });
  return into;
};

const fill = (
  into: Record<string, unknown>,
  { bytes, layout, depth }: { readonly bytes: Uint8Array; readonly layout: Layout; readonly depth: number },
): void => {
  for (const field of readFields(bytes)) {
    const known = layout.get(field.number);
    if (known === undefined) continue;
    if ('code' in known)
      setMember(into, known.name, readField(into[known.name], known.code, { field, depth }));
    else fill(into, { bytes: bytesOf(field), layout: known, depth });
  }
};

interface At {
  readonly field: WireField;
  readonly depth: number;
}

/** `code` as in the generated types: `string`, `[]T`, `{}T`, `core.v1.PodSpec`, `v1.Time=time`. */
const readField = (before: unknown, code: string, at: At): unknown => {
  const bare = code.slice(code.indexOf('=') + 1);
  if (bare.startsWith('[]')) return [...((before as unknown[]) ?? []), ...readItems(bare.slice(2), at)];
  if (!bare.startsWith('{}')) return readScalar(code, at);
  const entry = Object.fromEntries([...readFields(bytesOf(at.field))].map((field) => [field.number, field]));
  const map = { ...(before as object) };
  const value = entry[2] ?? { number: 2, content: EMPTY };
  setMember(map, text.decode(bytesOf(entry[1] ?? value)), readScalar(bare.slice(2), { ...at, field: value }));
  return map;
};

/** Numbers may come packed into one field. */
const readItems = (code: string, at: At): unknown[] => {
  const { content } = at.field;
  if (!(content instanceof Uint8Array) || !/^(?:u?int(?:32|64)|bool)$/.test(code))
    return [readScalar(code, at)];
  return [...readFields(asVarints(content))].map((field) => readScalar(code, { ...at, field }));
};

/** Varints one after the other, as fields of a message: each gets the tag of field 1. */
const asVarints = (packed: Uint8Array): Uint8Array => {
  const bytes: number[] = [];
  let first = true;
  for (const byte of packed) {
    if (first) bytes.push(0x08);
    bytes.push(byte);
    first = byte < 0x80;
  }
  return Uint8Array.from(bytes);
};

const bytesOf = ({ content }: WireField): Uint8Array => {
  if (content instanceof Uint8Array) return content;
  throw new WireError('a field has the wrong wire type');
};

const integerOf = ({ content }: WireField): number | bigint => {
  if (content instanceof Uint8Array) throw new WireError('a field has the wrong wire type');
  const value = BigInt.asIntN(64, content);
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
};

const readScalar = (code: string, at: At): unknown => {
  const { field } = at;
  const [name, bare = name] = code.split('=');
  switch (bare) {
    case 'string':
      return text.decode(bytesOf(field));
    case 'bool':
      return integerOf(field) !== 0;
    case 'int32':
    case 'int64':
      return integerOf(field);
    case 'float64':
      return readDouble(field);
    case 'bytes':
      return Buffer.from(bytesOf(field)).toString('base64');
    default:
      return readStruct(bare ?? '', name ?? '', at);
  }
};

const readStruct = (code: string, name: string, { field, depth }: At): unknown => {
  const bytes = bytesOf(field);
  const known = WELL_KNOWN[code];
  if (known !== undefined) return known(bytes, name);
  if (code.startsWith('[]')) return [...readFields(bytes)].map((item) => text.decode(bytesOf(item)));
  return readMessage(bytes, code, depth + 1);
};

const readDouble = ({ content }: WireField): number => {
  if (content instanceof Uint8Array) throw new WireError('a field has the wrong wire type');
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, content);
  return view.getFloat64(0);
};

const numberAt = (message: Uint8Array, number: number): number | bigint => {
  const field = [...readFields(message)].findLast((one) => one.number === number);
  return field === undefined ? 0 : integerOf(field);
};

/** Seconds and nanoseconds; an empty message is no time at all. */
const readTime = (bytes: Uint8Array, digits: 0 | 6): string | null => {
  if (bytes.length === 0) return null;
  const base = new Date(Number(numberAt(bytes, 1)) * 1000).toISOString().slice(0, 19);
  if (digits === 0) return `${base}Z`;
  const micros = Math.floor(Number(numberAt(bytes, 2)) / 1000);
  return `${base}.${String(micros).padStart(digits, '0')}Z`;
};

/** RawExtension, JSON, FieldsV1: a JSON text in field 1. Unions of schemas are not: nobody sends those so. */
const readJson = (bytes: Uint8Array, name: string): unknown => {
  if (name.startsWith('v1.JSONSchemaPropsOr')) throw new WireError(`${name} cannot be read`);
  const raw = lastOf(bytes, 1);
  return raw === undefined ? null : parseExactJson(text.decode(raw)).value;
};

/** Types whose JSON is not that of their fields. */
const WELL_KNOWN: Readonly<Record<string, (bytes: Uint8Array, name: string) => unknown>> = {
  time: (bytes) => readTime(bytes, 0),
  'micro-time': (bytes) => readTime(bytes, 6),
  duration: (bytes) => formatDuration(BigInt(numberAt(bytes, 1))),
  quantity: (bytes) => text.decode(lastOf(bytes, 1) ?? EMPTY),
  'int-or-string': (bytes) =>
    numberAt(bytes, 1) === 0 ? numberAt(bytes, 2) : text.decode(lastOf(bytes, 3) ?? EMPTY),
  any: readJson,
};
