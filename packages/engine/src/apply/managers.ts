import type { ManagedFieldsEntry } from '@fairlead/kube';
import { isObject } from '../schema/json.ts';
import { inElementOrder } from './element-order.ts';
import { type FieldSet, isEmptySet, union } from './field-set.ts';
import { parseFieldSet } from './parse-field-set.ts';

/** One entry of `metadata.managedFields`, decoded. */
export interface Owner {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time?: string;
  readonly fields: FieldSet;
}

/** The owners of an object, by identity. Built anew for every change. */
export type Owners = Map<string, Owner>;

type Identity = Pick<Owner, 'manager' | 'operation' | 'apiVersion' | 'subresource'>;

/** An applier is the same in all versions of the kind; an updater is another one in each. */
export const identityOf = (owner: Identity): string =>
  JSON.stringify([
    owner.manager,
    owner.operation,
    owner.operation === 'Apply' ? '' : owner.apiVersion,
    owner.subresource,
  ]);

/** Undefined when an entry is not in order: then none is believed. `trusted`: written by ourselves. */
export function decodeOwners(entries: unknown, trusted: boolean): Owners | undefined {
  const owners: Owners = new Map();
  if (!Array.isArray(entries)) return owners;
  for (const entry of entries) {
    const owner = decodeOwner(entry, trusted);
    if (owner === undefined) return undefined;
    owners.set(identityOf(owner), owner);
  }
  return owners;
}

function decodeOwner(entry: unknown, trusted: boolean): Owner | undefined {
  if (!isObject(entry)) return undefined;
  const { operation, apiVersion, fieldsType, manager, subresource, time, fieldsV1 } =
    entry as ManagedFieldsEntry;
  if (operation !== 'Apply' && operation !== 'Update') return undefined;
  if (!apiVersion || fieldsType !== 'FieldsV1') return undefined;
  const fields = trusted ? ((fieldsV1 ?? {}) as FieldSet) : parseFieldSet(fieldsV1 ?? {});
  if (fields === undefined) return undefined;
  return {
    manager: manager ?? '',
    operation,
    apiVersion,
    subresource: subresource ?? '',
    ...(typeof time === 'string' && { time }),
    fields,
  };
}

/** The list is there and empty, or holds one empty entry: the client asks to forget all owners. */
export const isReset = (entries: unknown): boolean =>
  Array.isArray(entries) &&
  (entries.length === 0 || (entries.length === 1 && isObject(entries[0]) && isBlank(entries[0])));

const isBlank = (entry: object): boolean =>
  Object.values(entry).every((value) => value === '' || value === null || value === undefined);

/** In Kubernetes' order; undefined when nobody owns anything. */
export function encodeOwners(owners: Owners): ManagedFieldsEntry[] | undefined {
  if (owners.size === 0) return undefined;
  const list = [...owners.values()];
  return (list.length > 1 ? list.sort(inOrder) : list).map(encodeOwner);
}

export const encodeOwner = (owner: Owner): ManagedFieldsEntry => ({
  ...(owner.manager !== '' && { manager: owner.manager }),
  operation: owner.operation,
  apiVersion: owner.apiVersion,
  ...(owner.time !== undefined && { time: owner.time }),
  fieldsType: 'FieldsV1',
  fieldsV1: inElementOrder(owner.fields),
  ...(owner.subresource !== '' && { subresource: owner.subresource }),
});

function inOrder(a: Owner, b: Owner): number {
  return (
    byText(a.operation, b.operation) ||
    seconds(a) - seconds(b) ||
    byText(a.manager, b.manager) ||
    byText(a.apiVersion, b.apiVersion) ||
    byText(a.subresource, b.subresource)
  );
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const seconds = (owner: Owner): number =>
  owner.time === undefined ? 0 : Math.floor(Date.parse(owner.time) / 1000);

const MOST_UPDATERS = 10;

/** Keeps at most ten updaters: the oldest of each version become `ancient-changes`. */
export function capUpdaters(owners: Owners): void {
  const updaters = [...owners].filter(([, owner]) => owner.operation === 'Update');
  if (updaters.length <= MOST_UPDATERS) return;
  updaters.sort(([a, x], [b, y]) => seconds(x) - seconds(y) || byText(a, b));
  let count = updaters.length;
  const oldest = new Map<string, string>();
  for (const [id, owner] of updaters) {
    if (count <= MOST_UPDATERS) return;
    const first = oldest.get(owner.apiVersion);
    if (first === undefined) {
      oldest.set(owner.apiVersion, id);
    } else {
      mergeAncient(owners, { first, id, owner });
      count--;
    }
  }
}

function mergeAncient(owners: Owners, found: { first: string; id: string; owner: Owner }): void {
  const bucket: Identity = {
    manager: 'ancient-changes',
    operation: 'Update',
    apiVersion: found.owner.apiVersion,
    subresource: '',
  };
  const before = owners.get(identityOf(bucket)) ?? owners.get(found.first);
  if (!owners.has(identityOf(bucket))) owners.delete(found.first);
  owners.delete(found.id);
  const fields = before === undefined ? found.owner.fields : union(found.owner.fields, before.fields);
  const { time } = found.owner;
  owners.set(identityOf(bucket), { ...bucket, ...(time !== undefined && { time }), fields });
}

/** Replaces what an owner owns, and drops the owner when that is nothing. */
export function setFields(owners: Owners, id: string, fields: FieldSet): void {
  const owner = owners.get(id);
  if (isEmptySet(fields)) owners.delete(id);
  else if (owner !== undefined && owner.fields !== fields) owners.set(id, { ...owner, fields });
}
