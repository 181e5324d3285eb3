import type { KubeObject } from '@fairlead/kube';
import { stringifyExact } from '../schema/exact-json.ts';
import type { ServedResource } from '../resources/registry.ts';
import type { StoredObject } from '../store/contract.ts';

const encoder = new TextEncoder();

/**
 * Objects lie in the store in one version; another one is made at the edge. The conversion is `None` of
 * CustomResourceDefinitions: only `apiVersion` differs.
 */
export const valueIn = (resource: ServedResource, stored: StoredObject): KubeObject => {
  const value = stored.value();
  return value.apiVersion === resource.apiVersion ? value : { ...value, apiVersion: resource.apiVersion };
};

/** The stored bytes themselves wherever possible: most kinds have one version, and then nothing is parsed. */
export const bytesIn = (resource: ServedResource, stored: StoredObject): Uint8Array => {
  if (resource.definition.versions.length === 1) return stored.bytes;
  const value = stored.value();
  if (value.apiVersion === resource.apiVersion) return stored.bytes;
  return encoder.encode(stringifyExact({ ...value, apiVersion: resource.apiVersion }));
};

export const toStorage = (resource: ServedResource, object: KubeObject): KubeObject =>
  object.apiVersion === resource.storageVersion ? object : { ...object, apiVersion: resource.storageVersion };
