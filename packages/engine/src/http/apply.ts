import type { KubeObject, KubeResponse } from '@fairlead/kube';
import { applyPatch } from '../apply/apply-patch.ts';
import { isObject } from '../schema/json.ts';
import type { StoredObject } from '../store/contract.ts';
import { type Call, subjectOf } from './api.ts';
import { createObject } from './create.ts';
import { type ApiError, badRequest, conflict, failure, notFound } from './errors.ts';
import { timestamp } from './metadata.ts';
import { conformObject } from './object.ts';
import { ownerScope } from './owner.ts';
import type { Change } from './patch.ts';
import { respondObject } from './respond.ts';
import { replaceObject } from './update.ts';
import { valueIn } from './versions.ts';

/** Server-side apply, onto what is there or to make it. */
export const apply = async (
  call: Call,
  change: Change,
  old: StoredObject | undefined,
): Promise<KubeResponse> => {
  const { options } = change;
  const live = old === undefined ? undefined : valueIn(call.resource, old);
  const applied = readApplied(call, change);
  if (live === undefined) requireCreatable(call, applied);
  const merged = mergeInto(call, { change, applied, live });
  const decoded = { value: merged, duplicates: change.decoded.duplicates };
  const object = conformObject(call, { decoded, options });
  if (old === undefined) {
    const created = await createObject(call, { object, options, applied: true });
    return respondObject(call, created, 201);
  }
  const stored = await replaceObject(call, { old, object, options, applied: true });
  return respondObject(call, stored);
};

/** The configuration, with the name and namespace of its address. */
const readApplied = ({ resource, path }: Call, { decoded }: Change): KubeObject => {
  const { value } = decoded;
  if (!isObject(value)) throw badRequest('error decoding YAML: the configuration must be an object');
  const { kind, apiVersion } = value;
  if (typeof kind !== 'string' || kind === '') {
    throw badRequest(`Object 'Kind' is missing in '${JSON.stringify(value)}'`);
  }
  if (apiVersion !== resource.apiVersion) {
    throw badRequest(
      `Incorrect version specified in apply patch. Specified patch version: ${String(apiVersion)}, expected: ${resource.apiVersion}`,
    );
  }
  const metadata = isObject(value.metadata) ? value.metadata : {};
  const { name = path.name, namespace = path.namespace } = metadata;
  if (name !== path.name) {
    throw badRequest(
      `the name of the object (${String(name)}) does not match the name on the URL (${path.name})`,
    );
  }
  if (namespace !== path.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const place = path.namespace === '' ? {} : { namespace };
  return { ...value, metadata: { ...metadata, name, ...place } } as unknown as KubeObject;
};

const requireCreatable = (call: Call, { metadata }: KubeObject): void => {
  if (call.path.subresource !== '') throw notFound(subjectOf(call));
  if (metadata.uid === undefined || metadata.uid === '') return;
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
  code === 400 ? badRequest(message) : failure({ code, reason: '', message });
