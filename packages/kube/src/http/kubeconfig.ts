import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Connection, KubeconfigContext } from './connection.ts';

/** A kubeconfig that cannot be used, and why. */
export class KubeconfigError extends Error {
  override readonly name = 'KubeconfigError';
}

export interface KubeconfigOptions {
  /** The context to use; the current one by default. */
  readonly context?: string | undefined;
}

/** Reads a kubeconfig file (client-go, `clientcmd/api/v1`). Rejects with `KubeconfigError`. */
export async function loadKubeconfig(
  path: string,
  options: KubeconfigOptions = {},
): Promise<KubeconfigContext> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new KubeconfigError(`cannot read ${path}: ${error.message}`, { cause: error });
  });
  return parseKubeconfig(text, { ...options, folder: dirname(resolve(path)) });
}

/** The same from its text; paths in it are relative to `folder`. */
export async function parseKubeconfig(
  text: string,
  { context, folder = '.' }: KubeconfigOptions & { readonly folder?: string } = {},
): Promise<KubeconfigContext> {
  const config = await parseYaml(text);
  const chosen = context ?? (config['current-context'] || undefined);
  if (chosen === undefined)
    throw new KubeconfigError('the kubeconfig has no current context and none was named');
  const { cluster, user, namespace } = pick(config.contexts, 'context', chosen).context ?? {};
  return {
    context: chosen,
    namespace: namespace || 'default',
    user: user ?? '',
    ...(await clusterPart(pick(config.clusters, 'cluster', cluster ?? '').cluster ?? {}, folder)),
    ...(user ? await userPart(pick(config.users, 'user', user).user ?? {}, folder) : {}),
  };
}

interface Kubeconfig {
  readonly 'current-context'?: string;
  readonly contexts?: readonly { readonly name: string; readonly context?: ContextEntry }[];
  readonly clusters?: readonly { readonly name: string; readonly cluster?: ClusterEntry }[];
  readonly users?: readonly { readonly name: string; readonly user?: UserEntry }[];
}

interface ContextEntry {
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
}

interface ClusterEntry {
  readonly server?: string;
  readonly 'certificate-authority'?: string;
  readonly 'certificate-authority-data'?: string;
  readonly 'insecure-skip-tls-verify'?: boolean;
  readonly 'tls-server-name'?: string;
  readonly 'proxy-url'?: string;
}

interface UserEntry {
  readonly 'client-certificate'?: string;
  readonly 'client-certificate-data'?: string;
  readonly 'client-key'?: string;
  readonly 'client-key-data'?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly as?: string;
  readonly exec?: unknown;
  readonly 'auth-provider'?: unknown;
}

async function parseYaml(text: string): Promise<Kubeconfig> {
  // Who has an address and a token does without.
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new KubeconfigError(`the kubeconfig is not YAML: ${(error as Error).message}`, { cause: error });
  }
  if (typeof value !== 'object' || value === null) throw new KubeconfigError('the kubeconfig is empty');
  return value;
}

function pick<Entry extends { readonly name: string }>(
  entries: readonly Entry[] | undefined,
  what: string,
  name: string,
): Entry {
  const found = entries?.find((entry) => entry.name === name);
  if (found === undefined) throw new KubeconfigError(`the kubeconfig has no ${what} ${name}`);
  return found;
}

async function clusterPart(cluster: ClusterEntry, folder: string): Promise<Connection> {
  if (!cluster.server || !URL.canParse(cluster.server)) {
    throw new KubeconfigError(`the kubeconfig's server is not an address: ${cluster.server ?? 'none'}`);
  }
  refuse(cluster, ['proxy-url']);
  const ca = await pem(cluster['certificate-authority-data'], cluster['certificate-authority'], folder);
  return {
    server: cluster.server,
    ...(ca !== undefined && { ca }),
    ...(cluster['insecure-skip-tls-verify'] && { insecure: true }),
    ...(cluster['tls-server-name'] && { serverName: cluster['tls-server-name'] }),
  };
}

async function userPart(user: UserEntry, folder: string): Promise<Partial<Connection>> {
  refuse(user, ['exec', 'auth-provider', 'as']);
  const cert = await pem(user['client-certificate-data'], user['client-certificate'], folder);
  const key = await pem(user['client-key-data'], user['client-key'], folder);
  const { token, tokenFile, username, password = '' } = user;
  return {
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    // As in client-go, the file wins.
    ...(tokenFile ? { tokenFile: resolve(folder, tokenFile) } : token ? { token } : {}),
    ...(username && { basic: { username, password } }),
  };
}

/** A silent half-support would connect as nobody, or past the proxy. */
function refuse(entry: object, members: readonly string[]): void {
  const found = members.find((member) => (entry as Readonly<Record<string, unknown>>)[member] !== undefined);
  if (found !== undefined)
    throw new KubeconfigError(`the kubeconfig uses ${found}, which is not supported yet`);
}

/** Inline data wins over a file, as in client-go. */
async function pem(
  data: string | undefined,
  file: string | undefined,
  folder: string,
): Promise<string | undefined> {
  if (data) return Buffer.from(data, 'base64').toString();
  if (!file) return undefined;
  return readFile(resolve(folder, file), 'utf8').catch((error: Error) => {
    throw new KubeconfigError(`cannot read ${file}: ${error.message}`, { cause: error });
  });
}
