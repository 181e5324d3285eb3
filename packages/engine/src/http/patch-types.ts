import type { KubeObject } from '@fairlead/kube';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { restore, RestoreError } from '../patch/restore.ts';
import { strategicMergePatch } from '../patch/strategic.ts';
import type { ResourceDefinition } from '../schema/definition.ts';
import { invalid as invalidField } from '../schema/field-error.ts';
import { goText } from '../schema/go-text.ts';
import { isObject, type JsonObject } from '../schema/json.ts';
import type { Call } from './api.ts';
import { type ApiError, badRequest, failure, invalid } from './errors.ts';
import { goKindOf } from './go-names.ts';
import type { Change } from './patch.ts';

export const JSON_PATCH = 'application/json-patch+json';
const MERGE_PATCH = 'application/merge-patch+json';
const STRATEGIC_PATCH = 'application/strategic-merge-patch+json';
export const APPLY_PATCH = 'application/apply-patch+yaml';

const CUSTOM_TYPES = [JSON_PATCH, MERGE_PATCH, APPLY_PATCH];
const BUILTIN_TYPES = [JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, APPLY_PATCH];

/** Strategic merge needs the Go types' merge keys, which custom resources do not have. */
export const patchTypesOf = ({ origin }: ResourceDefinition): readonly string[] =>
  origin === 'custom' ? CUSTOM_TYPES : BUILTIN_TYPES;

/** The document with the patch laid over it; not yet conforming to anything. */
export const patchDocument = (call: Call, { type, decoded }: Change, document: KubeObject): unknown => {
  if (type === JSON_PATCH) return unwrap(jsonPatch(document, decoded.value));
  if (decoded.value === null && type === MERGE_PATCH) throw badRequest('Invalid JSON Patch');
  const patch = decoded.value ?? {};
  if (!isObject(patch)) {
    const why = `json: cannot unmarshal ${goKindOf(patch)} into Go value of type map[string]interface {}`;
    throw undecodable(type, why);
  }
  if (type === MERGE_PATCH) return mergePatch(document, patch);
  return restored(call, patch, unwrap(strategicMergePatch(call.resource.version.schema(), document, patch)));
};

/** Go's own converter reads what a strategic patch leaves, and does not ask what it says that it is. */
const restored = ({ resource }: Call, patch: JsonObject, patched: unknown): unknown => {
  try {
    const object = restore(resource.version.schema(), patched) as JsonObject;
    return { ...object, kind: resource.definition.kind, apiVersion: resource.apiVersion };
  } catch (error) {
    if (error instanceof RestoreError) throw invalidPatch(goText(patch), error.message);
    throw error;
  }
};

/** What a patch leaves is refused whole: Kubernetes shows what it knows of it. */
export const invalidPatch = (shown: string, why: string): Error =>
  invalid({ group: '', kind: '', name: '' }, [invalidField('patch', shown, why)]);

/** A patch that cannot be read, in the words that Kubernetes has for its kind. */
export const undecodable = (type: string, why: string): ApiError =>
  badRequest(`${UNDECODABLE[type] ?? ''}${why}`);

const UNDECODABLE: Readonly<Record<string, string>> = {
  [JSON_PATCH]: 'error decoding patch: ',
  [MERGE_PATCH]: 'error decoding patch: ',
  [APPLY_PATCH]: 'error decoding YAML: error converting YAML to JSON: yaml: ',
};

type Patched =
  | { readonly value: unknown }
  | { readonly error: { readonly code: number; readonly reason: string; readonly message: string } };

const unwrap = (result: Patched): unknown => {
  if ('value' in result) return result.value;
  const { code, reason, message } = result.error;
  throw failure({ code, ...(reason !== '' && { reason }), message, ...(code === 422 && { details: {} }) });
};
