import type { KubeObject, KubeResponse, ObjectMeta } from '@fairlead/kube';
import {
  type AdmissionRequest,
  admit,
  allocate,
  prepareAdmission,
  validateAdmission,
} from '../admission/chain.ts';
import { sameExceptTimes } from '../apply/same.ts';
import { equalJson } from '../schema/json.ts';
import { invalid } from '../schema/field-error.ts';
import { partRules } from '../resources/rules.ts';
import type { StoredObject } from '../store/contract.ts';
import { type Call, fieldOf, storedCall, subjectOf } from './api.ts';
import { createObject, namespaceOf } from './create.ts';
import { requestFor } from './admission-request.ts';
import { isGone } from './delete.ts';
import {
  badRequest,
  conflict,
  failure,
  invalid as invalidObject,
  modified,
  notFound,
  undeterminable,
} from './errors.ts';
import { objectKey } from './get.ts';
import { versionFault } from './list-options.ts';
import { updatedMetadata, withMetadata } from './metadata.ts';
import { readObject } from './object.ts';
import { trackOwner } from './owner.ts';
import { parseWriteOptions, type WriteOptions } from './query.ts';
import { respondObject } from './respond.ts';
import { withStatus } from './status.ts';
import { requireValid } from './validation.ts';
import { warn } from './warnings.ts';
import { asRead, inStored, valueIn } from './versions.ts';
import { putObject, removeChanged } from './write.ts';

/** PUT of an object, or of its status. */
export const update = async (call: Call): Promise<KubeResponse> => {
  const { api, resource, path } = call;
  const options = parseWriteOptions(call.query);
  const object = await readObject(call, options);
  requireSameName(call, object);
  const { subresource, namespace } = path;
  await prepareAdmission(api.admission, { operation: 'UPDATE', resource, subresource, namespace });
  const old = api.store.pending(objectKey(call));
  if (old === undefined) {
    if (!resource.definition.createOnUpdate || path.subresource !== '') throw notFound(subjectOf(call));
    const created = await createObject(call, { object, options });
    return respondObject(call, created, 201);
  }
  const stored = await replaceObject(call, { old, object, options });
  return respondObject(call, stored);
};

export const requireSameName = (call: Call, sent: KubeObject): void => {
  const name = sent.metadata?.name ?? '';
  namespaceOf(call, sent);
  if (name === call.path.name) return;
  if (name === '') throw undeterminable(call.path.name);
  throw badRequest(`the name of the object (${name}) does not match the name on the URL (${call.path.name})`);
};

/** A later write of an object: everything from the look at the old one to the write happens in one tick. */
export const replaceObject = (
  asked: Call,
  given: {
    readonly old: StoredObject;
    readonly object: KubeObject;
    readonly options: WriteOptions;
    /** An apply brings its own record of who owns which field; what the server does itself is nobody's. */
    readonly applied?: boolean;
    readonly part?: Part;
  },
): Promise<StoredObject> => {
  const call = storedCall(asked);
  const { old: stored, options, part = partOf(call) } = given;
  const old = valueIn(call.resource, stored);
  const sent = inStored(asked.resource, given.object);
  requireUnchanged(asked, sent, old);
  const draft = withKeptParts(call, { sent, old, part });
  // What admission and the server itself add belongs to no writer.
  const owned = given.applied ? draft : trackOwner(asked, { live: old, next: draft, sent, options });
  const request = requestFor(asked, { operation: 'UPDATE', object: owned, old, ...options });
  const admitted = admit(call.api.admission, request);
  const judged = completed(call, { ...request, object: admitted, old }, part);
  requireValid(call, { object: judged, old, part });
  if (part === 'object') warn(call, judged, old);
  const alongside = validateAdmission(call.api.admission, { ...request, object: judged });
  const object = asRead(asked.resource, judged);
  // A write that changes nothing is none: same version, no event.
  if (sameExceptTimes(old, object)) return call.api.store.settled().then(() => stored);
  const write = { key: stored.key, object, dryRun: options.dryRun, alongside };
  // The last finalizer went with this write.
  return isGone(call, object) ? removeChanged(call, old, write) : putObject(call, write);
};

/** With what the server gives out, and what the kind itself makes of a change. */
const completed = (
  call: Call,
  request: AdmissionRequest & { readonly old: KubeObject },
  part: Part,
): KubeObject => {
  const { old } = request;
  const supplied = part === 'object' ? allocate(call.api.admission, request) : request.object;
  const ruled = partRules(call.resource.rules, part).update?.(supplied, old) ?? supplied;
  return part === 'status' || part === 'whole' ? ruled : withGeneration(call, ruled, old);
};

/**
 * Which part of an object a write may change. `object`: all that clients decide about, its status, or what a rule of the kind
 * takes over. `whole` is for those that the server makes itself (a binding).
 */
export type Part = string;

const partOf = ({ path, resource }: Call): Part => {
  const { subresource } = path;
  return subresource === 'status' || resource.rules.parts?.[subresource] !== undefined
    ? subresource
    : 'object';
};

const requireUnchanged = (call: Call, sent: KubeObject, old: KubeObject): void => {
  const { uid = '', resourceVersion = '' } = sent.metadata ?? {};
  const { definition } = call.resource;
  // A patch that changes it meets the rule that it cannot be changed.
  if (uid !== '' && uid !== old.metadata.uid && call.request.method !== 'PATCH') {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`;
    const key = `${registryPath(call)}/${call.path.name}`;
    throw conflict(
      subjectOf(call),
      `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`,
    );
  }
  if (resourceVersion === '' || resourceVersion === '0') {
    if (definition.unconditionalUpdate || call.request.method === 'PATCH') return;
    // Kubernetes names the resource here where it names the kind elsewhere.
    throw invalidObject({ group: definition.group, kind: definition.resource, name: call.path.name }, [
      invalid('metadata.resourceVersion', 0, 'must be specified for an update'),
    ]);
  }
  if (resourceVersion === old.metadata.resourceVersion) return;
  const fault = versionFault(resourceVersion);
  throw fault === undefined ? modified(subjectOf(call)) : failure({ code: 500, message: fault });
};

/** Where etcd would have the object: this conflict comes from there, and says so. */
const registryPath = ({ resource: { definition }, path }: Call): string => {
  const { origin, group, resource } = definition;
  const kind = origin === 'custom' ? `${group}/${resource}` : resource;
  return `/registry/${kind}${path.namespace === '' ? '' : `/${path.namespace}`}`;
};

/** A write of the object leaves its status alone, and a write of the status all else. */
const withKeptParts = (
  { resource }: Call,
  { sent, old, part }: { readonly sent: KubeObject; readonly old: KubeObject; readonly part: Part },
): KubeObject => {
  const { definition } = resource;
  const metadata = updatedMetadata(sent.metadata, old.metadata);
  if (!definition.status || part === 'whole') return withMetadata(sent, metadata);
  const take = part === 'object' ? undefined : partRules(resource.rules, part).take;
  if (take !== undefined) return take(withMetadata(sent, metadata), old);
  if (part !== 'status') {
    const object = withStatus(withMetadata(sent, metadata), fieldOf(old, 'status'));
    return resource.rules.shape?.(object, old) ?? object;
  }
  // Of a custom resource nothing but the status can be changed here; built-in kinds let labels and such pass.
  const kept =
    definition.origin === 'custom'
      ? { ...old.metadata, managedFields: metadata.managedFields }
      : { ...metadata, ...keptByStatus(definition.statusKeeps, old.metadata) };
  return withStatus(withMetadata(old, kept), fieldOf(sent, 'status'));
};

const keptByStatus = (fields: readonly (keyof ObjectMeta)[] = [], old: ObjectMeta): Partial<ObjectMeta> =>
  Object.fromEntries(fields.map((field) => [field, old[field]]));

/** Rises when what is asked for changes, so that controllers can say which of it they have seen. */
const withGeneration = ({ resource }: Call, object: KubeObject, old: KubeObject): KubeObject => {
  const { definition } = resource;
  if (!definition.generation) return object;
  const same =
    equalJson(asked(object, definition.status), asked(old, definition.status)) &&
    (!definition.annotationsCount || equalJson(object.metadata.annotations, old.metadata.annotations));
  if (same) return object;
  return withMetadata(object, { ...object.metadata, generation: (old.metadata.generation ?? 0) + 1 });
};

const asked = (object: KubeObject, hasStatus: boolean): object => {
  const { metadata: _metadata, apiVersion: _version, ...rest } = object as KubeObject & { status?: unknown };
  return hasStatus ? { ...rest, status: undefined } : rest;
};
