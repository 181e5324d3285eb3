import type { Schema } from '../schema/structural.ts';
import { type FieldSet, hasChildren } from './field-set.ts';
import { isNamed, memberSchema } from './granularity.ts';

/**
 * The set with the structs on the way to its members made members too, but not the maps: owning
 * `spec.replicas` lets `spec` go when nothing else is left in it; a map goes only with its owner.
 */
export function withNamedFields(schema: Schema, set: FieldSet): FieldSet {
  const out: Record<string, FieldSet> = {};
  for (const element in set) {
    const node = set[element] as FieldSet;
    if (element === '.' || !hasChildren(node)) {
      out[element] = node;
      continue;
    }
    const name = element.slice(2);
    const below = withNamedFields(schemaBelow(schema, element), node);
    const named = element.startsWith('f:') && isNamed(schema, name);
    out[element] = named && !('.' in below) ? { '.': {}, ...below } : below;
  }
  return out;
}

const schemaBelow = (schema: Schema, element: string): Schema =>
  schema.type === 'array' ? schema.items : memberSchema(schema, element.slice(2));
