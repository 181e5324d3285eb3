import type { KubeObject, ObjectMeta } from '@fairlead/kube';
import type { JsonObject } from '../schema/json.ts';
import { EMPTY_SET, type FieldSet, setOfPath, union, withoutSubtrees } from './field-set.ts';
import type { Comparison } from './compare.ts';

const META = new Set([
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion',
]);

/** Identity and what the server itself sets: nobody owns these. */
export const UNOWNED: FieldSet = [
  setOfPath('f:apiVersion'),
  setOfPath('f:kind'),
  setOfPath('f:metadata'),
  ...[...META].map((name) => setOfPath('f:metadata', `f:${name}`)),
].reduce(union);

const STATUS = setOfPath('f:status');

/** An object without what nobody owns, as far as that can be left out: less to compare. */
export function ownableOf({ apiVersion: _, kind: __, metadata, ...rest }: KubeObject): JsonObject {
  const described: Record<string, unknown> = {};
  for (const name in metadata) {
    if (!META.has(name)) described[name] = metadata[name as keyof ObjectMeta];
  }
  return { ...rest, metadata: described };
}

/** A comparison without the fields that this endpoint may not write. */
export function filterComparison(comparison: Comparison, reset: FieldSet | undefined): Comparison {
  if (reset === undefined) return comparison;
  return {
    added: withoutSubtrees(comparison.added, reset),
    modified: withoutSubtrees(comparison.modified, reset),
    removed: withoutSubtrees(comparison.removed, reset),
  };
}

/**
 * What a write through this endpoint does not own: with a status subresource the object's own
 * endpoint leaves `status` alone and the status endpoint `spec`.
 */
export function resetFields(endpoint: { readonly status: boolean; readonly subresource?: string }): FieldSet {
  if (endpoint.subresource === 'status') return setOfPath('f:spec');
  return endpoint.status && !endpoint.subresource ? STATUS : EMPTY_SET;
}
