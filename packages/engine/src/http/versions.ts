import type { KubeObject } from '@fairlead/kube';
import { applyDefaults } from '../schema/defaults.ts';
import { stringifyExact } from '../schema/exact-json.ts';
import { declaredOrder, nameOrder, type Order } from '../schema/member-order.ts';
import { prune } from '../schema/prune.ts';
import type { ServedResource } from '../resources/registry.ts';
import type { JsonObject } from '../schema/json.ts';
import type { Call } from './api.ts';
import { storedForm } from '../schema/stored-form.ts';
import type { StoredObject } from '../store/contract.ts';

const encoder = new TextEncoder();

/**
 * Objects lie in the store in one version; another one is made at the edge. Where a version has no conversion of its
 * own it is `None` of CustomResourceDefinitions: `apiVersion` differs, and what a version does not know is left out.
 */
export const valueIn = (resource: ServedResource, stored: StoredObject): KubeObject =>
  isAsStored(resource, stored) ? stored.value() : shownIn(resource, stored).value;

/** What an answer is made of: tables and bare metadata show the object as it is stored, whatever version is asked for. */
export const shownValue = ({ accept, resource }: Call, stored: StoredObject): KubeObject =>
  valueIn(accept.as === 'object' ? resource : (resource.stored ?? resource), stored);

/** The order in which Go writes the members of an object, as it is stored. */
export const storedOrder = (resource: ServedResource): Order => orderOf(resource.stored ?? resource);

/** An object of this version with its members in the order in which Go writes them. */
export const inOwnOrder = (resource: ServedResource, object: KubeObject): KubeObject =>
  orderOf(resource)(object) as KubeObject;

const orderOf = ({ definition, version }: ServedResource): Order =>
  definition.origin === 'custom' ? nameOrder : declaredOrder(version.schema());

/** The stored bytes themselves wherever possible: most kinds have one version, and then nothing is parsed. */
export const bytesIn = (resource: ServedResource, stored: StoredObject): Uint8Array => {
  if (isAsStored(resource, stored)) return stored.bytes;
  const shown = shownIn(resource, stored);
  shown.bytes ??= encoder.encode(stringifyExact(shown.value));
  return shown.bytes;
};

const isAsStored = (resource: ServedResource, stored: StoredObject): boolean => {
  if (resource.stored !== undefined || isOutdated(resource, stored)) return false;
  return resource.definition.versions.length === 1 || stored.value().apiVersion === resource.apiVersion;
};

/** The definition is newer than the object: its schema may have other fields and defaults than when it was stored. */
const isOutdated = ({ definition }: ServedResource, { revision }: StoredObject): boolean =>
  definition.since !== undefined && revision < definition.since;

interface Shown {
  readonly resource: ServedResource;
  readonly value: KubeObject;
  bytes?: Uint8Array;
}

const shown = new WeakMap<StoredObject, Shown>();

const shownIn = (resource: ServedResource, stored: StoredObject): Shown => {
  const known = shown.get(stored);
  if (known?.resource === resource) return known;
  const made = { resource, value: inOwnOrder(resource, convert(resource, stored)) };
  shown.set(stored, made);
  return made;
};

const convert = (resource: ServedResource, stored: StoredObject): KubeObject => {
  if (resource.stored !== undefined) return fromStored(resource, stored.value());
  const value = isOutdated(resource, stored) ? brought(resource, stored.value()) : stored.value();
  if (value.apiVersion === resource.apiVersion) return value;
  return pruned(resource, resource.apiVersion, { ...value, apiVersion: resource.apiVersion });
};

/** As if it were stored today: fields that are gone are left out, new defaults are filled in. */
const brought = (resource: ServedResource, value: KubeObject): KubeObject => {
  const schema = schemaOf(resource, value.apiVersion ?? '');
  const kept = pruned(resource, value.apiVersion ?? '', value);
  return schema === undefined ? kept : applyDefaults(schema, kept);
};

const pruned = (resource: ServedResource, apiVersion: string, value: KubeObject): KubeObject => {
  const schema = resource.definition.origin === 'custom' ? schemaOf(resource, apiVersion) : undefined;
  if (schema === undefined) return value;
  return prune(schema, value, { root: true }).value as KubeObject;
};

const schemaOf = ({ definition }: ServedResource, apiVersion: string) => {
  const name = apiVersion.slice(apiVersion.indexOf('/') + 1);
  return definition.versions.find(({ version }) => version === name)?.schema();
};

type Converted = Pick<ServedResource, 'version'>;

/** The object in a version, out of the one that is stored. */
export const fromStored = ({ version }: Converted, object: KubeObject): KubeObject =>
  (version.conversion?.fromStored(object as unknown as JsonObject) ?? object) as unknown as KubeObject;

/** The object in the version that is stored; the object itself unless its version has a conversion. */
export const inStored = ({ version }: Converted, object: KubeObject): KubeObject =>
  (version.conversion?.toStored(object as unknown as JsonObject) ?? object) as unknown as KubeObject;

/** The object as it will be read back; what a conversion has left open gets its defaults then. */
export const asRead = ({ definition, version, stored }: ServedResource, object: KubeObject): KubeObject => {
  if (definition.origin === 'custom') return object;
  const schema = (stored?.version ?? version).schema();
  const filled = stored === undefined ? object : applyDefaults(schema, object);
  return storedForm(schema)(filled as unknown as JsonObject, NEVER) as unknown as KubeObject;
};

/** No form of a stored object depends on when it is stored. */
const NEVER = new Date(0);

/** Objects of versions with a conversion come here converted. */
export const toStorage = (resource: ServedResource, object: KubeObject): KubeObject =>
  object.apiVersion === resource.storageVersion
    ? object
    : pruned(resource, resource.storageVersion, { ...object, apiVersion: resource.storageVersion });
