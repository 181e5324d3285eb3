import { isObject, type JsonObject } from '../schema/json.ts';
import { placeInMetadata } from './metadata.ts';

/**
 * A patched document with its members in the order in which Go shows it: the maps that the patch went into come by
 * their names, what it left alone is in its own order.
 */
export const inGoOrder = (patched: unknown, patch: unknown): unknown => {
  const touched = Array.isArray(patch) ? touchedBy(patch) : patch;
  if (!isObject(patched)) return patched;
  const { metadata } = patched;
  const written = isObject(metadata) && !isObject(memberOf(touched, 'metadata'));
  const document = written ? { ...patched, metadata: sortedBy(metadata, placeInMetadata) } : patched;
  return ordered(document, isObject(touched) ? touched : {});
};

/** A custom resource is a map of maps to Go: all of them come by their names. */
export const inNameOrder = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inNameOrder);
  if (!isObject(value)) return value;
  const inner = Object.entries(value).map(([key, member]): [string, unknown] => [key, inNameOrder(member)]);
  return sortedBy(Object.fromEntries(inner), (key) => key);
};

/** The operations of a JSON patch as the maps on their way. */
const touchedBy = (operations: readonly unknown[]): JsonObject => {
  const root: Record<string, unknown> = {};
  for (const operation of operations) {
    const path = memberOf(operation, 'path');
    let map = root;
    for (const step of typeof path === 'string' ? path.split('/').slice(1, -1) : []) {
      map[step] ??= {};
      map = map[step] as Record<string, unknown>;
    }
  }
  return root;
};

const ordered = (value: JsonObject, touched: JsonObject): JsonObject => {
  const inner = Object.entries(value).map(([key, member]): [string, unknown] => {
    const further = touched[key];
    return [key, isObject(member) && isObject(further) ? ordered(member, further) : member];
  });
  return sortedBy(Object.fromEntries(inner), (key) => key);
};

const memberOf = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);

const sortedBy = (object: JsonObject, placeOf: (key: string) => string | number): JsonObject =>
  Object.fromEntries(Object.entries(object).sort(([a], [b]) => (placeOf(a) < placeOf(b) ? -1 : 1)));
