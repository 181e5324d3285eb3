import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  type Client,
  type ConfigMap,
  configMaps,
  createClient,
  type Deployment,
  deployments,
  isAlreadyExists,
  isConflict,
  isInvalid,
  isNotFound,
  openCache,
  pods,
  systemClock,
  systemRandom,
  type Transport,
} from '@fairlead/kube';
import { loadKubeconfig, openHttp } from '@fairlead/kube/http';
import { type NodeConnection, startEngine } from '../src/index.ts';

const map = (name: string, data: Record<string, string> = {}): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels: { test: 'toolkit' } },
  data,
});

const deployment: Deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: [{ name: 'web', image: 'web', env: [{ name: 'A', value: '1' }] }],
      },
    },
  },
};

/** The engine has one pod's log: what it was asked for. */
const node: NodeConnection = {
  logs: async ({ pod, container, query }) => ({
    status: 200,
    bytes: (async function* () {
      yield Buffer.from(`${pod}/${container}\n`);
      yield Buffer.from(`${query.toString()}\n`);
    })(),
  }),
};

/** The ways to an engine, which must not differ in what they say. */
const ways: Readonly<Record<string, () => Promise<{ transport: Transport; stack: AsyncDisposableStack }>>> = {
  async 'in one process'() {
    const stack = new AsyncDisposableStack();
    const engine = stack.use(await startEngine({ node, freeze: true }));
    return { transport: engine.transport(), stack };
  },
  async 'over HTTPS by a kubeconfig'() {
    const stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'toolkit-'));
    stack.defer(() => rm(folder, { recursive: true }));
    const kubeconfig = join(folder, 'kubeconfig');
    const listen = { host: '127.0.0.1', port: 0, kubeconfig };
    stack.use(await startEngine({ node, freeze: true, listen }));
    const http = stack.use(openHttp(await loadKubeconfig(kubeconfig)));
    return { transport: http.transport, stack };
  },
};

for (const [way, open] of Object.entries(ways))
  describe(`the toolkit and the engine, ${way}`, () => {
    let client: Client;
    let stack: AsyncDisposableStack;

    before(async () => {
      const opened = await open();
      stack = opened.stack;
      client = createClient(opened.transport, { fieldManager: 'first' });
    });
    after(() => stack.disposeAsync());

    it('creates, reads, replaces and deletes', async () => {
      const maps = client.resource(configMaps);
      const created = await maps.create(map('crud', { a: '1' }));
      assert.equal(created.metadata.managedFields?.[0]?.manager, 'first');
      await assert.rejects(maps.create(map('crud')), isAlreadyExists);
      assert.deepEqual((await maps.get(created.metadata)).data, { a: '1' });
      const replaced = await maps.replace({ ...created, data: { a: '2' } });
      assert.deepEqual(replaced.data, { a: '2' });
      await assert.rejects(maps.replace({ ...created, data: { a: '3' } }), isConflict);
      await assert.rejects(maps.delete(created.metadata, { preconditions: { uid: 'other' } }), isConflict);
      await maps.delete(created.metadata);
      assert.equal(await maps.find(created.metadata), undefined);
      await assert.rejects(maps.get(created.metadata), isNotFound);
    });

    it('refuses what breaks the rules of the kind, by field', async () => {
      await assert.rejects(client.resource(configMaps).create(map('No Name')), (error) => {
        assert(isInvalid(error));
        assert.equal(error.status.details?.causes?.[0]?.field, 'metadata.name');
        return true;
      });
    });

    it('patches in three languages', async () => {
      const resource = client.resource(deployments);
      await resource.create(deployment);
      const name = deployment.metadata;
      const merged = await resource.patch(name, { type: 'merge', body: { spec: { replicas: 2 } } });
      assert.equal(merged.spec.replicas, 2);
      const json = await resource.patch(name, {
        type: 'json',
        body: [{ op: 'replace', path: '/spec/replicas', value: 3 }],
      });
      assert.equal(json.spec.replicas, 3);
      const container = { name: 'web', env: [{ name: 'B', value: '2' }] };
      const body = { spec: { template: { spec: { containers: [container] } } } };
      const strategic = await resource.patch(name, { type: 'strategic', body });
      const env = strategic.spec.template.spec.containers[0]?.env?.map((each) => each.name);
      assert.deepEqual(env?.sort(), ['A', 'B']);
      assert.equal((await resource.scale.get(name)).spec?.replicas, 3);
      await resource.scale.set(name, 5);
      assert.equal((await resource.get(name)).spec.replicas, 5);
      const status = await resource.status.patch(name, { type: 'merge', body: { status: { replicas: 1 } } });
      assert.equal(status.status?.replicas, 1);
    });

    it('applies under its manager, and takes over only by force', async () => {
      const maps = client.resource(configMaps);
      const applied = await maps.apply(map('applied', { a: '1' }));
      const again = await maps.apply(map('applied', { a: '1' }));
      assert.equal(again.metadata.resourceVersion, applied.metadata.resourceVersion, 'nothing changed');
      await assert.rejects(maps.apply(map('applied', { a: '2' }), { fieldManager: 'second' }), isConflict);
      const taken = await maps.apply(map('applied', { a: '2' }), { fieldManager: 'second', force: true });
      assert.deepEqual(taken.data, { a: '2' });
      const tried = await maps.apply(map('applied', { a: '3' }), { force: true, dryRun: true });
      assert.deepEqual(tried.data, { a: '3' });
      assert.deepEqual((await maps.get(applied.metadata)).data, { a: '2' });
    });

    it('lists page by page at one moment, by label and by field', async () => {
      const maps = client.resource(configMaps);
      for (const name of ['p1', 'p2', 'p3', 'p4', 'p5'])
        await maps.create({ ...map(name), metadata: { ...map(name).metadata, labels: { page: 'yes' } } });
      const scope = { namespace: 'default', labelSelector: { matchLabels: { page: 'yes' } } };
      const pages = await Array.fromAsync(maps.pages({ ...scope, limit: 2 }));
      assert.deepEqual(
        pages.map(({ items }) => items.length),
        [2, 2, 1],
      );
      const list = await maps.list({ ...scope, limit: 2 });
      assert.deepEqual(
        list.items.map(({ metadata, kind }) => `${kind} ${metadata.name}`),
        ['p1', 'p2', 'p3', 'p4', 'p5'].map((name) => `ConfigMap ${name}`),
      );
      const one = await maps.list({ fieldSelector: 'metadata.name=p3' });
      assert.equal(one.items.length, 1);
      await maps.deleteCollection(scope);
      assert.equal((await maps.list(scope)).items.length, 0);
    });

    it('watches from a version on', async () => {
      const maps = client.resource(configMaps);
      const { metadata } = await maps.list();
      await maps.create(map('watched'));
      await maps.patch(map('watched').metadata, { type: 'merge', body: { data: { x: 'y' } } });
      await maps.delete(map('watched').metadata);
      const seen: string[] = [];
      for await (const { type } of maps.watch({
        namespace: 'default',
        resourceVersion: metadata.resourceVersion,
      })) {
        seen.push(type);
        if (seen.length === 3) break;
      }
      assert.deepEqual(seen, ['ADDED', 'MODIFIED', 'DELETED']);
    });

    it('knows which resource serves a kind', async () => {
      const found = await client.discover({ apiVersion: 'apps/v1', kind: 'Deployment' });
      assert.deepEqual(found, { ...deployments });
      assert.equal(await client.discover({ apiVersion: 'nobody.example/v1', kind: 'Deployment' }), undefined);
      assert.equal(await client.discover({ apiVersion: 'v1', kind: 'Nothing' }), undefined);
    });

    it('keeps an informer equal to the server through a hundred writes, and reads its own', async () => {
      await using cache = openCache({ client, clock: systemClock, random: systemRandom, freeze: true });
      const informer = cache.informer(configMaps, { namespace: 'default', labelSelector: 'test=toolkit' });
      await cache.synced();
      const maps = cache.client.resource(configMaps);
      for (let i = 0; i < 100; i += 1) {
        const name = `busy-${i % 7}`;
        const held = informer.get(`default/${name}`);
        if (held === undefined) await maps.create(map(name, { i: `${i}` }));
        else if (i % 5 === 0) await maps.delete(held.metadata);
        else await maps.replace({ ...held, data: { i: `${i}` } });
        assert.equal(informer.get(`default/${name}`)?.data?.i, held && i % 5 === 0 ? undefined : `${i}`);
      }
      const { items } = await maps.list({ namespace: 'default', labelSelector: 'test=toolkit' });
      const state = (all: readonly ConfigMap[]) =>
        all.map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`).sort();
      assert.deepEqual(state(informer.list()), state(items));
    });

    it('reads the log of a container', async () => {
      const name = { namespace: 'default', name: 'talker' };
      const spec = { nodeName: 'here', containers: [{ name: 'main', image: 'talker' }] };
      await client.resource(pods).create({ apiVersion: 'v1', kind: 'Pod', metadata: name, spec });
      const chunks = await Array.fromAsync(client.logs(name, { follow: true, tailLines: 5 }));
      assert.equal(Buffer.concat(chunks).toString(), 'talker/main\nfollow=true&tailLines=5\n');
      await assert.rejects(Array.fromAsync(client.logs({ ...name, name: 'none' })), isNotFound);
    });
  });
