import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { gatewayDefinitions, startEngine } from '@fairlead/engine';
import { type Client, createClient, type KubeObject, systemClock } from '@fairlead/kube';
import { createBuildTokens, createReviewAuth } from '../../auth/index.ts';
import { createGit, createGitServer, type GitPorts, openRepositories } from '../../git/index.ts';
import { createGateway, type GatewayPorts } from '../../gateway/index.ts';
import { createRegistryClient } from '../../oci/index.ts';
import { createRegistry, openDiskStorage, type RegistryStorage } from '../../registry/index.ts';
import type { Handler } from '../listen.ts';
import { ensureKinds } from './objects.ts';
import { deployPorts } from './ports.ts';
import { parts } from './roles.ts';
import { openRegistry, servePaths } from './serve.ts';

/** The platform's servers before a real API, where people have service accounts and roles. */
export interface AccessWorld extends AsyncDisposable {
  readonly handler: Handler;
  /** A blob, and the manifest named `latest`, that are in the repositories of both Apps. */
  readonly blob: string;
  readonly manifest: string;
  /** A token of somebody with these verbs on the Apps of `team-a`. */
  tokenWith(name: string, verbs: readonly string[]): Promise<string>;
}

const app = (namespace: string, name: string) => ({
  apiVersion: 'fairlead.dev/v1alpha1',
  kind: 'App',
  metadata: { namespace, name },
  spec: {},
});

const post = (client: Client, path: string, body: object) =>
  client.json<{ readonly status?: { readonly token?: string } }>({ method: 'POST', path, body });

/** `team-a/shop` and `team-b/shop` are there; nobody has anything to do with `team-b`. */
export const openAccessWorld = async (): Promise<AccessWorld> => {
  const engine = await startEngine();
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-access-'));
  const admin = createClient(engine.transport());
  await ensureKinds(admin, gatewayDefinitions() as unknown as KubeObject[]);
  for (const namespace of ['team-a', 'team-b']) {
    await post(admin, '/api/v1/namespaces', { metadata: { name: namespace } });
    await post(admin, `/apis/fairlead.dev/v1alpha1/namespaces/${namespace}/apps`, app(namespace, 'shop'));
  }
  const storage = await openDiskStorage(join(folder, 'registry'));
  const pushed = await pushEverywhere(storage);
  const client = createClient(engine.transport(parts.platform));
  const { handler, close } = openServers({ folder, client, storage });
  return {
    handler,
    ...pushed,
    tokenWith: (name, verbs) => giveToken(admin, name, verbs),
    async [Symbol.asyncDispose]() {
      await close();
      await engine.close();
      await rm(folder, { recursive: true });
    },
  };
};

/** By a registry on the same storage that asks nobody. */
const pushEverywhere = async (storage: RegistryStorage) => {
  const open = { storage, clock: systemClock, authenticate: () => 'anybody', authorize: () => true };
  const registry = createRegistry(open);
  const client = createRegistryClient({ send: registry, origin: 'http://registry' });
  const repositories = ['team-a/shop', 'team-b/shop'].map((name) => client.repository(name));
  const [config] = await Promise.all(
    repositories.map((each) => each.pushBytes('application/vnd.oci.empty.v1+json', Buffer.from('{}'))),
  );
  if (config === undefined) throw new Error('nothing was pushed');
  const mediaType = 'application/vnd.oci.image.manifest.v1+json' as const;
  const image = { schemaVersion: 2, mediaType, config, layers: [] } as const;
  const [manifest] = await Promise.all(repositories.map((each) => each.pushManifest(image, 'latest')));
  await registry.close();
  return { blob: config.digest, manifest: manifest?.digest ?? '' };
};

interface Servers {
  readonly folder: string;
  readonly client: Client;
  readonly storage: RegistryStorage;
}

const openServers = ({ folder, client, storage }: Servers) => {
  const auth = createReviewAuth(client);
  const buildTokens = createBuildTokens(Buffer.from('key'), systemClock);
  const registry = openRegistry({ storage, clock: systemClock, auth, buildTokens });
  const git = createGit(process.env['PATH'] ?? '/usr/bin:/bin');
  const hooks = fileURLToPath(new URL('../../git', import.meta.url));
  const repositories = openRepositories({ folder: join(folder, 'git'), hooks, git, maxBytes: 1_000_000 });
  const ports: GitPorts & GatewayPorts = { ...deployPorts({ client } as never), deploy: nothingToDo };
  const handler = servePaths({
    registry,
    git: createGitServer({ auth, ports, repositories, git }),
    gateway: createGateway({ auth, ports }),
  });
  return { handler, close: () => registry.close() };
};

/** What becomes of a deploy is not what is looked at here. */
async function* nothingToDo() {
  yield { type: 'end', ok: true, text: 'deployed' } as const;
}

const giveToken = async (admin: Client, name: string, verbs: readonly string[]): Promise<string> => {
  const accounts = '/api/v1/namespaces/team-a/serviceaccounts';
  const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/team-a';
  await post(admin, accounts, { metadata: { name } });
  if (verbs.length > 0) {
    const rules = [{ apiGroups: ['fairlead.dev'], resources: ['apps'], verbs }];
    await post(admin, `${rbac}/roles`, { metadata: { name }, rules });
    await post(admin, `${rbac}/rolebindings`, {
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', namespace: 'team-a', name }],
    });
  }
  const { status } = await post(admin, `${accounts}/${name}/token`, {});
  return status?.token ?? '';
};
