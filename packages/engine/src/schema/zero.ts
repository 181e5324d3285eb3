import { setMember } from './json.ts';
import type { Schema } from './structural.ts';

const zeros = new WeakMap<Schema, unknown>();

/**
 * What Go writes for a value of this type that nobody filled: `{spec: {template: {…}}, status: {}}`
 * for a Deployment. An empty object for custom resources. Frozen.
 */
export function zeroValue(schema: Schema): unknown {
  if (schema.type !== 'object') return schema.zero;
  let zero = zeros.get(schema);
  if (zero === undefined) {
    zero = zeroObject(schema.properties);
    zeros.set(schema, zero);
  }
  return zero;
}

function zeroObject(properties: Readonly<Record<string, Schema>>): object {
  const out: Record<string, unknown> = {};
  for (const name of Object.keys(properties)) {
    const field = properties[name] as Schema;
    if (field.zero !== undefined) setMember(out, name, zeroOfField(field));
  }
  return Object.freeze(out);
}

/** The value that an absent field gets; undefined when it stays absent. */
export const zeroOfField = (field: Schema): unknown =>
  field.type === 'object' && field.zero !== undefined && field.zero !== null ? zeroValue(field) : field.zero;
