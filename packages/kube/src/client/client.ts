import { isNotFound } from '../error.ts';
import type { ObjectName } from '../name.ts';
import type { ResourceType } from '../object.ts';
import type { Transport } from '../transport.ts';
import type { CallOptions, Client, LogOptions } from './contract.ts';
import { objectPath } from './path.ts';
import { createRequester, type Requester } from './request.ts';
import { createResource } from './resource.ts';
import { pods } from '../kinds/index.ts';

export interface ClientOptions {
  /** Who owns the fields that this client writes, unless a call says otherwise. `kube` by default. */
  readonly fieldManager?: string;
  readonly userAgent?: string;
}

/** A client of the API behind a transport. */
export function createClient(transport: Transport, options: ClientOptions = {}): Client {
  const { fieldManager = 'kube', userAgent = fieldManager } = options;
  const requester = createRequester(transport, userAgent);
  return {
    ...requester,
    resource: (kind) => createResource({ requester, fieldManager }, kind),
    logs: (pod, options) => readLogs(requester, pod, options),
    discover: (type, options) => discover(requester, type, options),
  };
}

async function* readLogs(
  requester: Requester,
  pod: ObjectName,
  { signal, ...query }: LogOptions = {},
): AsyncGenerator<Uint8Array, void> {
  const headers = { accept: '*/*' };
  const { body } = await requester.request({
    path: objectPath(pods, pod, 'log'),
    query: { ...query },
    headers,
    signal,
  });
  if (body.kind === 'stream') yield* body.bytes;
  if (body.kind === 'object') yield* body.chunks();
}

interface ApiResourceList {
  readonly resources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
  }[];
}

async function discover(
  requester: Requester,
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  { signal }: CallOptions = {},
): Promise<ResourceType | undefined> {
  const [first = '', second] = apiVersion.split('/');
  const [group, version] = second === undefined ? ['', first] : [first, second];
  const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const { resources } = await requester.json<ApiResourceList>({ path, signal }).catch(noneWhenMissing);
  const found = resources.find((resource) => resource.kind === kind && !resource.name.includes('/'));
  return found && { group, version, kind, resource: found.name, namespaced: found.namespaced };
}

/** A group or version that nobody serves has no resources. */
function noneWhenMissing(error: unknown): ApiResourceList {
  if (!isNotFound(error)) throw error;
  return { resources: [] };
}
