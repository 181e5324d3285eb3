import { duplicate, type FieldError, invalid } from './field-error.ts';
import { isObject, type JsonObject } from './json.ts';
import { stringifyExact } from './exact-json.ts';
import type { ArraySchema, Schema } from './structural.ts';

const uniqueBelow = new WeakMap<Schema, boolean>();

/** Sets without two equal items and list maps without two items of one key. */
export function listTypeErrors(schema: Schema, value: unknown, path = ''): FieldError[] {
  const errors: FieldError[] = [];
  check(schema, value, { path, errors });
  return errors;
}

interface Place {
  readonly path: string;
  readonly errors: FieldError[];
}

function check(schema: Schema, value: unknown, place: Place): void {
  if (!asksForUnique(schema)) return;
  if (schema.type === 'array' && Array.isArray(value)) checkItems(schema, value, place);
  else if (isObject(value)) checkMembers(schema, value, place);
}

/** Whether a set or a list map is below: most schemas have few and the rest need not be walked. */
function asksForUnique(schema: Schema): boolean {
  const known = uniqueBelow.get(schema);
  if (known !== undefined) return known;
  uniqueBelow.set(schema, false);
  // Metadata and other types of Go are not looked at.
  if (schema.goType !== undefined) return false;
  const found =
    schema.type === 'array'
      ? schema.listType !== 'atomic' || asksForUnique(schema.items)
      : schema.type === 'map'
        ? asksForUnique(schema.values)
        : schema.type === 'object' && Object.values(schema.properties).some(asksForUnique);
  uniqueBelow.set(schema, found);
  return found;
}

function checkMembers(schema: Schema, value: JsonObject, { path, errors }: Place): void {
  for (const name in value) {
    if (schema.type === 'map') check(schema.values, value[name], { path: `${path}[${name}]`, errors });
    const child =
      schema.type === 'object' && Object.hasOwn(schema.properties, name)
        ? schema.properties[name]
        : undefined;
    if (child !== undefined)
      check(child, value[name], { path: path === '' ? name : `${path}.${name}`, errors });
  }
}

function checkItems(schema: ArraySchema, items: readonly unknown[], { path, errors }: Place): void {
  if (schema.listType === 'set') errors.push(...repeated(items, (item) => item, path));
  if (schema.listType === 'map') errors.push(...mapErrors(schema, items, path));
  items.forEach((item, index) => {
    check(schema.items, item, { path: `${path}[${index}]`, errors });
  });
}

function mapErrors(schema: ArraySchema, items: readonly unknown[], path: string): FieldError[] {
  const stray = items.findIndex((item) => item !== null && !isObject(item));
  if (stray >= 0) {
    return [invalid(`${path}[${stray}]`, items[stray], 'must be an object for an array of list-type map')];
  }
  const keys = schema.listMapKeys ?? [];
  return repeated(
    items,
    (item) =>
      Object.fromEntries(
        keys.filter((key) => hasOwn(item, key)).map((key) => [key, (item as JsonObject)[key]]),
      ),
    path,
  );
}

const hasOwn = (item: unknown, key: string): boolean => isObject(item) && Object.hasOwn(item, key);

/** Every key that comes more than once is told once, at its second place. */
function repeated(items: readonly unknown[], keyOf: (item: unknown) => unknown, path: string): FieldError[] {
  if (items.length < 2) return [];
  const times = new Map<unknown, number>();
  return items.flatMap((item, index) => {
    const key = keyOf(item);
    const identity = typeof key === 'object' && key !== null ? stringifyExact(key) : key;
    const seen = times.get(identity) ?? 0;
    times.set(identity, seen + 1);
    return seen === 1 ? [duplicate(`${path}[${index}]`, key)] : [];
  });
}
