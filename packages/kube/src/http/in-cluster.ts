import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { KubeconfigContext } from './connection.ts';
import { type KubeconfigOptions, loadKubeconfig } from './kubeconfig.ts';
import { KubeconfigError } from './kubeconfig-file.ts';

type Env = Readonly<Record<string, string | undefined>>;

const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * How a pod reaches the API of its own cluster, as its service account. `folder` is where the account's
 * token, authority and namespace are mounted. Rejects with `KubeconfigError` outside a cluster.
 */
export async function inClusterConnection(
  env: Env,
  folder: string = accountFolder,
): Promise<KubeconfigContext> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (!host || !port)
    throw new KubeconfigError('this is no pod: KUBERNETES_SERVICE_HOST and _PORT are not set');
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const [ca, namespace] = await Promise.all([read('ca.crt'), read('namespace')]).catch((error: Error) => {
    throw new KubeconfigError(`the pod has no service account: ${error.message}`, { cause: error });
  });
  return {
    context: 'in-cluster',
    namespace: namespace.trim(),
    user: '',
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    ca,
    tokenFile: join(folder, 'token'),
  };
}

export interface FindOptions extends KubeconfigOptions {
  /** A kubeconfig that was named, by an option say. */
  readonly kubeconfig?: string | undefined;
  readonly env: Env;
}

/** The cluster that is meant: the kubeconfig named, that of `KUBECONFIG`, the pod's own, `~/.kube/config`. */
export function findConnection(options: FindOptions): Promise<KubeconfigContext> {
  const { kubeconfig, env } = options;
  if (kubeconfig !== undefined) return loadKubeconfig(kubeconfig, options);
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter(Boolean);
  if (listed.length > 0) return loadKubeconfig(listed, options);
  if (env['KUBERNETES_SERVICE_HOST']) return inClusterConnection(env);
  return loadKubeconfig(join(env['HOME'] ?? homedir(), '.kube', 'config'), options);
}
