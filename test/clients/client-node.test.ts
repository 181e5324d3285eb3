import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  ApiException,
  AppsV1Api,
  AuthorizationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  type V1ConfigMap,
  type V1Deployment,
  Watch,
} from '@kubernetes/client-node';
import { startServer, type Server } from './server.ts';

// The client that most programs in Node are written with, as it is.
describe('@kubernetes/client-node', { timeout: 120_000 }, () => {
  let server: Server;
  const config = new KubeConfig();
  let core: CoreV1Api;
  const namespace = 'default';

  before(async () => {
    server = await startServer();
    config.loadFromFile(server.kubeconfig);
    core = config.makeApiClient(CoreV1Api);
  });
  after(() => server[Symbol.asyncDispose]());

  const map = (name: string, data: Record<string, string> = {}): V1ConfigMap => ({
    metadata: { name, labels: { by: 'client-node' } },
    data,
  });
  const web: V1Deployment = {
    metadata: { name: 'web' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'web:1' }] },
      },
    },
  };
  const refusedWith = (code: number) => (error: unknown) =>
    error instanceof ApiException && error.code === code;

  it('creates, reads, replaces, patches and deletes', async () => {
    const made = await core.createNamespacedConfigMap({ namespace, body: map('one', { a: '1' }) });
    assert.ok(made.metadata?.creationTimestamp instanceof Date);
    const replaced = await core.replaceNamespacedConfigMap({
      namespace,
      name: 'one',
      body: { ...made, data: { a: '2' } },
    });
    assert.equal(replaced.data?.['a'], '2');
    const old = core.replaceNamespacedConfigMap({ namespace, name: 'one', body: { ...made, data: {} } });
    await assert.rejects(old, refusedWith(409));
    const patched = await core.patchNamespacedConfigMap(
      { namespace, name: 'one', body: { data: { b: '3' } } },
      setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
    );
    assert.deepEqual(patched.data, { a: '2', b: '3' });
    const applied = await core.patchNamespacedConfigMap(
      {
        namespace,
        name: 'one',
        fieldManager: 'tester',
        force: true,
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' }, data: { c: '4' } },
      },
      setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply),
    );
    assert.equal(applied.data?.['c'], '4');
    await core.deleteNamespacedConfigMap({ namespace, name: 'one' });
    await assert.rejects(core.readNamespacedConfigMap({ namespace, name: 'one' }), refusedWith(404));
  });

  it('lists in pages and by selectors', async () => {
    for (const name of ['p1', 'p2', 'p3'])
      await core.createNamespacedConfigMap({ namespace, body: map(name) });
    const labelSelector = 'by=client-node';
    const first = await core.listNamespacedConfigMap({ namespace, labelSelector, limit: 2 });
    assert.deepEqual(
      first.items.map(({ metadata }) => metadata?.name),
      ['p1', 'p2'],
    );
    const _continue = first.metadata?._continue ?? '';
    const rest = await core.listNamespacedConfigMap({ namespace, labelSelector, limit: 2, _continue });
    assert.deepEqual(
      rest.items.map(({ metadata }) => metadata?.name),
      ['p3'],
    );
    const named = await core.listNamespacedConfigMap({ namespace, fieldSelector: 'metadata.name=p2' });
    assert.equal(named.items.length, 1);
  });

  it('watches, and its informer follows', async () => {
    const seen: string[] = [];
    const { promise: three, resolve } = Promise.withResolvers<void>();
    const note = (type: string, object: V1ConfigMap): void => {
      seen.push(`${type} ${object.metadata?.name}`);
      if (seen.length === 3) resolve();
    };
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const { metadata } = await core.listNamespacedConfigMap({ namespace });
    const stop = await new Watch(config).watch(
      path,
      { resourceVersion: metadata?.resourceVersion },
      note,
      () => {},
    );
    const list = () => core.listNamespacedConfigMap({ namespace });
    const informer = makeInformer(config, path, list);
    await informer.start();
    await core.createNamespacedConfigMap({ namespace, body: map('watched') });
    const patch = [{ op: 'add', path: '/data', value: { a: 'b' } }];
    await core.patchNamespacedConfigMap({ namespace, name: 'watched', body: patch });
    await core.deleteNamespacedConfigMap({ namespace, name: 'watched' });
    await three;
    assert.deepEqual(seen, ['ADDED watched', 'MODIFIED watched', 'DELETED watched']);
    assert.ok(informer.get('p1', namespace) !== undefined);
    stop.abort();
    await informer.stop();
  });

  it('rolls out, scales and reads a status', async () => {
    const apps = config.makeApiClient(AppsV1Api);
    await apps.createNamespacedDeployment({ namespace, body: web });
    const scale = await apps.readNamespacedDeploymentScale({ namespace, name: 'web' });
    await apps.replaceNamespacedDeploymentScale({
      namespace,
      name: 'web',
      body: { ...scale, spec: { replicas: 3 } },
    });
    const { promise: scaled, resolve } = Promise.withResolvers<void>();
    const stop = await new Watch(config).watch(
      `/apis/apps/v1/namespaces/${namespace}/deployments`,
      {},
      (_type, object: V1Deployment) => object.status?.replicas === 3 && resolve(),
      () => {},
    );
    await scaled;
    stop.abort();
    const broken = {
      ...web,
      metadata: { name: 'broken' },
      spec: { ...web.spec, replicas: -1 },
    } as V1Deployment;
    await assert.rejects(apps.createNamespacedDeployment({ namespace, body: broken }), refusedWith(422));
  });

  it('works on objects of any kind, and asks what it may', async () => {
    const objects = KubernetesObjectApi.makeApiClient(config);
    const made = await objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
    assert.equal(made.metadata?.name, 'team');
    const custom = config.makeApiClient(CustomObjectsApi);
    const kinds = (await custom.listClusterCustomObject({
      group: 'apiextensions.k8s.io',
      version: 'v1',
      plural: 'customresourcedefinitions',
    })) as { kind: string };
    assert.equal(kinds.kind, 'CustomResourceDefinitionList');
    const review = await config.makeApiClient(AuthorizationV1Api).createSelfSubjectAccessReview({
      body: { spec: { resourceAttributes: { verb: 'get', resource: 'pods', namespace } } },
    });
    assert.equal(review.status?.allowed, true);
  });
});
