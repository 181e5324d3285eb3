import { isObject, type JsonObject } from '../schema/json.ts';

/**
 * The OpenAPI v2 document in protobuf (gnostic's `OpenAPIv2.proto`): kubectl takes no other form of it, and asks
 * for it before it sends a List. As much of the format as our documents use.
 */
export const encodeOpenApiV2 = (document: JsonObject): Uint8Array => encode('Document', document);

export const OPENAPI_V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** How one member is written: its number, and the form of its value. */
type Member = readonly [number: number, form: Form];

type Form =
  | 'text'
  | 'texts'
  | 'flag'
  | 'integer'
  | 'double'
  /** Any JSON, which travels as YAML. */
  | 'any'
  | 'anys'
  | { readonly message: string }
  | { readonly messages: string }
  /** An object's members, each as a message of its name and value. */
  | { readonly named: string }
  /** A choice: the value goes into this field of a message that has no others. */
  | { readonly within: number; readonly message: string };

interface Layout {
  readonly members: Readonly<Record<string, Member>>;
  /** Where members whose name begins with `x-` go. */
  readonly extensions?: number;
}

const SCHEMA: Layout['members'] = {
  $ref: [1, 'text'],
  format: [2, 'text'],
  description: [4, 'text'],
  default: [5, 'any'],
  multipleOf: [6, 'double'],
  maximum: [7, 'double'],
  exclusiveMaximum: [8, 'flag'],
  minimum: [9, 'double'],
  exclusiveMinimum: [10, 'flag'],
  maxLength: [11, 'integer'],
  minLength: [12, 'integer'],
  pattern: [13, 'text'],
  maxItems: [14, 'integer'],
  minItems: [15, 'integer'],
  uniqueItems: [16, 'flag'],
  maxProperties: [17, 'integer'],
  minProperties: [18, 'integer'],
  required: [19, 'texts'],
  enum: [20, 'anys'],
  additionalProperties: [21, { within: 1, message: 'Schema' }],
  type: [22, { within: 1, message: 'Text' }],
  items: [23, { within: 1, message: 'Schema' }],
  allOf: [24, { messages: 'Schema' }],
  properties: [25, { message: 'Schemas' }],
};

const PARAMETER: Layout['members'] = {
  required: [1, 'flag'],
  in: [2, 'text'],
  name: [4, 'text'],
};

const LAYOUTS: Readonly<Record<string, Layout>> = {
  Document: {
    members: {
      swagger: [1, 'text'],
      info: [2, { message: 'Info' }],
      paths: [8, { message: 'Paths' }],
      definitions: [9, { message: 'Schemas' }],
    },
  },
  Info: { members: { title: [1, 'text'], version: [2, 'text'] } },
  Paths: { members: { '*': [2, { named: 'PathItem' }] } },
  Schemas: { members: { '*': [1, { named: 'Schema' }] } },
  PathItem: {
    members: {
      get: [2, { message: 'Operation' }],
      put: [3, { message: 'Operation' }],
      post: [4, { message: 'Operation' }],
      delete: [5, { message: 'Operation' }],
      patch: [8, { message: 'Operation' }],
      parameters: [9, { messages: 'AnyParameter' }],
    },
  },
  Operation: {
    members: {
      tags: [1, 'texts'],
      operationId: [5, 'text'],
      produces: [6, 'texts'],
      consumes: [7, 'texts'],
      parameters: [8, { messages: 'AnyParameter' }],
      responses: [9, { message: 'Responses' }],
      schemes: [10, 'texts'],
    },
    extensions: 13,
  },
  Body: {
    members: {
      name: [2, 'text'],
      in: [3, 'text'],
      required: [4, 'flag'],
      schema: [5, { message: 'Schema' }],
    },
  },
  Query: { members: { ...PARAMETER, type: [6, 'text'], uniqueItems: [20, 'flag'] } },
  Path: { members: { ...PARAMETER, type: [5, 'text'], uniqueItems: [19, 'flag'] } },
  Responses: { members: { '*': [1, { named: 'ResponseValue' }] } },
  Response: { members: { description: [1, 'text'], schema: [2, { within: 1, message: 'Schema' }] } },
  Schema: { members: SCHEMA, extensions: 31 },
};

const encode = (message: string, value: unknown): Uint8Array => {
  if (message === 'Text') return Buffer.from(String(value));
  if (message === 'AnyParameter') return encodeParameter(value);
  if (message === 'ResponseValue') return block(1, encode('Response', value));
  const layout = LAYOUTS[message];
  if (layout === undefined || !isObject(value)) return EMPTY;
  const every = layout.members['*'];
  if (every !== undefined) return encodeMember(every, value);
  return Buffer.concat(
    Object.entries(value).map(([name, part]) => {
      const member = layout.members[name];
      if (member !== undefined) return part === undefined ? EMPTY : encodeMember(member, part);
      return layout.extensions !== undefined && name.startsWith('x-')
        ? block(layout.extensions, Buffer.concat([block(1, Buffer.from(name)), block(2, encodeAny(part))]))
        : EMPTY;
    }),
  );
};

const EMPTY = new Uint8Array();

/** A parameter is two choices deep: in the body or not; in the query or in the path. */
const encodeParameter = (value: unknown): Uint8Array => {
  if (isObject(value) && value.in === 'body') return block(1, block(1, encode('Body', value)));
  const inPath = isObject(value) && value.in === 'path';
  const inner = inPath ? block(4, encode('Path', value)) : block(3, encode('Query', value));
  return block(1, block(2, inner));
};

const encodeMember = ([number, form]: Member, value: unknown): Uint8Array => {
  if (typeof form === 'string') return encodeScalar(number, form, value);
  if ('messages' in form) {
    return Buffer.concat(
      (value as readonly unknown[]).map((item) => block(number, encode(form.messages, item))),
    );
  }
  if ('named' in form) {
    const members = Object.entries(value as object).map(([name, part]) =>
      block(number, Buffer.concat([block(1, Buffer.from(name)), block(2, encode(form.named, part))])),
    );
    return Buffer.concat(members);
  }
  if ('within' in form) return block(number, block(form.within, encode(form.message, value)));
  return block(number, encode(form.message, value));
};

const encodeScalar = (number: number, form: string, value: unknown): Uint8Array => {
  switch (form) {
    case 'texts':
      return Buffer.concat((value as string[]).map((item) => block(number, Buffer.from(item))));
    case 'anys':
      return Buffer.concat((value as unknown[]).map((item) => block(number, encodeAny(item))));
    case 'any':
      return block(number, encodeAny(value));
    case 'flag':
      return value === true ? Buffer.from([...varint(number << 3), 1]) : EMPTY;
    case 'integer':
      return Buffer.from([...varint(number << 3), ...varint(Number(value))]);
    case 'double':
      return Buffer.concat([Buffer.from(varint((number << 3) | 1)), double(Number(value))]);
    default:
      return block(number, Buffer.from(String(value)));
  }
};

const encodeAny = (value: unknown): Uint8Array => block(2, Buffer.from(`${JSON.stringify(value)}\n`));

const double = (value: number): Uint8Array => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
};

const block = (number: number, content: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from([...varint((number << 3) | 2), ...varint(content.length)]), content]);

const varint = (value: number): number[] => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
};
