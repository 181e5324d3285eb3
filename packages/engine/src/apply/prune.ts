import type { Schema } from '../schema/structural.ts';
import { difference, EMPTY_SET, type FieldSet, intersection, isEmptySet, union } from './field-set.ts';
import { fieldSetOf } from './field-set-of.ts';
import type { Owners } from './managers.ts';
import { withNamedFields } from './named-fields.ts';
import { removeFields } from './remove.ts';

/** What an applier left out this time. */
export interface Pruning {
  readonly schema: Schema;
  /** The live object with the applied configuration laid over it. */
  readonly merged: unknown;
  /** What the applier owned before. */
  readonly last: FieldSet;
  /** All owners, the applier with what he applies now. */
  readonly owners: Owners;
}

/**
 * Takes out of the merged object what its applier owned, does not apply any more, and nobody else
 * owns (server-side apply, "Field management"). An item goes with all that is in
 * it when nobody else owns the item itself.
 */
export function pruneLeftOut({ schema, merged, last, owners }: Pruning): unknown {
  if (isEmptySet(last)) return merged;
  const lastSet = withNamedFields(schema, last);
  let pruned = removeFields(schema, merged, lastSet);
  if (pruned === merged) return merged;
  const named = (value: unknown) => withNamedFields(schema, fieldSetOf(schema, value));
  const all = named(merged);
  const owned = [...owners.values()].reduce<FieldSet>((set, owner) => union(set, owner.fields), EMPTY_SET);
  // Back comes what is owned, with all that holds it ...
  const unowned = difference(all, union(named(pruned), withNamedFields(schema, owned)));
  pruned = removeFields(schema, merged, unowned);
  // ... and what nobody owned, but went along with its container.
  return removeFields(schema, merged, intersection(difference(all, named(pruned)), lastSet));
}
