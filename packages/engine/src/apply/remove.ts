import { isEmptyObject, isObject, type JsonObject, setMember } from '../schema/json.ts';
import type { ArraySchema, Schema } from '../schema/structural.ts';
import { fieldElement } from './field-element.ts';
import { type FieldSet, hasChildren, hasMember } from './field-set.ts';
import { granularity, memberSchema } from './granularity.ts';
import { elementOf } from './path-element.ts';

/**
 * The value without the members of `fields`. A container that loses all it had becomes null, which
 * the codec of its kind then drops or keeps. Same reference when nothing is removed.
 */
export function removeFields(schema: Schema, value: unknown, fields: FieldSet): unknown {
  const kind = granularity(schema, value);
  if (kind === 'map' && isObject(value)) return removeMembers(schema, value, fields);
  if (kind === 'list' && Array.isArray(value)) return removeItems(schema as ArraySchema, value, fields);
  return value;
}

function removeMembers(schema: Schema, value: JsonObject, fields: FieldSet): unknown {
  const out: Record<string, unknown> = {};
  let changed = false;
  for (const name in value) {
    const element = fieldElement(name);
    const node = fields[element];
    if (hasMember(fields, element)) {
      changed = true;
      continue;
    }
    const old = value[name];
    const kept = node === undefined ? old : removeFields(memberSchema(schema, name), old, node);
    if (kept !== old) changed = true;
    setMember(out, name, kept);
  }
  if (!changed) return value;
  return isEmptyObject(out) ? null : out;
}

function removeItems(schema: ArraySchema, items: readonly unknown[], fields: FieldSet): unknown {
  const out: unknown[] = [];
  let changed = false;
  for (const item of items) {
    const element = elementOf(schema, item);
    const node = fields[element];
    if (hasMember(fields, element)) {
      changed = true;
      continue;
    }
    const kept = node !== undefined && hasChildren(node) ? removeFields(schema.items, item, node) : item;
    if (kept !== item) changed = true;
    out.push(kept);
  }
  if (!changed) return items;
  return out.length === 0 ? null : out;
}
