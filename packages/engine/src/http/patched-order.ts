import { isObject, type JsonObject } from '../schema/json.ts';
import { nameOrder } from '../schema/member-order.ts';

/**
 * A patched document with its members in the order in which Go shows it: the maps that the patch went into come by
 * their names, and so do those in lists that it brings; what it left alone is in its own order.
 */
export const inGoOrder = (patched: unknown, patch: unknown): unknown => {
  const touched = Array.isArray(patch) ? touchedBy(patch) : patch;
  return isObject(patched) ? ordered(patched, isObject(touched) ? touched : {}) : patched;
};

/** The operations of a JSON patch as the maps on their way. */
const touchedBy = (operations: readonly unknown[]): JsonObject => {
  const root: Record<string, unknown> = {};
  for (const operation of operations) {
    const path = isObject(operation) ? operation.path : undefined;
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
    if (Array.isArray(further)) return [key, nameOrder(member)];
    return [key, isObject(member) && isObject(further) ? ordered(member, further) : member];
  });
  return Object.fromEntries(inner.sort(([a], [b]) => (a < b ? -1 : 1)));
};
