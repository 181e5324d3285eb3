import { annotations, type App, labels, type Release, rollbackMark } from '@fairlead/api';
import {
  type Client,
  type JsonPatchOperation,
  type Kind,
  type KubeObject,
  secrets as secretKind,
} from '@fairlead/kube';
import { apps, releases } from './kinds.ts';
import type { Recipe, Workshop } from './workshop.fixture.ts';

/** What a person does with an app, and gets to see of it. The app is `shop` unless told. */
export interface Person {
  create(name?: string, spec?: App['spec']): Promise<void>;
  /** A push, as the git server and the upload make it. */
  push(recipe: Recipe & { readonly commit?: string; readonly app?: string }): Promise<void>;
  /** `config set`, as the command line does it: one immutable Secret with all values, then the App. */
  configure(values: Readonly<Record<string, string>>, secret: string): Promise<void>;
  scale(process: string, replicas: number, app?: string): Promise<void>;
  /** `rollback`, as the command line does it. */
  rollback(version: number): Promise<void>;
  change(operations: readonly JsonPatchOperation[], app?: string): Promise<void>;
  app(name?: string): Promise<App>;
  /** What the status says in short: `Running 1/1 v2 (v2 serves) Running`. */
  state(name?: string): Promise<string>;
  condition(type: string, name?: string): Promise<{ status: string; reason: string; message: string }>;
  release(version: number, app?: string): Promise<Release>;
  /** `v1 created: Succeeded`, oldest first. */
  ledger(app?: string): Promise<string[]>;
  one<T extends KubeObject>(kind: Kind<T>, name: string): Promise<T>;
  find<T extends KubeObject>(kind: Kind<T>, name: string): Promise<T | undefined>;
  /** But for the Service of the API itself, which every cluster has. */
  all<T extends KubeObject>(kind: Kind<T>): Promise<readonly T[]>;
}

const named = (name: string) => ({ namespace: 'default', name });
const apiVersion = 'fairlead.dev/v1alpha1' as const;
const byAda = { [annotations.changedBy]: 'ada' };

export const personIn = (client: Client, workshop: Workshop): Person => {
  const looks = looksOf(client);
  return { ...looks, ...deedsOf(client, workshop, looks) };
};

type Looks = ReturnType<typeof looksOf>;

const looksOf = (client: Client) => {
  const app = (name = 'shop'): Promise<App> => client.resource(apps).get(named(name));
  const releasesOf = async (name: string): Promise<Release[]> => {
    const { items } = await client.resource(releases).list({ namespace: 'default' });
    return items.filter(({ spec }) => spec.app === name).toSorted((a, b) => a.spec.version - b.spec.version);
  };
  return {
    app,
    releasesOf,
    state: async (name?: string): Promise<string> => {
      const { phase, ready, release, serving, conditions } = (await app(name)).status ?? {};
      const reason = conditions?.find(({ type }) => type === 'Ready')?.reason;
      return `${phase} ${ready} v${release}${serving === undefined ? '' : ` (v${serving} serves)`} ${reason}`;
    },
    condition: async (type: string, name?: string) => {
      const found = (await app(name)).status?.conditions?.find((each) => each.type === type);
      if (found === undefined) throw new Error(`there is no condition ${type}`);
      return { status: found.status, reason: found.reason, message: found.message };
    },
    release: (version: number, name = 'shop'): Promise<Release> =>
      client.resource(releases).get(named(`${name}-v${version}`)),
    ledger: async (name = 'shop'): Promise<string[]> =>
      (await releasesOf(name)).map(
        ({ spec, status }) => `v${spec.version} ${spec.summary}: ${status?.phase ?? 'nothing yet'}`,
      ),
    one: <T extends KubeObject>(kind: Kind<T>, name: string): Promise<T> =>
      client.resource(kind).get(named(name)),
    find: <T extends KubeObject>(kind: Kind<T>, name: string): Promise<T | undefined> =>
      client.resource(kind).find(named(name)),
    all: async <T extends KubeObject>(kind: Kind<T>): Promise<readonly T[]> => {
      const { items } = await client.resource(kind).list({ namespace: 'default' });
      return items.filter(({ metadata }) => metadata.name !== 'kubernetes');
    },
  };
};

const deedsOf = (client: Client, workshop: Workshop, looks: Looks) => {
  const change = async (operations: readonly JsonPatchOperation[], app = 'shop'): Promise<void> => {
    await client.resource(apps).patch(named(app), { type: 'json', body: operations });
  };
  let requests = 0;
  return {
    change,
    create: async (name = 'shop', spec: App['spec'] = {}): Promise<void> => {
      const metadata = { ...named(name), annotations: byAda };
      await client.resource(apps).create({ apiVersion, kind: 'App', metadata, spec });
    },
    push: async ({ commit, app = 'shop', ...recipe }: Parameters<Person['push']>[0]): Promise<void> => {
      const artifact = { digest: workshop.source(recipe), ...(commit === undefined ? {} : { commit }) };
      const metadata = { ...named(app), annotations: byAda };
      const spec = { source: { artifact }, buildRequest: `request ${(requests += 1)}` };
      await client
        .resource(apps)
        .apply({ apiVersion, kind: 'App', metadata, spec }, { fieldManager: 'fairlead-deploy', force: true });
    },
    configure: async (values: Readonly<Record<string, string>>, secret: string): Promise<void> => {
      await client.resource(secretKind).create(secretOf(values, secret));
      const env = Object.keys(values).map((key) => ({
        name: key,
        valueFrom: { secretKeyRef: { name: secret, key } },
      }));
      await change([{ op: 'add', path: '/spec/env', value: env }]);
    },
    scale: async (process: string, replicas: number, name?: string): Promise<void> => {
      const { processes = {} } = (await looks.app(name)).spec;
      const value = { ...processes, [process]: { ...processes[process], replicas } };
      await change([{ op: 'add', path: '/spec/processes', value }], name);
    },
    rollback: (version: number): Promise<void> => rollback(version, { looks, change }),
  };
};

/** As `packages/cli/src/commands/releases/rollback.ts`, for an app whose commands are its Procfile's. */
const rollback = async (
  version: number,
  { looks, change }: { looks: Looks; change: Person['change'] },
): Promise<void> => {
  const app = await looks.app();
  const newest = (await looks.releasesOf('shop')).at(-1)?.spec.version ?? 0;
  const { source, env } = (await looks.release(version)).spec;
  const gone = app.spec.env === undefined ? [] : ([{ op: 'remove', path: '/spec/env' }] as const);
  const mark = annotations.rolledBackTo.replaceAll('/', '~1');
  await change([
    { op: 'add', path: `/metadata/annotations/${mark}`, value: rollbackMark(version, newest) },
    { op: 'add', path: '/spec/source', value: source ?? {} },
    ...(env === undefined ? gone : ([{ op: 'add', path: '/spec/env', value: env }] as const)),
  ]);
};

const secretOf = (values: Readonly<Record<string, string>>, name: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { ...named(name), labels: { [labels.app]: 'shop' } },
  immutable: true,
  data: Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  ),
});
