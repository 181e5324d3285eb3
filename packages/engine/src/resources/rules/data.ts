import { equalJson } from '../../schema/json.ts';
import type { Place } from '../../schema/place.ts';
import { configMapKey } from '../formats.ts';

/** Keys and values of a ConfigMap or a Secret; bytes are in base 64. */
export type Entries = Readonly<Record<string, string | null>>;

/** Of all values together, in bytes. */
export const DATA_LIMIT = 1024 * 1024;

export const judgeKeys = (entries: Entries | undefined, at: Place): void => {
  for (const key in entries) at.key(key).faults(key, configMapKey(key));
};

export const bytesOf = (entries: Entries | undefined, encoding: 'utf8' | 'base64'): number =>
  // A null is no bytes.
  Object.values(entries ?? {}).reduce((sum, value) => sum + Buffer.byteLength(value ?? '', encoding), 0);

/** One that says so never changes again: which of these fields did? */
export const judgeImmutable = (
  given: { readonly next: object; readonly old: object; readonly fields: readonly string[] },
  at: Place,
): void => {
  const [next, old] = [given.next, given.old] as [Holder, Holder];
  if (old.immutable !== true) return;
  const why = 'field is immutable when `immutable` is set';
  if (next.immutable !== true) at.field('immutable').forbidden(why);
  for (const field of given.fields) {
    if (!equalJson(next[field] ?? {}, old[field] ?? {})) at.field(field).forbidden(why);
  }
};

type Holder = Readonly<Record<string, unknown>> & { readonly immutable?: boolean };
