import { equalJson, isEmptyObject, isObject, type JsonObject } from '../schema/json.ts';
import type { ArraySchema, Schema } from '../schema/structural.ts';
import { fieldElement } from './field-element.ts';
import { EMPTY_SET, type FieldSet, union } from './field-set.ts';
import { everyChild, groupItems, newNode } from './field-set-of.ts';
import { granularity, memberSchema } from './granularity.ts';

/** Which fields a change touched. No path is in two of the sets. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

type Building = Record<string, FieldSet>;

/** The comparison of a part, as nodes to hang below their element; undefined where nothing happened. */
interface Change {
  added?: FieldSet;
  modified?: FieldSet;
  removed?: FieldSet;
}

type Side = keyof Change;
const SIDES: readonly Side[] = ['added', 'modified', 'removed'];

/** Compares two objects field by field, as finely as their schema owns them. Throws `ListKeyError`. */
export function compare(schema: Schema, before: unknown, after: unknown): Comparison {
  const change = changeOf(schema, before, after) ?? {};
  return {
    added: change.added ?? EMPTY_SET,
    modified: change.modified ?? EMPTY_SET,
    removed: change.removed ?? EMPTY_SET,
  };
}

function changeOf(schema: Schema, before: unknown, after: unknown): Change | undefined {
  if (before === after) return undefined;
  if (before === undefined) return { added: newNode(schema, after) };
  if (after === undefined) return { removed: newNode(schema, before) };
  const kind = granularity(schema, before);
  if (granularity(schema, after) !== kind) return changeOfForm(schema, before, after);
  // Null and empty are told apart, though neither has anything in it.
  if (kind === 'leaf' || (isBare(before) && isBare(after))) {
    return equalJson(before, after) ? undefined : { modified: EMPTY_SET };
  }
  return kind === 'map'
    ? changeOfMembers(schema, membersOf(before), membersOf(after))
    : changeOfItems(schema as ArraySchema, itemsOf(before), itemsOf(after));
}

/** Nothing in it, or no container at all. */
const isBare = (value: unknown): boolean =>
  Array.isArray(value) ? value.length === 0 : !isObject(value) || isEmptyObject(value);

const membersOf = (value: unknown): JsonObject => (isObject(value) ? value : {});
const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A free value that was an object and is none now, or the other way round. */
function changeOfForm(schema: Schema, before: unknown, after: unknown): Change {
  const [added, removed] = [everyChild(schema, after), everyChild(schema, before)];
  return { modified: EMPTY_SET, ...(added && { added }), ...(removed && { removed }) };
}

function changeOfMembers(schema: Schema, before: JsonObject, after: JsonObject): Change | undefined {
  const out: Partial<Record<Side, Building>> = {};
  for (const name in before) {
    const next = Object.hasOwn(after, name) ? after[name] : undefined;
    if (before[name] === next) continue;
    hang(out, fieldElement(name), changeOf(memberSchema(schema, name), before[name], next));
  }
  for (const name in after) {
    if (after[name] === undefined || Object.hasOwn(before, name)) continue;
    hang(out, fieldElement(name), { added: newNode(memberSchema(schema, name), after[name]) });
  }
  return isEmptyObject(out) ? undefined : out;
}

function hang(out: Partial<Record<Side, Building>>, element: string, change: Change | undefined): void {
  if (change === undefined) return;
  for (const side of SIDES) {
    const node = change[side];
    if (node === undefined) continue;
    const siblings = (out[side] ??= {});
    const other = siblings[element];
    siblings[element] =
      other === undefined ? node : (union({ [element]: other }, { [element]: node })[element] as FieldSet);
  }
}

function changeOfItems(
  schema: ArraySchema,
  before: readonly unknown[],
  after: readonly unknown[],
): Change | undefined {
  const [old, now] = [groupItems(schema, before), groupItems(schema, after)];
  const out: Partial<Record<Side, Building>> = {};
  for (const [element, items] of old)
    hang(out, element, changeOfGroup(schema, items, now.get(element) ?? []));
  for (const [element, items] of now) {
    if (!old.has(element)) hang(out, element, changeOfGroup(schema, [], items));
  }
  return isEmptyObject(out) ? undefined : out;
}

/** Items of one key on both sides; several of them are one leaf. */
function changeOfGroup(
  schema: ArraySchema,
  before: readonly unknown[],
  after: readonly unknown[],
): Change | undefined {
  const [several, many] = [before.length > 1, after.length > 1];
  if (!several && !many) return changeOf(schema.items, before[0], after[0]);
  if (several && many) return equalJson(before, after) ? undefined : { modified: EMPTY_SET };
  if (several) {
    return { removed: EMPTY_SET, ...(after.length > 0 && { added: newNode(schema.items, after[0]) }) };
  }
  return { added: EMPTY_SET, ...(before.length > 0 && { removed: newNode(schema.items, before[0]) }) };
}
