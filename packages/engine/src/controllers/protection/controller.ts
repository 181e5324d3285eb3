import {
  type Controller,
  done,
  isNotFound,
  type ObjectName,
  type Outcome,
  type Pod,
  pods,
  startController,
  watch,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import type { StartOptions } from '../start.ts';
import { claimsOf, type Protected, protectedKinds } from './kinds.ts';

/** One for each kind of storage that is held while it is used. */
export const startStorageProtection = (options: StartOptions): readonly Controller[] =>
  protectedKinds.map((kind) => startProtection(kind, options));

function startProtection(protection: Protected, { cache, recorder, onPass }: StartOptions): Controller {
  const name = `${protection.kind.resource}-protection-controller`;
  const used = (pod: Pod): readonly ObjectName[] =>
    claimsOf(pod).map((claim) => ({ namespace: pod.metadata.namespace ?? '', name: claim }));
  return startController({
    name,
    cache,
    ...(onPass && { onPass }),
    for: protection.kind,
    when: ({ after }) => after?.metadata.deletionTimestamp !== undefined,
    watches: protection.kind.namespaced
      ? [watch({ kind: pods, map: used, when: ({ after }) => after === undefined })]
      : [],
    reconcile: (object, context) =>
      reconcileProtection(object, protection, { ...context, recorder: recorder(name) }),
  });
}

/** Lets go what is to be deleted and nobody uses. */
async function reconcileProtection(
  name: ObjectName,
  { kind, finalizer, isUsed }: Protected,
  { cache, client }: ControllerContext,
): Promise<Outcome> {
  const object = cache.informer(kind).get(name);
  if (object === undefined || object.metadata.deletionTimestamp === undefined) return done;
  const { uid, resourceVersion, namespace, finalizers = [] } = object.metadata;
  if (!finalizers.includes(finalizer)) return done;
  // Asked of the server: a pod that was just bound may use it.
  const users = namespace === undefined ? [] : (await client.resource(pods).list({ namespace })).items;
  if (isUsed(object, users)) return done;
  const kept = finalizers.filter((one) => one !== finalizer);
  const body = { metadata: { uid, resourceVersion, finalizers: kept } };
  try {
    await client.resource(kind).patch(name, { type: 'merge', body });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return done;
}
