import type { KubeObject, ManagedFieldsEntry } from '@fairlead/kube';
import { equalJson } from '../schema/json.ts';
import type { Schema } from '../schema/structural.ts';
import { isTyped } from './typed.ts';
import { zeroValue } from '../schema/zero.ts';
import { type Comparison, compare } from './compare.ts';
import { difference, type FieldSet, isEmptySet, union, withoutSubtrees } from './field-set.ts';
import {
  capUpdaters,
  decodeOwners,
  encodeOwner,
  encodeOwners,
  identityOf,
  isReset,
  type Owners,
  setFields,
} from './managers.ts';
import { ListKeyError } from './path-element.ts';
import { filterComparison, ownableOf, UNOWNED } from './reset-fields.ts';

/** Who writes, through which endpoint, and when. */
export interface Write {
  readonly schema: Schema;
  /** Empty counts as `unknown`. */
  readonly manager: string;
  readonly apiVersion: string;
  readonly subresource?: string;
  /** RFC 3339, to the second. */
  readonly now: string;
  /** Fields that this endpoint does not write (`resetFields`). */
  readonly reset?: FieldSet;
  /**
   * How another version of the kind has it, for owners who wrote through that; undefined when
   * there is no such version any more. Without it all versions have the same structure.
   */
  readonly viewOf?: (apiVersion: string) => View | undefined;
}

/** The structure of a version, and an object in it where fields have other names there. */
export interface View {
  readonly schema: Schema;
  readonly show?: (object: KubeObject) => KubeObject;
}

export interface Update extends Write {
  /** Absent for a create. */
  readonly live?: KubeObject;
  /** The object about to be stored. */
  readonly next: KubeObject;
  /** What the client sent, where that is more (a status that it may not write). */
  readonly sent?: KubeObject;
}

/**
 * The object with the owners of its fields as a create, an update or a patch leaves them
 * (server-side apply, "Update operations"). What the client itself sent as `managedFields` is
 * believed when it is in order; `[]` and `[{}]` make the object forget its owners.
 */
export function trackUpdate(update: Update): KubeObject {
  try {
    const entries = trackedEntries(update);
    return withManagedFields(update.next, entries);
  } catch (error) {
    // A list item without a key cannot be tracked; garbage is worse than no owners.
    if (error instanceof ListKeyError) return withManagedFields(update.next, undefined);
    throw error;
  }
}

function trackedEntries(update: Update): readonly ManagedFieldsEntry[] | undefined {
  // Built-in kinds have been read by their structure; what of others does not fit cannot be tracked.
  const { schema, next, sent = next } = update;
  if (schema.goType === undefined && !isTyped(schema, sent)) return undefined;
  const live = update.live?.metadata.managedFields;
  const given = isGiven(update);
  if (update.live === undefined && !given) return entriesOfNew(update);
  const owners = startingOwners(update, given);
  // An object whose owners were reset or never known stays untracked until the first apply.
  if (owners.size === 0 && update.live?.metadata.uid !== undefined) return undefined;
  const before = [...owners.values()];
  takeOwnership(update, owners);
  const after = [...owners.values()];
  const untouched = before.length === after.length && before.every((owner, index) => owner === after[index]);
  return untouched && !given ? live : encodeOwners(owners);
}

/** The client sent managed fields of its own, and not just back what it had read. */
const isGiven = ({ subresource, next, live }: Update): boolean =>
  !subresource &&
  Array.isArray(next.metadata.managedFields) &&
  !equalJson(next.metadata.managedFields, live?.metadata.managedFields);

function startingOwners(update: Update, given: boolean): Owners {
  const live = decodeOwners(update.live?.metadata.managedFields, true) ?? new Map();
  if (!given) return live;
  const entries = update.next.metadata.managedFields;
  if (isReset(entries)) return new Map();
  const owners = decodeOwners(entries, false);
  return owners === undefined || owners.size === 0 ? live : owners;
}

/** Gives the writer what the change touched, and takes it from everybody else. */
export function takeOwnership(update: Update, owners: Owners): void {
  const changes = new Changes(update, update.live, update.next);
  const own = changes.at(update.apiVersion) as Comparison;
  changes.strike(owners);
  const fields = ownFields(update, union(own.modified, own.added));
  if (!isEmptySet(fields)) addOwner(update, owners, fields);
  capUpdaters(owners);
}

/** Of the fields that a write touched those that its writer comes to own. */
const ownFields = ({ reset }: Write, touched: FieldSet): FieldSet =>
  difference(reset ? withoutSubtrees(touched, reset) : touched, UNOWNED);

function addOwner(update: Update, owners: Owners, fields: FieldSet): void {
  const writer = writerOf(update);
  const id = identityOf(writer);
  const previous = owners.get(id);
  owners.set(id, { ...writer, fields: previous === undefined ? fields : union(fields, previous.fields) });
}

const writerOf = (update: Update) =>
  ({
    manager: update.manager === '' ? 'unknown' : update.manager,
    operation: 'Update',
    apiVersion: update.apiVersion,
    subresource: update.subresource ?? '',
    time: update.now,
  }) as const;

/** All that is in it is its creator's: the same as `takeOwnership` finds where nobody owns anything yet. */
function entriesOfNew(update: Update): readonly ManagedFieldsEntry[] | undefined {
  const { schema, next } = update;
  const { added, modified } = compare(schema, zeroValue(schema), ownableOf(next));
  const fields = ownFields(update, union(modified, added));
  return isEmptySet(fields) ? undefined : [encodeOwner({ ...writerOf(update), fields })];
}

/** What changed between two objects, as each version of the kind sees it. */
export class Changes {
  readonly #write: Write;
  readonly #before: KubeObject | undefined;
  readonly #after: KubeObject;
  readonly #known = new Map<string, Comparison | undefined>();

  constructor(write: Write, before: KubeObject | undefined, after: KubeObject) {
    this.#write = write;
    this.#before = before && withManagedFields(before, undefined);
    this.#after = withManagedFields(after, undefined);
  }

  /** Undefined when the version is not served any more. */
  at(apiVersion: string): Comparison | undefined {
    if (!this.#known.has(apiVersion)) this.#known.set(apiVersion, this.#compare(apiVersion));
    return this.#known.get(apiVersion);
  }

  #compare(apiVersion: string): Comparison | undefined {
    const { schema, viewOf, apiVersion: current, reset } = this.#write;
    const view = apiVersion === current || !viewOf ? { schema } : viewOf(apiVersion);
    if (view === undefined) return undefined;
    if (view.schema === schema && apiVersion !== current) return this.at(current);
    const { show = (object) => object }: View = view;
    const before = this.#before === undefined ? zeroValue(view.schema) : show(this.#before);
    return filterComparison(compare(view.schema, before, show(this.#after)), reset);
  }

  /** Owners lose what was changed or removed under them; `except` is the writer himself. */
  strike(owners: Owners, except?: string): void {
    for (const [id, owner] of owners) {
      if (id === except) continue;
      const change = this.at(owner.apiVersion);
      if (change === undefined) {
        owners.delete(id);
        continue;
      }
      const { added, modified, removed } = change;
      const kept = difference(difference(difference(owner.fields, modified), added), removed);
      setFields(owners, id, kept);
    }
  }
}

/** The object with these managed fields, or without any. Same reference when nothing changes. */
export function withManagedFields(
  object: KubeObject,
  entries: readonly ManagedFieldsEntry[] | undefined,
): KubeObject {
  const { metadata } = object;
  if (metadata === undefined || (metadata.managedFields ?? undefined) === entries) return object;
  if (metadata.managedFields === undefined) {
    return { ...object, metadata: { ...metadata, managedFields: entries } };
  }
  const { managedFields: _, ...rest } = metadata;
  return { ...object, metadata: entries === undefined ? rest : { ...rest, managedFields: entries } };
}
