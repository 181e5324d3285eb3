import { decodeTyped } from './decode.ts';
import { applyDefaults } from './defaults.ts';
import { coerceEmbedded } from './embedded.ts';
import { renderFieldError } from './field-error.ts';
import { isObject, type JsonObject, setMember } from './json.ts';
import { OBJECT_META } from './object-meta.ts';
import { prune } from './prune.ts';
import type { Schema } from './structural.ts';

export interface ConformOptions {
  readonly schema: Schema;
  readonly origin: 'builtin' | 'custom';
  /** `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
}

export interface Conformed {
  /** Defaults filled in, unknown fields dropped. Not yet validated. */
  readonly value: JsonObject;
  /** Paths of the dropped fields, for strict and warning field validation. */
  readonly unknown: readonly string[];
  /** Why the document cannot be read as this kind, in the words of Go's decoder. */
  readonly error?: string;
}

/**
 * Brings a document into the form of its kind. Built-in kinds are read as Go reads them: types
 * checked, quantities and times canonical, empty fields left out or written as Go does. Custom
 * resources are pruned. Both get their defaults. Copy-on-write.
 */
export function conform(options: ConformOptions, value: JsonObject): Conformed {
  const read =
    options.origin === 'builtin' ? readBuiltin(options.schema, value) : readCustom(options.schema, value);
  if (read.error !== undefined) {
    return { value, unknown: read.unknown, error: read.error };
  }
  return { value: applyDefaults(options.schema, read.value), unknown: read.unknown };
}

function readBuiltin(schema: Schema, value: JsonObject): Conformed {
  const decoded = decodeTyped(schema, value);
  return { ...decoded, value: keepReset(value, decoded.value as JsonObject) };
}

/** `managedFields: []` asks to forget all owners; dropped as empty it would say nothing. */
function keepReset(sent: JsonObject, decoded: JsonObject): JsonObject {
  const metadata = sent.metadata;
  if (!isObject(metadata) || !Array.isArray(metadata.managedFields) || metadata.managedFields.length > 0) {
    return decoded;
  }
  const kept = isObject(decoded.metadata) ? decoded.metadata : {};
  return { ...decoded, metadata: { ...kept, managedFields: [] } };
}

function readCustom(schema: Schema, value: JsonObject): Conformed {
  const meta = readMetadata(value);
  if (meta.error !== undefined) return meta;
  const pruned = prune(schema, meta.value, { root: true });
  const coerced = coerceEmbedded(schema, pruned.value);
  return {
    value: coerced.value as JsonObject,
    unknown: [...meta.unknown, ...pruned.unknown, ...coerced.unknown],
    ...(coerced.error !== undefined && { error: renderFieldError(coerced.error) }),
  };
}

function readMetadata(value: JsonObject): Conformed {
  if (value.metadata === undefined) return { value, unknown: [] };
  const decoded = decodeTyped(OBJECT_META, value.metadata);
  const unknown = decoded.unknown.map((path) => `metadata.${path}`);
  if (decoded.error !== undefined) return { value, unknown, error: decoded.error };
  if (decoded.value === value.metadata) return { value, unknown };
  const out = { ...value };
  setMember(out, 'metadata', decoded.value ?? {});
  return { value: keepReset(value, out), unknown };
}
