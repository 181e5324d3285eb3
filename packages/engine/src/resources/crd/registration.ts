import type { KubeRequest, Transport } from '@fairlead/kube';
import type { Store } from '../../store/contract.ts';
import { follow } from '../follow.ts';
import { apiVersionOf, keyPrefixOf, type Registry } from '../registry.ts';
import { type Crd, definitionOf } from './definition.ts';
import { CLEANUP_FINALIZER } from './rules.ts';
import { isEstablished } from './status.ts';

const CRDS = keyPrefixOf('apiextensions.k8s.io', 'customresourcedefinitions');
const PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

interface Parts {
  readonly registry: Registry;
  readonly store: Store;
  readonly transport: Transport;
  /** Told when the background work of a deletion failed. */
  readonly onError: (error: unknown) => void;
}

/**
 * Serves what the stored definitions say, from the moment of their commit on, and deletes the objects of a
 * definition that goes. Returns what ends it.
 */
export const startRegistration = (parts: Parts): (() => void) => {
  const { registry, store, onError } = parts;
  /** Definitions that wait for their objects to go, and what ends the waiting. */
  const going = new Map<string, () => void>();
  /** The names of those whose kinds are served. */
  const served = new Set<string>();
  const serveKind = (crd: Crd): void => {
    registry.add(definitionOf(crd));
    served.add(crd.metadata.name);
  };
  const forget = (crd: Crd): void => {
    going.get(crd.metadata.name)?.();
    going.delete(crd.metadata.name);
    if (!served.delete(crd.metadata.name)) return;
    registry.remove(crd.spec.group, crd.spec.names.plural);
    retryRejected(parts).catch(onError);
  };
  const stop = follow(store, {
    prefix: CRDS,
    onObject(stored, gone) {
      const crd = stored.value() as Crd;
      if (gone) return forget(crd);
      if (isEstablished(crd)) serveKind(crd);
      // Somebody wrote over its conditions, which are ours.
      else if (served.has(crd.metadata.name)) retryRejected(parts).catch(onError);
      if (!isWaiting(crd) || going.has(crd.metadata.name)) return;
      going.set(crd.metadata.name, cleanUp(parts, crd));
    },
  });
  return () => {
    stop();
    for (const end of going.values()) end();
  };
};

const isWaiting = ({ metadata }: Crd): boolean =>
  metadata.deletionTimestamp !== undefined && (metadata.finalizers?.includes(CLEANUP_FINALIZER) ?? false);

/** Deletes the objects, and lets the definition go when the last of them is gone. */
const cleanUp = (parts: Parts, crd: Crd): (() => void) => {
  const { store, transport, onError } = parts;
  const prefix = keyPrefixOf(crd.spec.group, crd.spec.names.plural);
  const settle = (): void => {
    if (store.snapshot().count(prefix) === 0) releaseCrd(transport, crd).catch(onError);
  };
  const stop = follow(store, { prefix, onObject: (_stored, gone) => gone && settle() });
  deleteInstances(parts, crd).then(settle, onError);
  return stop;
};

const request = (method: KubeRequest['method'], path: string, body?: unknown): KubeRequest => ({
  method,
  path,
  query: '',
  headers: { 'content-type': 'application/json', 'user-agent': 'kube-apiserver' },
  ...(body !== undefined && { body: Buffer.from(JSON.stringify(body)) }),
});

/** Those with finalizers of their own stay until somebody takes these away. */
const deleteInstances = async ({ store, transport }: Parts, crd: Crd): Promise<void> => {
  const { group, names, versions } = crd.spec;
  const version = versions.find(({ served }) => served)?.name ?? '';
  const base = `/apis/${apiVersionOf(group, version)}`;
  const objects = store.snapshot().range(keyPrefixOf(group, names.plural));
  const deletions = objects.map((stored) => {
    const { name, namespace } = stored.value().metadata;
    const place = namespace === undefined ? '' : `/namespaces/${namespace}`;
    return transport(request('DELETE', `${base}${place}/${names.plural}/${name}`));
  });
  await Promise.all(deletions);
};

/** All its objects are gone: nothing keeps the definition any more. */
const releaseCrd = async (transport: Transport, { metadata }: Crd): Promise<void> => {
  const path = `${PATH}/${metadata.name}`;
  const answer = await transport(request('GET', path));
  if (answer.status !== 200 || answer.body.kind !== 'object') return;
  const live = answer.body.value() as Crd;
  if (!isWaiting(live)) return;
  const finalizers = live.metadata.finalizers?.filter((one) => one !== CLEANUP_FINALIZER);
  await transport(request('PUT', path, { ...live, metadata: { ...live.metadata, finalizers } }));
};

/** A name became free: whoever waits for it is judged again, by writing it as it is. */
const retryRejected = async ({ store, transport }: Parts): Promise<void> => {
  const waiting = store
    .snapshot()
    .range(CRDS)
    .map((stored) => stored.value() as Crd)
    .filter((crd) => !isEstablished(crd));
  await Promise.all(waiting.map((crd) => transport(request('PUT', `${PATH}/${crd.metadata.name}`, crd))));
};
