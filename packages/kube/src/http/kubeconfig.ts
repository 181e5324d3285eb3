import { readFile } from 'node:fs/promises';
import { type Clock, systemClock } from '../clock.ts';
import type { Connection, Impersonation, KubeconfigContext } from './connection.ts';
import { execCredentials } from './exec-credentials.ts';
import {
  type ClusterEntry,
  type ExecEntry,
  type Kubeconfig,
  KubeconfigError,
  parseConfigText,
  readKubeconfigs,
  type UserEntry,
} from './kubeconfig-file.ts';

export interface KubeconfigOptions {
  /** The context to use; the current one by default. */
  readonly context?: string | undefined;
  /** What a credential plugin is run with besides its own variables. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A person sits at the standard input, whom a plugin may ask. */
  readonly isInteractive?: boolean;
  readonly clock?: Clock;
}

/** Reads a kubeconfig file, or several as one (as `KUBECONFIG` names them). Rejects with `KubeconfigError`. */
export async function loadKubeconfig(
  path: string | readonly string[],
  options: KubeconfigOptions = {},
): Promise<KubeconfigContext> {
  return connectionIn(await readKubeconfigs(typeof path === 'string' ? [path] : path), options);
}

/** The same from its text; paths in it are relative to `folder`. */
export async function parseKubeconfig(
  text: string,
  { folder = '.', ...options }: KubeconfigOptions & { readonly folder?: string } = {},
): Promise<KubeconfigContext> {
  return connectionIn(await parseConfigText(text, folder), options);
}

async function connectionIn(config: Kubeconfig, options: KubeconfigOptions): Promise<KubeconfigContext> {
  const chosen = options.context ?? (config['current-context'] || undefined);
  if (chosen === undefined)
    throw new KubeconfigError('the kubeconfig has no current context and none was named');
  const context = pick(config.contexts, 'context', chosen).context ?? {};
  const cluster = pick(config.clusters, 'cluster', context.cluster ?? '').cluster ?? {};
  const user = context.user ? (pick(config.users, 'user', context.user).user ?? {}) : {};
  const reached = await clusterPart(cluster);
  return {
    context: chosen,
    namespace: context.namespace || 'default',
    user: context.user ?? '',
    ...reached,
    ...(await userPart(user)),
    ...(user.exec && !saysWho(user) && { credentials: plugin(user.exec, { cluster, reached }, options) }),
  };
}

/** A plugin is not asked by who has a token or a certificate, as in client-go. */
const saysWho = (user: UserEntry): boolean =>
  Boolean(user.token || user.tokenFile || user['client-certificate'] || user['client-certificate-data']);

function plugin(
  exec: ExecEntry,
  { cluster, reached }: { readonly cluster: ClusterEntry; readonly reached: Connection },
  { env = {}, isInteractive = false, clock = systemClock }: KubeconfigOptions,
): NonNullable<Connection['credentials']> {
  const extension = cluster.extensions?.find(({ name }) => name === 'client.authentication.k8s.io/exec');
  const config = extension?.extension;
  return execCredentials({ exec, cluster: { ...reached, config }, env, isInteractive, clock });
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

const proxies = /^(https?|socks5):$/;

async function clusterPart(cluster: ClusterEntry): Promise<Connection> {
  if (!cluster.server || !URL.canParse(cluster.server)) {
    throw new KubeconfigError(`the kubeconfig's server is not an address: ${cluster.server ?? 'none'}`);
  }
  const { 'proxy-url': proxy, 'tls-server-name': serverName, 'insecure-skip-tls-verify': insecure } = cluster;
  if (proxy && !proxies.test(URL.parse(proxy)?.protocol ?? '')) {
    throw new KubeconfigError(`the kubeconfig's proxy-url must begin with http, https or socks5: ${proxy}`);
  }
  const ca = await pem(cluster['certificate-authority-data'], cluster['certificate-authority']);
  if (ca !== undefined && insecure)
    throw new KubeconfigError('the kubeconfig names a certificate-authority and skips its use');
  return {
    server: cluster.server,
    ...(proxy && { proxy }),
    ...(ca !== undefined && { ca }),
    ...(insecure && { insecure }),
    ...(serverName && { serverName }),
  };
}

async function userPart(user: UserEntry): Promise<Partial<Connection>> {
  refuse(user, 'auth-provider', 'which Kubernetes has given up: use exec');
  refuse(user, 'username', 'and Kubernetes takes no passwords: use a token');
  const cert = await pem(user['client-certificate-data'], user['client-certificate']);
  const key = await pem(user['client-key-data'], user['client-key']);
  if ((cert === undefined) !== (key === undefined))
    throw new KubeconfigError('the kubeconfig has a client certificate or its key, and not both');
  const { token, tokenFile } = user;
  const impersonate = impersonation(user);
  return {
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    // As in client-go, the file wins.
    ...(tokenFile ? { tokenFile } : token ? { token } : {}),
    ...(impersonate && { impersonate }),
  };
}

function impersonation(entry: UserEntry): Impersonation | undefined {
  const { as: user, 'as-uid': uid, 'as-groups': groups, 'as-user-extra': extra } = entry;
  if (user) return { user, ...(groups && { groups }), ...(uid && { uid }), ...(extra && { extra }) };
  if (uid || groups || extra)
    throw new KubeconfigError('the kubeconfig says as-uid, as-groups or as-user-extra without as');
  return undefined;
}

/** A silent half-support would connect as nobody. */
function refuse(user: UserEntry, member: keyof UserEntry, why: string): void {
  if (user[member] !== undefined && user[member] !== '')
    throw new KubeconfigError(`the kubeconfig uses ${member}, ${why}`);
}

/** Inline data wins over a file, as in client-go. */
async function pem(data: string | undefined, file: string | undefined): Promise<string | undefined> {
  if (data) return Buffer.from(data, 'base64').toString();
  if (!file) return undefined;
  return readFile(file, 'utf8').catch((error: Error) => {
    throw new KubeconfigError(`cannot read ${file}: ${error.message}`, { cause: error });
  });
}
