import { isObject, type JsonObject } from '../schema/json.ts';
import type { ArraySchema, Schema } from '../schema/structural.ts';
import { goSyntax, goText, goTypeOf } from '../schema/go-text.ts';
import { DEDUCED, isNamed, memberSchema } from './granularity.ts';
import { elementOf, ListKeyError, renderElement } from './path-element.ts';

/**
 * What keeps a value from being read by this schema, as apply says it:
 * `.spec.replicas: expected numeric (int or float), got string`. Empty when it fits.
 */
export const typedErrors = (schema: Schema, value: unknown): string[] => check(schema, value);

/** Whether who owns what in a value can be told: it fits the schema, but for items that come twice. */
export const isTyped = (schema: Schema, value: unknown): boolean =>
  check(schema, value).every((error) => error.includes(DUPLICATE));

const DUPLICATE = ': duplicate entries for key ';

/** All of them in one message. */
export const typedMessage = (errors: readonly string[]): string =>
  errors.length === 1
    ? (errors[0] as string)
    : ['errors:', ...errors.map((error) => `  ${error}`)].join('\n');

function check(schema: Schema, value: unknown): string[] {
  if (value === null) return [];
  switch (schema.type) {
    case 'object':
    case 'map':
      return isObject(value) ? checkMembers(schema, value) : [mismatch('map', value)];
    case 'array':
      return Array.isArray(value) ? checkItems(schema, value) : [mismatch('list', value)];
    case 'any':
      return [];
    default:
      return checkScalar(schema.type, value);
  }
}

function checkMembers(schema: Schema, value: JsonObject): string[] {
  const out: string[] = [];
  for (const name of Object.keys(value)) {
    if (value[name] === undefined) continue;
    if (schema.type === 'object' && !isNamed(schema, name) && !isOpen(schema)) {
      return [...out, `.${name}: field not declared in schema`];
    }
    const child = memberSchema(schema, name);
    if (child !== DEDUCED) out.push(...below(`.${name}`, check(child, value[name])));
  }
  return out;
}

/** A struct without fields is a free-form object. */
const isOpen = (schema: Schema): boolean =>
  schema.type === 'object' &&
  (schema.preserveUnknown === true || Object.keys(schema.properties).length === 0);

function checkItems(schema: ArraySchema, items: readonly unknown[]): string[] {
  const out: string[] = [];
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    const element = schema.listType === 'atomic' ? `i:${index}` : tryElement(schema, item);
    if (element instanceof ListKeyError) return [...out, `: element ${index}: ${element.message}`];
    if (seen.has(element)) out.push(`${DUPLICATE}${renderElement(element)}`);
    seen.add(element);
    out.push(...below(renderElement(element), check(schema.items, item)));
  }
  return out;
}

function tryElement(schema: ArraySchema, item: unknown): string | ListKeyError {
  try {
    return elementOf(schema, item);
  } catch (error) {
    if (error instanceof ListKeyError) return error;
    throw error;
  }
}

/** An error is `path: words`; what comes from below gets the element put before it. */
const below = (element: string, errors: readonly string[]): string[] =>
  errors.map((error) => element + error);

function checkScalar(type: string, value: unknown): string[] {
  const is = typeof value;
  switch (type) {
    case 'integer':
    case 'number':
      return is === 'number' || is === 'bigint'
        ? []
        : [`: expected numeric (int or float), got ${goTypeOf(value)}`];
    case 'string':
    case 'bytes':
    case 'duration':
      return is === 'string'
        ? []
        : [`: expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`];
    case 'boolean':
      return is === 'boolean' ? [] : [mismatch('boolean', value)];
    default:
      return is === 'object' ? [mismatch('any scalar', value)] : [];
  }
}

const mismatch = (wanted: string, value: unknown): string => `: expected ${wanted}, got &{${goText(value)}}`;
