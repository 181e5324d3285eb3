import { canonicalQuantity, parseQuantity, quantityMilliValue } from '../quantity.ts';
import type { ObjectSchema, Schema } from '../structural.ts';
import { all, type Edit, inField } from './edit.ts';

/** Resources are counted in thousandths: what is finer rounds up. */
const roundUp: Edit = (list) => {
  const fine = Object.entries(list).filter(([, amount]) => isFiner(amount));
  if (fine.length === 0) return list;
  return { ...list, ...Object.fromEntries(fine.map(([name, amount]) => [name, rounded(String(amount))])) };
};

/** In canonical form only the suffixes below `m` say less than a thousandth. */
const isFiner = (amount: unknown): boolean => typeof amount === 'string' && /[un]$/.test(amount);

function rounded(amount: string): string {
  const quantity = parseQuantity(amount);
  return quantity === undefined ? amount : (canonicalQuantity(`${quantityMilliValue(quantity)}m`) ?? amount);
}

/** Rounds every resource list of a kind, wherever its structure has one. */
export const roundResources = (schema: Schema): Edit => roundIn(schema, new Set()) ?? ((object) => object);

/** Undefined when there is nothing to round inside; a type inside itself is entered once. */
function roundIn(schema: Schema, above: ReadonlySet<string>): Edit | undefined {
  if (schema.goType === 'v1.ResourceList') return roundUp;
  if (schema.type === 'array') return roundIn(schema.items, above);
  if (schema.type !== 'object' || above.has(schema.goType ?? '')) return undefined;
  const edits = fieldEdits(schema, new Set([...above, schema.goType ?? '']));
  return edits.length === 0 ? undefined : all(...edits);
}

const fieldEdits = (schema: ObjectSchema, above: ReadonlySet<string>): Edit[] =>
  Object.entries(schema.properties).flatMap(([name, field]) => {
    const edit = roundIn(field, above);
    return edit === undefined ? [] : [inField(name, edit)];
  });
