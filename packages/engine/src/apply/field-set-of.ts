import { isEmptyObject, isObject, type JsonObject } from '../schema/json.ts';
import type { ArraySchema, Schema } from '../schema/structural.ts';
import { fieldElement } from './field-element.ts';
import { EMPTY_SET, type FieldSet } from './field-set.ts';
import { granularity, isNamed, memberSchema } from './granularity.ts';
import { elementOf } from './path-element.ts';

type Building = Record<string, FieldSet>;

/**
 * The fields that an applied configuration speaks of: leaves, list items, and objects that are null,
 * empty or keys of a map. Structs are not claimed for what is in them. Throws `ListKeyError`.
 */
export const fieldSetOf = (schema: Schema, value: unknown): FieldSet => claimed(schema, value) ?? EMPTY_SET;

/** What a container claims below itself; undefined when that is nothing. */
function claimed(schema: Schema, value: unknown): Building | undefined {
  const kind = granularity(schema, value);
  if (kind === 'map' && isObject(value)) return claimedMembers(schema, value);
  if (kind === 'list' && Array.isArray(value)) return claimedItems(schema as ArraySchema, value);
  return undefined;
}

function claimedMembers(schema: Schema, value: JsonObject): Building | undefined {
  let out: Building | undefined;
  for (const name in value) {
    const item = value[name];
    if (item === undefined) continue;
    const child = memberSchema(schema, name);
    const below = claimed(child, item);
    const whole = granularity(child, item) === 'leaf' || item === null || isEmptyMap(item);
    const node = nodeOf(below, whole || !isNamed(schema, name));
    if (node !== undefined) (out ??= {})[fieldElement(name)] = node;
  }
  return out;
}

const isEmptyMap = (value: unknown): boolean => isObject(value) && isEmptyObject(value);

const nodeOf = (below: Building | undefined, member: boolean): FieldSet | undefined => {
  if (below === undefined) return member ? EMPTY_SET : undefined;
  return member ? { '.': EMPTY_SET, ...below } : below;
};

function claimedItems(schema: ArraySchema, items: readonly unknown[]): Building | undefined {
  let out: Building | undefined;
  for (const [element, same] of groupItems(schema, items)) {
    // Items that share a key cannot be told apart: they are owned together and whole.
    const below = same.length === 1 ? claimed(schema.items, same[0]) : undefined;
    (out ??= {})[element] = nodeOf(below, true) as FieldSet;
  }
  return out;
}

/** Items by their path element, in order of first appearance. Throws `ListKeyError`. */
export function groupItems(
  schema: ArraySchema,
  items: readonly unknown[],
): ReadonlyMap<string, readonly unknown[]> {
  const groups = new Map<string, unknown[]>();
  for (const item of items) {
    const element = elementOf(schema, item);
    const group = groups.get(element);
    if (group === undefined) groups.set(element, [item]);
    else group.push(item);
  }
  return groups;
}

/**
 * Every field of a value that was not there before, each container included: what a writer owns who
 * brings the value into being. At the root only what is below it. Throws `ListKeyError`.
 */
export const everyField = (schema: Schema, value: unknown): FieldSet =>
  everyChild(schema, value) ?? EMPTY_SET;

/** The node of a value that is new itself. */
export function newNode(schema: Schema, value: unknown): FieldSet {
  const below = everyChild(schema, value);
  return below === undefined ? EMPTY_SET : { '.': EMPTY_SET, ...below };
}

export function everyChild(schema: Schema, value: unknown): Building | undefined {
  const kind = granularity(schema, value);
  let out: Building | undefined;
  if (kind === 'map' && isObject(value)) {
    for (const name in value) {
      if (value[name] === undefined) continue;
      (out ??= {})[fieldElement(name)] = newNode(memberSchema(schema, name), value[name]);
    }
  } else if (kind === 'list' && Array.isArray(value)) {
    const list = schema as ArraySchema;
    for (const [element, same] of groupItems(list, value)) {
      (out ??= {})[element] = same.length === 1 ? newNode(list.items, same[0]) : EMPTY_SET;
    }
  }
  return out;
}
