import { isObject, type JsonObject, setMember } from '../schema/json.ts';

/**
 * JSON merge patch (RFC 7386): null removes, objects merge, everything else replaces. Nothing of the
 * document is changed in place. As in Kubernetes, objects that the patch brings in lose their nulls
 * everywhere, also inside lists.
 */
export function mergePatch(document: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return isObject(document) ? patch : withoutNulls(patch);
  if (!isObject(document)) return withoutNulls(patch);
  const out: Record<string, unknown> = { ...document };
  for (const key of Object.keys(patch)) {
    const change = patch[key];
    const old = Object.hasOwn(document, key) ? document[key] : undefined;
    if (change === null) delete out[key];
    else
      setMember(out, key, old === null || old === undefined ? withoutNulls(change) : mergePatch(old, change));
  }
  return out;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  return isObject(value) ? membersWithoutNulls(value) : value;
}

function membersWithoutNulls(value: JsonObject): JsonObject {
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (value[key] !== null) setMember(out, key, withoutNulls(value[key]));
  }
  return out;
}
