import { isObject } from '../schema/json.ts';
import type { ArraySchema, Schema } from '../schema/structural.ts';

/** A list item has no key: apply and field tracking cannot name it. */
export class ListKeyError extends Error {
  override readonly name = 'ListKeyError';
}

interface KeyField {
  readonly name: string;
  /** `"name":`, ready to be written. */
  readonly label: string;
  readonly default: unknown;
}

const keyFields = new WeakMap<ArraySchema, readonly KeyField[]>();

function keyFieldsOf(schema: ArraySchema): readonly KeyField[] {
  let fields = keyFields.get(schema);
  if (fields === undefined) {
    fields = [...(schema.listMapKeys ?? [])]
      .sort()
      .map((name) => ({ name, label: `${JSON.stringify(name)}:`, default: defaultOf(schema.items, name) }));
    keyFields.set(schema, fields);
  }
  return fields;
}

/** In the structures of built-in kinds Go's zero values are defaults, too. */
function defaultOf(items: Schema, name: string): unknown {
  if (items.type !== 'object') return undefined;
  const key = items.properties[name];
  if (key?.default !== undefined || items.typeName === undefined) return key?.default;
  return key?.type === 'string' ? '' : 0;
}

/**
 * The path element of an item of a set or a list map: `v:"a"` or `k:{"containerPort":80,"protocol":"TCP"}`,
 * keys sorted, absent keys taken from their defaults. Throws `ListKeyError`.
 */
export function elementOf(schema: ArraySchema, item: unknown): string {
  return schema.listType === 'map' ? keyElement(schema, item) : valueElement(item);
}

function keyElement(schema: ArraySchema, item: unknown): string {
  if (item === null) throw new ListKeyError('associative list with keys may not have a null element');
  if (!isObject(item)) throw new ListKeyError('associative list with keys may not have non-map elements');
  let text = '';
  for (const field of keyFieldsOf(schema)) {
    const own = Object.hasOwn(item, field.name) ? item[field.name] : undefined;
    const value = own === undefined ? field.default : own;
    if (value !== undefined) text += `${text === '' ? '' : ','}${field.label}${scalarText(value)}`;
  }
  if (text === '') throw new ListKeyError(withoutKeys(schema));
  return `k:{${text}}`;
}

const withoutKeys = (schema: ArraySchema): string => {
  const keys = (schema.listMapKeys ?? []).map((key) => JSON.stringify(key)).join(' ');
  return `associative list with keys has an element that omits all key fields [${keys}] (and doesn't have default values for any key fields)`;
};

function valueElement(item: unknown): string {
  if (item === null)
    throw new ListKeyError("associative list without keys has an element that's an explicit null");
  if (Array.isArray(item)) throw new ListKeyError('not supported: associative list with lists as elements');
  if (isObject(item))
    throw new ListKeyError("associative list without keys has an element that's a map type");
  return `v:${scalarText(item)}`;
}

const scalarText = (value: unknown): string =>
  typeof value === 'bigint' ? value.toString() : JSON.stringify(value);

/** A path as people read it: `.spec.ports[containerPort=80,protocol="TCP"].name`. */
export const renderPath = (elements: readonly string[]): string => elements.map(renderElement).join('');

export function renderElement(element: string): string {
  const body = element.slice(2);
  switch (element[0]) {
    case 'f':
      return `.${body}`;
    case 'k':
      return `[${Object.entries(JSON.parse(body) as object)
        .map(([key, value]) => `${key}=${renderValue(value)}`)
        .join(',')}]`;
    case 'v':
      return `[=${renderValue(JSON.parse(body))}]`;
    default:
      return `[${body}]`;
  }
}

const renderValue = (value: unknown): string => JSON.stringify(value);
