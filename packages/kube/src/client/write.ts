import { apiVersionOf, type Kind } from '../kinds/kind.ts';
import { renderJson } from '../json.ts';
import type { ObjectName } from '../name.ts';
import type { ObjectMeta } from '../object.ts';
import type { ApplyOptions, DeleteOptions, Patch, RawRequest } from './contract.ts';

/** Anything that is about to be sent. */
export interface Named {
  readonly metadata: Partial<ObjectMeta>;
}

/** The name under which an object is written, or what is missing. */
export function nameOf(kind: Kind, { metadata }: Named): ObjectName {
  if (metadata.name === undefined) throw new TypeError(`a ${kind.kind} is written without a name`);
  return { namespace: metadata.namespace, name: metadata.name };
}

export const putRequest = (path: string, object: Named): RawRequest => ({
  method: 'PUT',
  path,
  body: object,
});

const patchTypes = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

export const patchRequest = (path: string, patch: Patch): RawRequest => ({
  method: 'PATCH',
  path,
  headers: { 'content-type': patchTypes[patch.type] },
  body: Buffer.from(renderJson(patch.body)),
});

export const applyRequest = (path: string, kind: Kind, object: Named): RawRequest => ({
  method: 'PATCH',
  path,
  // The server knows an apply by this type alone; JSON is YAML.
  headers: { 'content-type': 'application/apply-patch+yaml' },
  body: { apiVersion: apiVersionOf(kind), kind: kind.kind, ...object },
});

export function deleteRequest(path: string, options: DeleteOptions = {}): RawRequest {
  const { propagationPolicy, preconditions, gracePeriodSeconds, dryRun, signal } = options;
  const body = {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    propagationPolicy,
    preconditions,
    gracePeriodSeconds,
    dryRun: dryRun ? ['All'] : undefined,
  };
  return { method: 'DELETE', path, body, signal };
}

/** The query parameters of creating, replacing and patching. */
export const writeQuery = (options: ApplyOptions): RawRequest['query'] => ({
  fieldManager: options.fieldManager,
  force: options.force,
  fieldValidation: options.fieldValidation,
  dryRun: options.dryRun ? 'All' : undefined,
});
