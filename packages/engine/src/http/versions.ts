import type { KubeObject } from '@fairlead/kube';
import { applyDefaults } from '../schema/defaults.ts';
import { stringifyExact } from '../schema/exact-json.ts';
import { prune } from '../schema/prune.ts';
import type { ServedResource } from '../resources/registry.ts';
import type { JsonObject } from '../schema/json.ts';
import { storedForm } from '../schema/stored-form.ts';
import type { StoredObject } from '../store/contract.ts';

const encoder = new TextEncoder();

/**
 * Objects lie in the store in one version; another one is made at the edge. The conversion is `None` of
 * CustomResourceDefinitions: `apiVersion` differs, and what a version does not know is left out.
 */
export const valueIn = (resource: ServedResource, stored: StoredObject): KubeObject =>
  isAsStored(resource, stored) ? stored.value() : shownIn(resource, stored).value;

/** The stored bytes themselves wherever possible: most kinds have one version, and then nothing is parsed. */
export const bytesIn = (resource: ServedResource, stored: StoredObject): Uint8Array => {
  if (isAsStored(resource, stored)) return stored.bytes;
  const shown = shownIn(resource, stored);
  shown.bytes ??= encoder.encode(stringifyExact(shown.value));
  return shown.bytes;
};

const isAsStored = (resource: ServedResource, stored: StoredObject): boolean => {
  if (isOutdated(resource, stored)) return false;
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
  const made = { resource, value: convert(resource, stored) };
  shown.set(stored, made);
  return made;
};

const convert = (resource: ServedResource, stored: StoredObject): KubeObject => {
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

/** The object as it will be read back. */
export const asRead = ({ definition, version }: ServedResource, object: KubeObject): KubeObject =>
  definition.origin === 'custom'
    ? object
    : (storedForm(version.schema())(object as unknown as JsonObject, NEVER) as unknown as KubeObject);

/** No form of a stored object depends on when it is stored. */
const NEVER = new Date(0);

export const toStorage = (resource: ServedResource, object: KubeObject): KubeObject =>
  object.apiVersion === resource.storageVersion
    ? object
    : pruned(resource, resource.storageVersion, { ...object, apiVersion: resource.storageVersion });
