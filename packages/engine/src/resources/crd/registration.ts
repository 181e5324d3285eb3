import type { KubeObject, KubeRequest, Transport } from '@fairlead/kube';
import type { Store } from '../../store/contract.ts';
import { apiVersionOf, keyPrefixOf, type Registry } from '../registry.ts';
import { type Crd, definitionOf } from './definition.ts';
import { CLEANUP_FINALIZER } from './rules.ts';
import { isEstablished } from './status.ts';

const CRDS = keyPrefixOf('apiextensions.k8s.io', 'customresourcedefinitions');
const PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Follows the definitions and serves what they say. */
export interface Registration {
  /** Of every committed write, before its client is answered: so a kind is served from then on. */
  written(key: string, object: KubeObject, gone: boolean): void;
}

/** Takes up the definitions that are stored; goes on with those that were going. */
export const startRegistration = (given: {
  readonly registry: Registry;
  readonly store: Store;
  readonly transport: Transport;
  /** Told when the background work of a deletion failed. */
  readonly onError: (error: unknown) => void;
}): Registration => {
  const { registry, store, onError } = given;
  const going = new Map<string, Crd>();
  const settle = (crd: Crd): void => {
    const { group, names } = crd.spec;
    if (store.snapshot().count(keyPrefixOf(group, names.plural)) > 0) return;
    releaseCrd(given.transport, crd).catch(onError);
  };
  const follow = (crd: Crd): void => {
    if (isEstablished(crd)) registry.add(definitionOf(crd));
    if (crd.metadata.deletionTimestamp === undefined) return;
    const { group, names } = crd.spec;
    going.set(keyPrefixOf(group, names.plural), crd);
    if (!crd.metadata.finalizers?.includes(CLEANUP_FINALIZER)) return;
    deleteInstances(given, crd)
      .then(() => settle(crd))
      .catch(onError);
  };
  const forget = (crd: Crd): void => {
    const { group, names } = crd.spec;
    going.delete(keyPrefixOf(group, names.plural));
    if (isEstablished(crd)) registry.remove(group, names.plural);
    retryRejected(given).catch(onError);
  };
  for (const stored of store.snapshot().range(CRDS)) follow(stored.value() as Crd);
  return {
    written(key, object, gone) {
      if (key.startsWith(CRDS)) return gone ? forget(object as Crd) : follow(object as Crd);
      if (!gone || going.size === 0) return;
      const crd = going.get(key.slice(0, key.indexOf('/', key.indexOf('/', 1) + 1) + 1));
      if (crd !== undefined) settle(crd);
    },
  };
};

type Parts = { readonly store: Store; readonly transport: Transport };

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
  if (!live.metadata.finalizers?.includes(CLEANUP_FINALIZER)) return;
  const finalizers = live.metadata.finalizers.filter((one) => one !== CLEANUP_FINALIZER);
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
