import { renderFaults } from './codec.ts';
import type { KubeObject, KubeResponse, ObjectMeta } from '@fairlead/kube';
import { applyPatch } from '../apply/apply-patch.ts';
import type { ServedResource } from '../resources/registry.ts';
import { isObject, type JsonObject } from '../schema/json.ts';
import type { StoredObject } from '../store/contract.ts';
import { type Call, subjectOf } from './api.ts';
import { createObject } from './create.ts';
import { type ApiError, badRequest, conflict, failure, notFound, undeterminable } from './errors.ts';
import { goKindOf } from './go-names.ts';
import { timestamp } from './metadata.ts';
import { conformObject } from './object.ts';
import { ownerScope } from './owner.ts';
import type { Change } from './patch.ts';
import { respondObject } from './respond.ts';
import type { TypeFault } from './type-meta.ts';
import { replaceObject } from './update.ts';
import { valueIn } from './versions.ts';

/** Server-side apply, onto what is there or to make it. */
export const apply = async (
  call: Call,
  change: Change,
  old: StoredObject | undefined,
): Promise<KubeResponse> => {
  const { options } = change;
  const object = appliedObject(call, change, old && valueIn(call.resource, old));
  if (old === undefined) {
    const created = await createObject(call, { object, options, applied: true });
    return respondObject(call, created, 201);
  }
  const stored = await replaceObject(call, { old, object, options, applied: true });
  return respondObject(call, stored);
};

/** What an apply leaves of an object, or makes it; with its owners. */
export const appliedObject = (call: Call, change: Change, live: KubeObject | undefined): KubeObject => {
  const applied = readApplied(call, change);
  if (live === undefined) requireCreatable(call, applied);
  const merged = mergeInto(call, { change, applied, live });
  judgeFaults(call, change);
  const decoded = { value: merged, faults: [] };
  const refuse = ({ why }: TypeFault): Error => badRequest(why);
  const object = conformObject(call, { decoded, options: change.options, refuse });
  requireSamePlace(call, object);
  return object;
};

/** Keys that come twice in a configuration. */
const judgeFaults = ({ warnings }: Call, { decoded, options }: Change): void => {
  const { faults } = decoded;
  if (faults.length === 0 || options.fieldValidation === 'Ignore') return;
  if (options.fieldValidation !== 'Strict')
    return void warnings.push(...faults.map(({ message }) => message));
  throw badRequest(
    `error strict decoding YAML: error converting YAML to JSON: ${renderFaults(faults).join(', ')}`,
  );
};

const readApplied = ({ resource }: Call, { decoded }: Change): KubeObject => {
  const value = decoded.value ?? {};
  if (!isObject(value)) {
    const why = `json: cannot unmarshal ${goKindOf(value)} into Go value of type map[string]interface {}`;
    throw badRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: ${why}`);
  }
  requireSameType(resource, value);
  return value as unknown as KubeObject;
};

/** Only now: faults of the configuration, and conflicts, are told first. */
const requireSamePlace = ({ path }: Call, object: KubeObject): void => {
  const metadata: Partial<ObjectMeta> = object.metadata;
  const { name = '', namespace = path.namespace } = metadata;
  if (name === '') throw undeterminable(path.name);
  if (name !== path.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${path.name})`);
  }
  if (namespace !== path.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
};

const requireSameType = ({ apiVersion: expected, definition }: ServedResource, value: JsonObject): void => {
  // What is no text is nothing.
  const [kind, said] = [value.kind, value.apiVersion].map((one) => (typeof one === 'string' ? one : ''));
  if (kind === definition.kind && said === expected) return;
  const place = said?.includes('/') ? said : `/${said}`;
  throw badRequest(`invalid object type: ${place}, Kind=${kind}`);
};

const requireCreatable = (call: Call, { metadata }: KubeObject): void => {
  if (call.path.subresource !== '') throw notFound(subjectOf(call));
  if (metadata?.uid === undefined || metadata.uid === '') return;
  throw conflict(
    subjectOf(call),
    `uid mismatch: the provided object specified uid ${metadata.uid}, and no existing object was found`,
  );
};

const mergeInto = (
  call: Call,
  given: { readonly change: Change; readonly applied: KubeObject; readonly live: KubeObject | undefined },
): KubeObject => {
  const { options } = given.change;
  const result = applyPatch({
    schema: call.resource.version.schema(),
    ...(given.live && { live: given.live }),
    applied: given.applied,
    manager: options.fieldManager,
    force: options.force,
    apiVersion: call.resource.apiVersion,
    now: timestamp(call.api.clock.now()),
    ...ownerScope(call),
  });
  if (result.kind === 'applied') return result.object;
  if (result.kind === 'refused') throw refusal(result);
  const { message, causes } = result;
  throw failure({ code: 409, reason: 'Conflict', message, details: { causes } });
};

const refusal = ({ code, message }: { readonly code: number; readonly message: string }): ApiError =>
  code === 400 ? badRequest(message) : failure({ code, message });
