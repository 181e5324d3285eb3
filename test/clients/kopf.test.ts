import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  type Cache,
  type Client,
  createClient,
  events,
  type KubeObject,
  kind,
  openCache,
  persistentVolumeClaims,
  systemClock,
  systemRandom,
} from '@fairlead/kube';
import { loadKubeconfig, openHttp } from '@fairlead/kube/http';
import { parse } from 'yaml';
import { startServer } from './server.ts';

/** A Python that has kopf; `.ci/run` makes one. */
const python = process.env['FAIRLEAD_TEST_PYTHON'] ?? 'python3';
const hasKopf = spawnSync(python, ['-c', 'import kopf, kubernetes'], { stdio: 'ignore' }).status === 0;
const folder = join(import.meta.dirname, 'kopf');

interface Claim extends KubeObject {
  readonly spec: { readonly size?: string };
  readonly status?: { readonly create_fn?: { readonly 'pvc-name'?: string } };
}

const type = {
  group: 'example.com',
  version: 'v1',
  kind: 'EphemeralVolumeClaim',
  resource: 'ephemeralvolumeclaims',
};
const claims = kind<Claim>({ ...type, namespaced: true });
const name = { namespace: 'default', name: 'my-claim' };

describe('an operator written with kopf', {
  skip: hasKopf ? false : "needs Python's kopf package",
  timeout: 120_000,
}, () => {
  const stack = new AsyncDisposableStack();
  let client: Client;
  let cache: Cache;

  /** Waits until an object of a kind is as it should be. */
  const find = <T extends KubeObject>(
    kind: Parameters<typeof cache.informer<T>>[0],
    is: (object: T) => boolean,
  ) =>
    new Promise<T>((resolve) => {
      cache.informer(kind).subscribe(({ after }) => {
        if (after !== undefined && is(after)) resolve(after);
      });
    });
  const declare = (size?: string, labels = {}) => {
    const spec = size === undefined ? {} : { size };
    const object = { apiVersion: 'example.com/v1', kind: type.kind, metadata: { ...name, labels }, spec };
    return client.resource(claims).apply(object, { force: true });
  };
  const childWith = (is: (child: KubeObject) => boolean) =>
    find(persistentVolumeClaims, (child) => child.metadata.name === name.name && is(child));

  before(async () => {
    const server = stack.use(await startServer());
    const http = stack.use(openHttp(await loadKubeconfig(server.kubeconfig)));
    client = createClient(http.transport);
    cache = stack.use(openCache({ client, clock: systemClock, random: systemRandom }));
    const body = parse(await readFile(join(folder, 'crd.yaml'), 'utf8')) as object;
    await client.json({
      method: 'POST',
      path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      body,
    });
    const args = ['-m', 'kopf', 'run', '--standalone', '--namespace=default', join(folder, 'operator.py')];
    const env = { ...process.env, KUBECONFIG: server.kubeconfig };
    const operator = spawn(python, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    operator.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    stack.defer(async () => {
      const ended = once(operator, 'exit');
      operator.kill('SIGTERM');
      await ended;
      assert.doesNotMatch(said, /Traceback/, said);
    });
  });
  after(() => stack.disposeAsync());

  it('makes a child for what it sees, remembers it in the status, and tells of it', async () => {
    await declare('1G');
    const child = await childWith(() => true);
    assert.equal(child.metadata.ownerReferences?.[0]?.kind, type.kind);
    const claim = await find(claims, ({ status }) => status?.create_fn !== undefined);
    assert.equal(claim.status?.create_fn?.['pvc-name'], name.name);
    assert.deepEqual(claim.metadata.finalizers, ['kopf.zalando.org/KopfFinalizerMarker']);
    await find(events, ({ message = '' }) => message.includes('PVC child is created'));
  });

  it('follows a change, and a change of labels alone', async () => {
    await declare('2G');
    await childWith(({ metadata }) => metadata.annotations?.['size'] === '2G');
    await declare('2G', { application: 'some-app' });
    await childWith(({ metadata }) => metadata.labels?.['application'] === 'some-app');
  });

  it('lets go of what is deleted; its child goes with it', async () => {
    await client.resource(claims).delete(name);
    const gone = <T extends KubeObject>(kind: Parameters<typeof cache.informer<T>>[0]) =>
      new Promise<void>((resolve) => {
        cache.informer(kind).subscribe(({ before, after }) => {
          if (before?.metadata.name === name.name && after === undefined) resolve();
        });
        if (cache.informer(kind).hasSynced && cache.informer(kind).get(name) === undefined) resolve();
      });
    await gone(claims);
    await gone(persistentVolumeClaims);
  });

  it('says what is wrong with what it cannot do, and does not try it again', async () => {
    await declare();
    await find(events, ({ type, reason }) => type === 'Warning' && reason === 'NoSize');
    assert.equal(await client.resource(persistentVolumeClaims).find(name), undefined);
  });
});
