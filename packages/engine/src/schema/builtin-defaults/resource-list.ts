import { canonicalQuantity, parseQuantity, quantityMilliValue } from '../quantity.ts';
import type { Schema } from '../structural.ts';
import { all, at, type Edit } from './edit.ts';

/** Resources are counted in thousandths: what is finer rounds up. */
export const roundUp: Edit = (list) => {
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
export function roundResources(schema: Schema): Edit {
  const edits = [...resourceLists(schema, { path: '', above: new Set() })].map((path) => at(path, roundUp));
  return all(...edits);
}

interface Position {
  readonly path: string;
  readonly above: ReadonlySet<string>;
}

function* resourceLists(schema: Schema, { path, above }: Position): Generator<string> {
  if (schema.goType === 'v1.ResourceList') yield path;
  if (schema.type === 'array') yield* resourceLists(schema.items, { path: `${path}[]`, above });
  if (schema.type !== 'object' || above.has(schema.goType ?? '')) return;
  const inside = new Set([...above, schema.goType ?? '']);
  for (const [name, field] of Object.entries(schema.properties)) {
    yield* resourceLists(field, { path: path === '' ? name : `${path}.${name}`, above: inside });
  }
}
