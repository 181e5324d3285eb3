import type { KubeObject } from '@fairlead/kube';
import { isObject } from '../schema/json.ts';
import { nameOrder } from '../schema/member-order.ts';
import { compare } from './compare.ts';
import { difference, type FieldSet, hasMember } from './field-set.ts';
import { fieldSetOf } from './field-set-of.ts';
import { withManagedFields, type Write } from './update.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** Kubernetes' limit for all annotations together, in bytes of keys and values. */
const MOST_BYTES = 256 * 1024;

interface Migration extends Write {
  readonly live?: KubeObject;
}

/**
 * Whether client-side apply put this field into the live object with the value it still has: then the
 * same configuration applied by the server takes it over without a conflict.
 */
export function allowedByLastApplied(apply: Migration, path: readonly string[]): boolean {
  let set: FieldSet | undefined = stillAsApplied(apply);
  for (const element of path.slice(0, -1)) set = set?.[element];
  return set !== undefined && hasMember(set, path.at(-1) as string);
}

function stillAsApplied({ live, schema, apiVersion }: Migration): FieldSet | undefined {
  const text = live?.metadata.annotations?.[LAST_APPLIED];
  const applied = text ? parse(text) : undefined;
  if (live === undefined || !isObject(applied) || applied.apiVersion !== apiVersion) return undefined;
  const { added, modified, removed } = compare(schema, applied, withManagedFields(live, undefined));
  return difference(difference(difference(fieldSetOf(schema, applied), modified), added), removed);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Anybody may write this annotation; an unreadable one allows nothing.
    return undefined;
  }
}

/** Keeps the annotation of client-side apply true, where there is one, so that going back is safe. */
export function withLastApplied(object: KubeObject, applied: KubeObject): KubeObject {
  const annotations = object.metadata.annotations;
  if (!annotations?.[LAST_APPLIED]) return object;
  const { [LAST_APPLIED]: _, ...rest } = applied.metadata.annotations ?? {};
  const plain = applied.metadata.annotations
    ? { ...applied, metadata: { ...applied.metadata, annotations: rest } }
    : applied;
  const next: Record<string, string> = {
    ...annotations,
    [LAST_APPLIED]: `${JSON.stringify(nameOrder(plain))}\n`,
  };
  const bytes = Object.entries(next).reduce(
    (sum, [key, value]) => sum + byteLength(key) + byteLength(value),
    0,
  );
  if (bytes > MOST_BYTES) delete next[LAST_APPLIED];
  return { ...object, metadata: { ...object.metadata, annotations: next } };
}

const byteLength = (text: string): number => new TextEncoder().encode(text).length;
