import { goString, goText, goTypeOf } from '../schema/go-text.ts';
import { isObject, type JsonObject } from '../schema/json.ts';
import type { Schema } from '../schema/structural.ts';
import { DEDUCED } from '../apply/granularity.ts';
import { PatchError, UNPROCESSABLE } from './patch-error.ts';
import { PATCH, refuseArgument, refuseStrategic, withoutDirectives } from './strategic-directive.ts';

type List = readonly unknown[];

interface ListRule {
  readonly merges: boolean;
  /** Absent for lists of primitives. */
  readonly key: string | undefined;
  readonly items: Schema;
}

function ruleOf(schema: Schema): ListRule {
  if (schema.type !== 'array') return { merges: false, key: undefined, items: DEDUCED };
  const merges = schema.patchStrategy?.split(',').includes('merge') ?? false;
  return { merges, key: schema.patchMergeKey, items: schema.items };
}

/** Merges two objects of a list that have the same key. */
type MergeObjects = (schema: Schema, document: JsonObject, patch: JsonObject) => JsonObject;

interface Lists {
  readonly old: List;
  readonly change: List;
  /** The patch lists what to take out. */
  readonly deletes: boolean;
  readonly mergeObjects: MergeObjects;
}

/** Merges a list of the patch into that of the document, or replaces it, as the type says. */
export function mergeLists(schema: Schema, lists: Lists): List {
  const rule = ruleOf(schema);
  if (!rule.merges && !lists.deletes) return lists.change;
  return lists.old.length + lists.change.length === 0 ? lists.old : merge(rule, lists);
}

function merge({ key, items }: ListRule, { old, change, deletes, mergeObjects }: Lists): List {
  if (!areObjects(old, change)) {
    if (deletes) return old.filter((item) => !change.includes(item));
    const merged = [...new Set([...old, ...change])];
    return inOrder({ merged, order: change, server: old, keyOf: (item) => item });
  }
  if (key === undefined || key === '')
    return refuseStrategic('cannot merge lists without merge key for struct');
  const { kept, patch } = applyItemDirectives(old, change as readonly JsonObject[], key);
  const merged = mergeItems({ key, items, kept, patch, mergeObjects });
  return inOrder({ merged, order: patch, server: kept, keyOf: keyOfItem(key) });
}

/** All items of both lists are of one type. */
function areObjects(...lists: readonly List[]): boolean {
  const [first, ...others] = lists.flatMap((list) => list.map(goTypeOf));
  if (first === '[]interface {}') throw new PatchError(UNPROCESSABLE, 'lists of lists are not supported');
  if (others.some((other) => other !== first))
    refuseStrategic(`list element types are not identical: ${goText(lists)}`);
  return first === 'map[string]interface {}';
}

/** `$patch: delete` takes the item of that key out; `$patch: replace` throws the whole old list away. */
function applyItemDirectives(
  old: List,
  change: readonly JsonObject[],
  key: string,
): { kept: List; patch: readonly JsonObject[] } {
  const patch: JsonObject[] = [];
  let kept = old;
  let replace = false;
  for (const item of change) {
    const directive = item[PATCH];
    if (directive === undefined) patch.push(item);
    else if (directive === 'replace') replace = true;
    else if (directive === 'delete') {
      const doomed = mergeKeyOf(item, key);
      kept = kept.filter((candidate) => (candidate as JsonObject)[key] !== doomed);
    } else if (directive === 'merge') refuseStrategic('merging lists cannot yet be specified in the patch');
    else refuseStrategic(`unknown patch type: ${goString(directive)} in map: ${goText(item)}`);
  }
  return replace ? { kept: patch, patch: [] } : { kept, patch };
}

function mergeItems(given: {
  readonly key: string;
  readonly items: Schema;
  readonly kept: List;
  readonly patch: readonly JsonObject[];
  readonly mergeObjects: MergeObjects;
}): List {
  const out = [...given.kept] as JsonObject[];
  for (const item of given.patch) {
    const wanted = mergeKeyOf(item, given.key);
    const at = out.findIndex(
      (candidate) => Object.hasOwn(candidate, given.key) && candidate[given.key] === wanted,
    );
    if (at < 0) out.push(item);
    else out[at] = given.mergeObjects(given.items, out[at] as JsonObject, item);
  }
  return out;
}

const keyOfItem =
  (key: string) =>
  (item: unknown): unknown =>
    isObject(item) ? mergeKeyOf(item, key) : refuseArgument('map[string]interface {}', item);

function mergeKeyOf(item: JsonObject, key: string): unknown {
  if (Object.hasOwn(item, key)) return item[key];
  return refuseStrategic(`map: ${goText(item)} does not contain declared merge key: ${key}`);
}

interface Ordering {
  readonly merged: List;
  /** The order that the patch asks for. */
  readonly order: List;
  /** The order in the document, for what only it has. */
  readonly server: List;
  readonly keyOf: (item: unknown) => unknown;
}

/**
 * Items of the patch in its order, the document's own in theirs, interleaved so that each of the
 * latter stays before what it was before.
 */
function inOrder({ merged, order, server, keyOf }: Ordering): List {
  const [wanted, known] = [order.map(keyOf), server.map(keyOf)];
  const place = (keys: List, item: unknown) => keys.indexOf(keyOf(item));
  const sorted = (items: unknown[], keys: List) => items.sort((a, b) => place(keys, a) - place(keys, b));
  const patched = sorted(
    merged.filter((item) => place(wanted, item) >= 0),
    wanted,
  );
  const rest = sorted(
    merged.filter((item) => place(wanted, item) < 0),
    known,
  );
  const out: unknown[] = [];
  for (const item of patched) {
    const at = place(known, item);
    const found = rest.findIndex((other) => !(place(known, other) >= 0 && place(known, other) < at));
    out.push(...rest.splice(0, found < 0 ? rest.length : found), item);
  }
  return [...out, ...rest];
}

/** A list whose order `$setElementOrder` gives. */
export function mergeOrderedList(
  schema: Schema,
  given: {
    readonly old: List | undefined;
    readonly change: List | undefined;
    readonly order: List;
    readonly mergeObjects: MergeObjects;
  },
): List {
  const { old, change, order, mergeObjects } = given;
  if ((old ?? []).length + (change ?? []).length === 0) {
    return refuseStrategic('no elements in any of the given slices');
  }
  const rule = ruleOf(schema);
  const keyOf = rule.key === undefined ? (item: unknown) => item : keyOfItem(rule.key);
  requireSameOrder(change ?? [], { order, keyOf });
  const merged =
    old === undefined
      ? (withoutDirectives(change) as List)
      : change === undefined
        ? old
        : mergeLists(schema, { old, change, deletes: false, mergeObjects });
  return inOrder({ merged, order, server: old ?? [], keyOf });
}

/** What the patch brings must be in the order that it asks for. */
function requireSameOrder(change: List, { order, keyOf }: Pick<Ordering, 'order' | 'keyOf'>): void {
  if (change.length === 0 || order.length === 0) return;
  let at = 0;
  for (const item of change) {
    if (isObject(item) && Object.hasOwn(item, PATCH)) continue;
    const wanted = keyOf(item);
    while (at < order.length && keyOf(order[at]) !== wanted) at++;
    if (at++ >= order.length) {
      refuseStrategic(
        `The order in patch list:\n${goText(change)}\n doesn't match $setElementOrder list:\n${goText(order)}\n`,
      );
    }
  }
}
