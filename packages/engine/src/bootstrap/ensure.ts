import type { KubeObject, KubeRequest, Transport } from '@fairlead/kube';
import { keyOf, keyPrefixOf } from '../resources/registry.ts';
import type { Store } from '../store/contract.ts';

export interface Ground {
  readonly store: Store;
  /** As the server itself. */
  readonly transport: Transport;
}

interface Wish {
  readonly resource: string;
  readonly wanted: KubeObject;
  /** What the object that is there is to become; undefined when nothing is to be done. */
  readonly desired: (wanted: KubeObject, live: KubeObject | undefined) => KubeObject | undefined;
}

/** Makes an object of the server's own, or brings it up to date. */
export const ensureObject = async (
  { store, transport }: Ground,
  { resource, wanted, desired }: Wish,
): Promise<void> => {
  const { name, namespace = '' } = wanted.metadata;
  const [group = ''] = wanted.apiVersion.includes('/') ? wanted.apiVersion.split('/') : [];
  const live = store.snapshot().get(keyOf(keyPrefixOf(group, resource), namespace, name));
  const next = desired(wanted, live?.value());
  if (next === undefined) return;
  const base = wanted.apiVersion.includes('/') ? `/apis/${wanted.apiVersion}` : `/api/${wanted.apiVersion}`;
  const collection = `${base}${namespace === '' ? '' : `/namespaces/${namespace}`}/${resource}`;
  const { status, body } = await transport(
    live === undefined ? request('POST', collection, next) : request('PUT', `${collection}/${name}`, next),
  );
  if (status === 200 || status === 201) return;
  const why = body.kind === 'object' ? JSON.stringify(body.value()) : '';
  throw new Error(`${wanted.kind} ${name} could not be made: ${status} ${why}`);
};

const request = (method: KubeRequest['method'], path: string, object: KubeObject): KubeRequest => ({
  method,
  path,
  query: '',
  headers: { 'content-type': 'application/json', 'user-agent': 'kube-apiserver' },
  body: Buffer.from(JSON.stringify(object)),
});
