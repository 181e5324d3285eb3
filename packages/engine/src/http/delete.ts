import type { KubeObject, KubeResponse, ObjectMeta, Status } from '@fairlead/kube';
import { admit, validateAdmission } from '../admission/chain.ts';
import type { StoredObject } from '../store/contract.ts';
import { requestFor } from './admission-request.ts';
import { type Call, storedCall, subjectOf } from './api.ts';
import { type DeleteOptions, readDeleteOptions } from './delete-options.ts';
import { conflict, notFound } from './errors.ts';
import { objectKey } from './get.ts';
import { timestamp, withMetadata } from './metadata.ts';
import { respondObject, respondValue } from './respond.ts';
import { valueIn } from './versions.ts';
import { putObject, removeObject } from './write.ts';

/** DELETE of one object. */
export const remove = async (call: Call): Promise<KubeResponse> => {
  const options = await readDeleteOptions(call);
  const old = call.api.store.pending(objectKey(call));
  if (old === undefined) throw notFound(subjectOf(call));
  const outcome = await deleteObject(call, { old, options });
  if (!outcome.gone || call.resource.definition.answersDeleted) return respondObject(call, outcome.stored);
  return respondValue(deletedStatus(call, outcome.stored.value().metadata.uid ?? ''));
};

/** Kubernetes answers so for what is gone at once. */
const deletedStatus = (call: Call, uid: string): Status => {
  const { group, resource } = call.resource.definition;
  const details = { name: call.path.name, ...(group !== '' && { group }), kind: resource, uid };
  // A success has no code in Kubernetes; the type asks for one for the sake of failures.
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } as unknown as Status;
};

export interface Deletion {
  readonly stored: StoredObject;
  /** False: it waits for finalizers, for its children, or for whoever runs it. */
  readonly gone: boolean;
}

/** Removes an object, or marks it as going. Decides and writes in one tick. */
export const deleteObject = async (
  asked: Call,
  given: { readonly old: StoredObject; readonly options: DeleteOptions },
): Promise<Deletion> => {
  const call = storedCall(asked);
  const { old: stored, options } = given;
  const old = valueIn(call.resource, stored);
  requirePreconditions(call, old, options);
  admitDeletion(asked, old, options);
  const marked = markedForDeletion(call, old, options);
  const write = { key: stored.key, object: marked, dryRun: options.dryRun };
  // A kind with an end of its own (a namespace) is marked first, though nothing may keep it.
  const isFirst = call.resource.rules.finished !== undefined && old.metadata.deletionTimestamp === undefined;
  if (!isFirst && isGone(call, marked)) return { stored: await removeAtOnce(call, old, write), gone: true };
  if (marked === old) {
    await call.api.store.settled();
    return { stored, gone: false };
  }
  return { stored: await putObject(call, write), gone: false };
};

/** Kinds that know of a grace (pods) are marked first, even when there is none: watchers see both. */
const removeAtOnce = async (
  call: Call,
  old: KubeObject,
  marked: { readonly key: string; readonly object: KubeObject; readonly dryRun: boolean },
): Promise<StoredObject> => {
  const isMarked = call.resource.rules.graceSeconds !== undefined;
  if (!isMarked || marked.object === old) return removeObject(call, { ...marked, object: old });
  const [, removed] = await Promise.all([putObject(call, marked), removeObject(call, marked)]);
  return removed;
};

/** Of a deletion: that it means the very object, in this very version. */
export const requirePreconditions = (
  call: Call,
  old: KubeObject,
  { uid, resourceVersion }: DeleteOptions,
): void => {
  const { metadata } = old;
  const { group, kind } = call.resource.definition;
  // Kubernetes names the kind here, not the resource.
  const subject = { group, resource: kind, name: metadata.name };
  if (uid !== undefined && uid !== metadata.uid) {
    throw conflict(
      subject,
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    throw conflict(
      subject,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    );
  }
};

const admitDeletion = (call: Call, old: KubeObject, { dryRun }: DeleteOptions): void => {
  const { name } = old.metadata;
  const request = requestFor(call, { operation: 'DELETE', object: old, old, name, dryRun });
  admit(call.api.admission, request);
  validateAdmission(call.api.admission, request);
};

/** The same object when nothing is to be said that was not said before. */
const markedForDeletion = (call: Call, old: KubeObject, options: DeleteOptions): KubeObject => {
  const { metadata } = old;
  const grace = graceFor(call, old, options);
  const finalizers = withPropagation(metadata.finalizers ?? [], policyFor(call, old, options));
  const first = metadata.deletionTimestamp === undefined;
  // A kind with an end of its own (a namespace) is on its way to it, whatever else is asked.
  if (!first && !(call.resource.rules.finished?.(old) ?? true)) return old;
  const shorter = grace < (metadata.deletionGracePeriodSeconds ?? 0);
  const sameFinalizers = finalizers.join() === (metadata.finalizers ?? []).join();
  if (!first && !shorter && sameFinalizers) return old;
  const times = first || shorter ? deletionTimes(call, grace) : {};
  const next: ObjectMeta = {
    ...metadata,
    ...times,
    ...(first && metadata.generation !== undefined && { generation: metadata.generation + 1 }),
    ...(finalizers.length > 0 ? { finalizers } : { finalizers: undefined }),
  };
  const marked = withMetadata(old, next);
  return call.resource.rules.deleting?.(marked) ?? marked;
};

const deletionTimes = (call: Call, grace: number) => ({
  deletionTimestamp: timestamp(call.api.clock.now() + grace * 1000),
  deletionGracePeriodSeconds: grace,
});

const graceFor = (call: Call, old: KubeObject, { gracePeriodSeconds }: DeleteOptions): number =>
  Math.max(0, call.resource.rules.graceSeconds?.(old, gracePeriodSeconds) ?? 0);

/** What the client says; else what an earlier deletion said; else what the kind is used to. */
const policyFor = (
  { resource }: Call,
  { metadata }: KubeObject,
  { propagationPolicy }: DeleteOptions,
): DeleteOptions['propagationPolicy'] => {
  if (propagationPolicy !== undefined) return propagationPolicy;
  const decided = metadata.finalizers?.some((one) => PROPAGATION.includes(one)) ?? false;
  return resource.definition.orphanByDefault && !decided ? 'Orphan' : undefined;
};

const PROPAGATION = ['orphan', 'foregroundDeletion'];

/** Foreground and orphan are finalizers: the garbage collector does the work and takes them away. */
const withPropagation = (
  finalizers: readonly string[],
  policy: DeleteOptions['propagationPolicy'],
): readonly string[] => {
  if (policy === undefined) return finalizers;
  const others = finalizers.filter((one) => !PROPAGATION.includes(one));
  if (policy === 'Orphan') return [...others, 'orphan'];
  return policy === 'Foreground' ? [...others, 'foregroundDeletion'] : others;
};

/** Nothing more to wait for: no finalizers, no grace, nothing that the kind itself keeps. */
export const isGone = (call: Call, object: KubeObject): boolean => {
  const { deletionTimestamp, finalizers, deletionGracePeriodSeconds } = object.metadata;
  if (deletionTimestamp === undefined || (finalizers ?? []).length > 0) return false;
  return (deletionGracePeriodSeconds ?? 0) === 0 && (call.resource.rules.finished?.(object) ?? true);
};
