import type { KubeObject } from '@fairlead/kube';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { strategicMergePatch } from '../patch/strategic.ts';
import type { ResourceDefinition } from '../schema/definition.ts';
import { isObject } from '../schema/json.ts';
import type { Call } from './api.ts';
import { badRequest, failure } from './errors.ts';
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
  if (!isObject(decoded.value)) throw badRequest('error decoding patch: the patch must be an object');
  if (type === MERGE_PATCH) return mergePatch(document, decoded.value);
  return unwrap(strategicMergePatch(call.resource.version.schema(), document, decoded.value));
};

type Patched =
  | { readonly value: unknown }
  | { readonly error: { readonly code: number; readonly reason: string; readonly message: string } };

const unwrap = (result: Patched): unknown => {
  if ('value' in result) return result.value;
  throw failure(result.error);
};
