import { goTypeOf } from '../schema/go-text.ts';
import { isObject, setMember } from '../schema/json.ts';
import { malformed, PatchError } from './patch-error.ts';

export const PATCH = '$patch';
export const RETAIN_KEYS = '$retainKeys';
export const ORDER = '$setElementOrder';
export const DELETE_FROM_LIST = '$deleteFromPrimitiveList';

const FORMATS: Readonly<Record<string, string>> = {
  [ORDER]: 'invalid patch format of setElementOrder list',
  [DELETE_FROM_LIST]: 'invalid patch format of primitive list',
};

/** `$setElementOrder/containers` → `containers`. */
export function directiveTarget(key: string, directive: string): string {
  if (key.startsWith(`${directive}/`)) return key.slice(directive.length + 1);
  return refuseFormat(FORMATS[directive] ?? 'invalid patch format');
}

export const refuseFormat = (message: string): never => {
  throw new PatchError(malformed(message));
};

/** Kubernetes has no status for these and answers 500 with the bare message. */
export const refuseStrategic = (message: string): never => {
  throw new PatchError({ code: 500, reason: '', message });
};

export const refuseArgument = (expected: string, actual: unknown): never =>
  refuseStrategic(`expected a ${expected}, but received a ${goTypeOf(actual)}`);

/**
 * A value that the document does not have yet: nulls and objects that are directives are left out.
 * Undefined when the value is itself a directive.
 */
export function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  if (Object.hasOwn(value, PATCH)) return undefined;
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const kept = value[key] === null ? undefined : withoutDirectives(value[key]);
    if (kept !== undefined) setMember(out, key, kept);
  }
  return out;
}
