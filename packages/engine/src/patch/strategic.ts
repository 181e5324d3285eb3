import { goString, goText } from '../schema/go-text.ts';
import { isObject, type JsonObject, setMember } from '../schema/json.ts';
import type { Schema } from '../schema/structural.ts';
import { memberSchema } from '../apply/granularity.ts';
import { attempt, type PatchResult } from './patch-error.ts';
import { mergeLists, mergeOrderedList } from './strategic-list.ts';
import {
  DELETE_FROM_LIST,
  directiveTarget,
  ORDER,
  PATCH,
  refuseArgument,
  refuseFormat,
  refuseStrategic,
  RETAIN_KEYS,
  withoutDirectives,
} from './strategic-directive.ts';

/**
 * Strategic merge patch: lists merge by the merge keys of the Go types, and directives in the patch
 * delete, replace, order and retain (Kubernetes, "Update API objects in place", strategic merge).
 * Nothing is changed in place.
 */
export const strategicMergePatch = (schema: Schema, document: unknown, patch: unknown): PatchResult =>
  attempt(() => {
    if (!isObject(document) || !isObject(patch)) return refuseFormat('invalid JSON document');
    return mergeObjects(schema, document, patch);
  });

type Members = Record<string, unknown>;

/** Lays one object of a patch over one of the document. */
export function mergeObjects(schema: Schema, document: JsonObject, patch: JsonObject): JsonObject {
  if (Object.hasOwn(patch, PATCH)) return replaceOrDelete(patch);
  const rest: Members = { ...patch };
  const out = retainKeys(document, rest);
  for (const key of Object.keys(patch)) {
    if (key.startsWith(`${ORDER}/`) || key === ORDER) applyOrder({ schema, out, rest, key });
  }
  for (const key of Object.keys(rest)) {
    const deletes = key.startsWith(DELETE_FROM_LIST);
    const name = deletes ? directiveTarget(key, DELETE_FROM_LIST) : key;
    const merged = mergeMember(memberSchema(schema, name), {
      old: Object.hasOwn(out, name) ? out[name] : undefined,
      change: rest[key],
      deletes,
    });
    if (merged === undefined) delete out[name];
    else setMember(out, name, merged);
  }
  return out;
}

function replaceOrDelete(patch: JsonObject): JsonObject {
  const { [PATCH]: directive, ...rest } = patch;
  if (directive === 'replace') return rest;
  if (directive === 'delete') return {};
  return refuseStrategic(`unknown patch type: ${goString(directive)} in map: ${goText(patch)}`);
}

/** `$retainKeys`: members of the document that are not listed go. */
function retainKeys(document: JsonObject, rest: Members): Members {
  const keys = rest[RETAIN_KEYS];
  if (keys === undefined) return { ...document };
  delete rest[RETAIN_KEYS];
  if (!Array.isArray(keys)) return refuseFormat('invalid patch format of retainKeys');
  const kept = new Set<unknown>(keys);
  for (const key of Object.keys(rest)) {
    if (rest[key] === null || key.startsWith(DELETE_FROM_LIST) || key.startsWith(ORDER)) continue;
    if (!kept.has(key)) refuseFormat('invalid patch format of retainKeys');
  }
  return Object.fromEntries(Object.entries(document).filter(([key]) => kept.has(key)));
}

interface Order {
  readonly schema: Schema;
  readonly out: Members;
  readonly rest: Members;
  readonly key: string;
}

/** `$setElementOrder/<list>`: merges the list of that name and puts it into this order. */
function applyOrder({ schema, out, rest, key }: Order): void {
  const order = rest[key];
  delete rest[key];
  const name = directiveTarget(key, ORDER);
  const [old, change] = [out[name], rest[name]];
  if (!Array.isArray(order)) return refuseArgument('[]interface {}', order);
  if (old === undefined && change === undefined) return;
  if (old !== undefined && !Array.isArray(old)) return refuseArgument('[]interface {}', old);
  if (change !== undefined && !Array.isArray(change)) return refuseArgument('[]interface {}', change);
  delete rest[name];
  setMember(out, name, mergeOrderedList(memberSchema(schema, name), { old, change, order, mergeObjects }));
}

interface Change {
  readonly old: unknown;
  readonly change: unknown;
  /** The patch lists items of a primitive list to take out. */
  readonly deletes: boolean;
}

/** The new value of a member; undefined when it goes. */
function mergeMember(schema: Schema, { old, change, deletes }: Change): unknown {
  if (change === null) return undefined;
  const lists = Array.isArray(old) && Array.isArray(change);
  if (deletes) return lists ? mergeLists(schema, { old, change, deletes, mergeObjects }) : old;
  if (lists) return mergeLists(schema, { old, change, deletes, mergeObjects });
  if (isObject(old) && isObject(change)) {
    return 'patchStrategy' in schema && schema.patchStrategy?.split(',').includes('replace')
      ? change
      : mergeObjects(schema, old, change);
  }
  // What was not there, or was something else, is taken as it comes.
  return withoutDirectives(change);
}
