import { readFile } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';

/** A kubeconfig that cannot be used, and why. */
export class KubeconfigError extends Error {
  override readonly name = 'KubeconfigError';
}

/** What one file, or several merged, say (client-go, `clientcmd/api/v1`). Paths in it are absolute. */
export interface Kubeconfig {
  readonly 'current-context'?: string;
  readonly contexts?: readonly Named<'context', ContextEntry>[];
  readonly clusters?: readonly Named<'cluster', ClusterEntry>[];
  readonly users?: readonly Named<'user', UserEntry>[];
}

type Named<Member extends string, Entry> = { readonly name: string } & {
  readonly [member in Member]?: Entry;
};

export interface ContextEntry {
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
}

export interface ClusterEntry {
  readonly server?: string;
  readonly 'certificate-authority'?: string;
  readonly 'certificate-authority-data'?: string;
  readonly 'insecure-skip-tls-verify'?: boolean;
  readonly 'tls-server-name'?: string;
  readonly 'proxy-url'?: string;
  readonly extensions?: readonly { readonly name: string; readonly extension?: unknown }[];
}

export interface UserEntry {
  readonly 'client-certificate'?: string;
  readonly 'client-certificate-data'?: string;
  readonly 'client-key'?: string;
  readonly 'client-key-data'?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly as?: string;
  readonly 'as-uid'?: string;
  readonly 'as-groups'?: readonly string[];
  readonly 'as-user-extra'?: Readonly<Record<string, readonly string[]>>;
  readonly exec?: ExecEntry;
  readonly 'auth-provider'?: unknown;
}

/** A program that gives a credential (client.authentication.k8s.io). */
export interface ExecEntry {
  readonly apiVersion?: string;
  readonly command?: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly installHint?: string;
  readonly provideClusterInfo?: boolean;
  readonly interactiveMode?: string;
}

/** The files as one: of what several say, the first counts. One file must exist, of several those that do are read. */
export async function readKubeconfigs(paths: readonly string[]): Promise<Kubeconfig> {
  const read = await Promise.all(paths.map((path) => readKubeconfig(path, paths.length > 1)));
  const found = read.filter((config) => config !== undefined);
  if (found.length === 0) throw new KubeconfigError(`there is no kubeconfig at ${paths.join(' or ')}`);
  const current = found.map((config) => config['current-context']).find(Boolean);
  return {
    ...(current !== undefined && { 'current-context': current }),
    contexts: found.flatMap(({ contexts }) => contexts ?? []),
    clusters: found.flatMap(({ clusters }) => clusters ?? []),
    users: found.flatMap(({ users }) => users ?? []),
  };
}

async function readKubeconfig(path: string, mayBeMissing: boolean): Promise<Kubeconfig | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (mayBeMissing && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new KubeconfigError(`cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
  return parseConfigText(text, dirname(resolve(path)));
}

/** The text of one file that lies in `folder`. */
export async function parseConfigText(text: string, folder: string): Promise<Kubeconfig> {
  // Who has an address and a token does without.
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new KubeconfigError(`the kubeconfig is not YAML: ${(error as Error).message}`, { cause: error });
  }
  if (typeof value !== 'object' || value === null) throw new KubeconfigError('the kubeconfig is empty');
  return withAbsolutePaths(value, folder);
}

function withAbsolutePaths(config: Kubeconfig, folder: string): Kubeconfig {
  const clusters = (config.clusters ?? []).map(({ name, cluster = {} }) => ({
    name,
    cluster: absolute(cluster, ['certificate-authority'], folder),
  }));
  const users = (config.users ?? []).map(({ name, user = {} }) => {
    const entry = absolute(user, ['client-certificate', 'client-key', 'tokenFile'], folder);
    return { name, user: { ...entry, ...(entry.exec && { exec: absoluteCommand(entry.exec, folder) }) } };
  });
  return { ...config, clusters, users };
}

const absolute = <Entry extends object>(
  entry: Entry,
  members: readonly (keyof Entry)[],
  folder: string,
): Entry => {
  const given = members.filter((member) => entry[member]);
  const paths = given.map((member) => [member, resolve(folder, String(entry[member]))] as const);
  return { ...entry, ...Object.fromEntries(paths) };
};

/** A bare name is looked for in PATH. */
const absoluteCommand = (exec: ExecEntry, folder: string): ExecEntry =>
  exec.command?.includes(sep) ? { ...exec, command: resolve(folder, exec.command) } : exec;
