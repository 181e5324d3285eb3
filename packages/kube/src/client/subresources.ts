import { pods } from '../kinds/index.ts';
import { serviceAccounts } from '../kinds/index.ts';
import type { ObjectName } from '../name.ts';
import type { CallOptions, Client, DeleteOptions } from './contract.ts';
import { objectPath } from './path.ts';

/** Deletes a pod if its disruption budgets allow it; else rejects with `TooManyRequests` (429). */
export async function evictPod(client: Client, pod: ObjectName, options: DeleteOptions = {}): Promise<void> {
  const { signal, dryRun, ...rest } = options;
  const deleteOptions = { ...rest, dryRun: dryRun ? ['All'] : undefined };
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: nameOf(pod), deleteOptions };
  await client.request({ method: 'POST', path: objectPath(pods, pod, 'eviction'), body, signal });
}

/** Gives a pod to a node, as a scheduler does. Rejects with a conflict when it has one. */
export async function bindPod(
  client: Client,
  pod: ObjectName & { readonly uid?: string },
  { node, signal }: CallOptions & { readonly node: string },
): Promise<void> {
  const target = { apiVersion: 'v1', kind: 'Node', name: node };
  // With its uid, so that another pod of the same name is not meant.
  const metadata = { ...nameOf(pod), ...(pod.uid !== undefined && { uid: pod.uid }) };
  const body = { apiVersion: 'v1', kind: 'Binding', metadata, target };
  await client.request({ method: 'POST', path: objectPath(pods, pod, 'binding'), body, signal });
}

export interface TokenOptions extends CallOptions {
  readonly audiences?: readonly string[];
  /** Seconds; the server may give less. */
  readonly expirationSeconds?: number;
}

/** A token of a service account (authentication.k8s.io/v1 TokenRequest), and until when it is good (RFC 3339). */
export async function requestToken(
  client: Client,
  account: ObjectName,
  { signal, ...spec }: TokenOptions = {},
): Promise<{ readonly token: string; readonly expirationTimestamp: string }> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
  const path = objectPath(serviceAccounts, account, 'token');
  const { status } = await client.json<TokenRequest>({ method: 'POST', path, body, signal });
  return status;
}

interface TokenRequest {
  readonly status: { readonly token: string; readonly expirationTimestamp: string };
}

const nameOf = ({ namespace, name }: ObjectName): ObjectName => ({ namespace, name });
