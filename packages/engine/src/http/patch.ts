import type { KubeObject, KubeResponse, ObjectMeta } from '@fairlead/kube';
import { prepareAdmission } from '../admission/chain.ts';
import {
  required,
  forbidden as forbiddenField,
  invalid as invalidField,
  safeForHtml,
} from '../schema/field-error.ts';
import { stringifyExact } from '../schema/exact-json.ts';
import { nameOrder } from '../schema/member-order.ts';
import { isObject } from '../schema/json.ts';
import type { StoredObject } from '../store/contract.ts';
import { apply } from './apply.ts';
import { type Call, subjectOf } from './api.ts';
import { readBody } from './body.ts';
import { bareType, type Decoded } from './codec.ts';
import { badRequest, invalid, notFound, undeterminable, unsupportedPatch } from './errors.ts';
import { objectKey } from './get.ts';
import { conformObject } from './object.ts';
import { inGoOrder } from './patched-order.ts';
import { APPLY_PATCH, invalidPatch, patchDocument, patchTypesOf, undecodable } from './patch-types.ts';
import { parseWriteOptions, type WriteOptions } from './query.ts';
import { respondObject } from './respond.ts';
import type { TypeFault } from './type-meta.ts';
import { replaceObject } from './update.ts';
import { valueIn } from './versions.ts';

/** A patch as it came in. */
export interface Change {
  /** The media type, which says what kind of patch it is. */
  readonly type: string;
  readonly decoded: Decoded;
  readonly options: WriteOptions;
}

/** PATCH of an object, or of its status. */
export const patch = async (call: Call): Promise<KubeResponse> => {
  const { api, resource, path } = call;
  const change = await readChange(call);
  const operation = api.store.pending(objectKey(call)) === undefined ? 'CREATE' : 'UPDATE';
  const object = change.decoded.value as KubeObject;
  const { subresource, namespace } = path;
  await prepareAdmission(api.admission, { operation, resource, subresource, namespace, object });
  // Looked at only now: from here to the write nothing waits.
  const old = api.store.pending(objectKey(call));
  if (change.type === APPLY_PATCH) return apply(call, change, old);
  if (old === undefined) throw notFound(subjectOf(call));
  return patchObject(call, change, old);
};

export const readChange = async (call: Call): Promise<Change> => {
  const { request, resource, query } = call;
  const type = bareType(request.headers['content-type']);
  const types = patchTypesOf(resource.definition);
  if (!types.includes(type)) throw unsupportedPatch(resource.definition.origin, types);
  const options = parseWriteOptions(query, 'PatchOptions');
  requireOptions(options, type);
  // Only an apply can make what it is sent to; all others are not read before there is something to lay them over.
  if (type !== APPLY_PATCH && call.api.store.pending(objectKey(call)) === undefined)
    throw notFound(subjectOf(call));
  const format = type === APPLY_PATCH ? 'yaml' : 'json';
  const decoded = await readBody(call, { type: format, refuse: ({ message }) => undecodable(type, message) });
  return { type, decoded, options };
};

const requireOptions = ({ fieldManager, force }: WriteOptions, type: string): void => {
  const errors = [
    ...(type === APPLY_PATCH && fieldManager === ''
      ? [required('fieldManager', 'is required for apply patch')]
      : []),
    ...(type !== APPLY_PATCH && force
      ? [forbiddenField('force', 'may not be specified for non-apply patch')]
      : []),
  ];
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions', name: '' }, errors);
};

const patchObject = async (call: Call, change: Change, old: StoredObject): Promise<KubeResponse> => {
  const object = patchedObject(call, change, valueIn(call.resource, old));
  const stored = await replaceObject(call, { old, object, options: change.options });
  return respondObject(call, stored);
};

/** What a patch leaves of an object, conforming to the structure of its kind. */
export const patchedObject = (call: Call, change: Change, live: KubeObject): KubeObject => {
  const value = patchDocument(call, change, live);
  const decoded = { value, faults: change.decoded.faults };
  const refuse = ({ why }: TypeFault): Error => invalidPatch(shownIn(call, value, change.decoded.value), why);
  requireSameVersion(call, value);
  const object = conformObject(call, { decoded, options: change.options, refuse });
  requireSameName(object, live);
  return object;
};

const shownIn = ({ resource }: Call, patched: unknown, patch: unknown): string =>
  safeForHtml(
    stringifyExact(resource.definition.origin === 'custom' ? nameOrder(patched) : inGoOrder(patched, patch)),
  );

const requireSameVersion = ({ resource, path }: Call, patched: unknown): void => {
  const { origin, group, kind } = resource.definition;
  if (origin !== 'custom' || !isObject(patched) || patched.apiVersion === resource.apiVersion) return;
  throw invalid({ group, kind, name: path.name }, [
    invalidField('apiVersion', patched.apiVersion ?? '', `must be ${resource.apiVersion}`),
  ]);
};

const requireSameName = (object: KubeObject, live: KubeObject): void => {
  // A patch may leave anything.
  const { name, namespace }: Partial<ObjectMeta> = (object as Partial<KubeObject>).metadata ?? {};
  if (name === undefined || name === '') throw undeterminable(live.metadata.name);
  if (name !== live.metadata.name) {
    throw badRequest(
      `the name of the object (${name}) does not match the name on the URL (${live.metadata.name})`,
    );
  }
  if ((namespace ?? '') !== (live.metadata.namespace ?? '')) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
};
