import {
  type Cache,
  createClient,
  deployments,
  endpointSlices,
  openCache,
  type Pod,
  pods,
  systemClock,
  systemRandom,
} from '@fairlead/kube';
import { execFile } from 'node:child_process';
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kill } from 'node:process';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { startEngine } from '../src/engine.ts';
import { connectNodes } from '../src/node/connect.ts';
import { RegistryFixture } from '../src/node/image/registry.fixture.ts';
import { endPods } from '../src/node/end-pods.ts';
import { startNode } from '../src/node/start.ts';
import { needsKubectl } from '../src/testing/kubectl.ts';

const run = promisify(execFile);
const name = { namespace: 'default', name: 'shop' };

/** Answers with its version, and says first that it is there. */
const server = `require('http').createServer((q, s) => s.end(process.env.VERSION)).listen(process.env.PORT)`;

const manifest = (image: string): object => ({
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop' },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'shop' } },
        strategy: { rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } },
        template: {
          metadata: { labels: { app: 'shop' } },
          spec: {
            terminationGracePeriodSeconds: 2,
            containers: [
              {
                name: 'web',
                image,
                command: ['node', '-e', server],
                env: [
                  { name: 'PORT', value: '8080' },
                  { name: 'VERSION', value: 'one' },
                ],
                ports: [{ name: 'http', containerPort: 8080 }],
                readinessProbe: { httpGet: { port: 'http' } },
              },
            ],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'shop' },
      spec: { selector: { app: 'shop' }, ports: [{ port: 80, targetPort: 'http' }] },
    },
  ],
});

describe('a deployment of a web server on one machine', { ...needsKubectl, timeout: 120_000 }, () => {
  const stack = new AsyncDisposableStack();
  let folder: string;
  let cache: Cache;
  let image: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'workloads-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const listen = { host: '127.0.0.1', port: 0, kubeconfig: join(folder, 'kubeconfig') };
    const node = connectNodes(() => join(folder, 'agent.sock'));
    const engine = stack.use(await startEngine({ listen, node, controllers: true, sharedNetwork: true }));
    const client = createClient(engine.transport());
    const registry = new RegistryFixture();
    image = await registry.add({});
    // What it leaves for the next agent: nobody comes.
    stack.defer(() => endPods({ dataFolder: folder, clock: systemClock }));
    const agent = await startNode({
      client,
      nodeName: 'local',
      dataFolder: folder,
      clock: systemClock,
      random: systemRandom,
      registries: registry.registries,
      fetch: registry.fetch,
      environment: { PATH: process.env['PATH'] ?? '' },
    });
    stack.defer(() => agent.close({ stopPods: true }));
    await agent.ready;
    cache = stack.use(openCache({ client, clock: systemClock, random: systemRandom }));
    for (const kind of [pods, deployments, endpointSlices]) cache.informer<never>(kind as never);
    await cache.synced();
  });
  after(() => stack.disposeAsync());

  const kubectl = async (...args: string[]): Promise<string> => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder, KUBECONFIG: join(folder, 'kubeconfig') };
    return (await run('kubectl', args, { env, timeout: 60_000 })).stdout;
  };
  const apply = async (object: object): Promise<void> => {
    const child = execFile('kubectl', ['apply', '-f', '-'], {
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, KUBECONFIG: join(folder, 'kubeconfig') },
    });
    child.stdin?.end(JSON.stringify(object));
    const [code] = await new Promise<[number | null]>((done) => child.once('exit', (code) => done([code])));
    assert.equal(code, 0);
  };
  const until = <T>(look: () => T | undefined | false): Promise<T> =>
    new Promise((done) => {
      const stops: (() => void)[] = [];
      const check = (): void => {
        const found = look();
        if (!found) return;
        stops.forEach((stop) => stop());
        done(found);
      };
      for (const informer of cache.informers()) stops.push(informer.subscribe(check));
      check();
    });

  const isReady = ({ metadata, status }: Pod): boolean =>
    metadata.deletionTimestamp === undefined &&
    status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
  const own = (): Pod[] =>
    cache
      .informer(pods)
      .list()
      .filter(({ metadata }) => metadata.labels?.['app'] === 'shop');
  const endpoints = (): string[] =>
    cache
      .informer(endpointSlices)
      .list('default')
      .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'shop')
      .flatMap(({ endpoints, ports }) =>
        endpoints.flatMap(({ addresses, conditions }) =>
          conditions?.ready === true ? [`http://${addresses[0]}:${ports?.[0]?.port}`] : [],
        ),
      );
  const answers = async (count: number): Promise<string[]> => {
    const urls = await until(() => endpoints().length === count && endpoints());
    return Promise.all(urls.map(async (url) => (await fetch(url)).text()));
  };

  test('is applied, and its service reaches all of its copies', async () => {
    await apply(manifest(image));
    await kubectl('rollout', 'status', 'deployment/shop');
    assert.deepEqual(await answers(3), ['one', 'one', 'one']);
    assert.match(await kubectl('get', 'deployment', 'shop'), /shop\s+3\/3\s+3\s+3/);
  });

  test('is scaled', async () => {
    await kubectl('scale', 'deployment/shop', '--replicas=4');
    assert.deepEqual(await answers(4), ['one', 'one', 'one', 'one']);
  });

  test('is updated with never fewer ready than it allows, and undone', async () => {
    const counts: number[] = [];
    const stop = cache.informer(pods).subscribe(() => counts.push(own().filter(isReady).length));
    await kubectl('set', 'env', 'deployment/shop', 'VERSION=two');
    await kubectl('rollout', 'status', 'deployment/shop');
    assert.deepEqual(await answers(4), ['two', 'two', 'two', 'two']);
    await kubectl('rollout', 'undo', 'deployment/shop');
    await kubectl('rollout', 'status', 'deployment/shop');
    assert.deepEqual(await answers(4), ['one', 'one', 'one', 'one']);
    stop();
    assert.ok(Math.min(...counts) >= 3, `ready copies: ${counts.join(' ')}`);
  });

  test('keeps its data in a claim, whichever pod comes', async () => {
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    };
    const pod = (name: string, line: string) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: {
        restartPolicy: 'Never',
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
        containers: [
          {
            name: 'main',
            image,
            command: ['/bin/sh', '-c', line],
            volumeMounts: [{ name: 'data', mountPath: 'data' }],
          },
        ],
      },
    });
    await apply({ apiVersion: 'v1', kind: 'List', items: [claim, pod('writer', 'echo kept > data/file')] });
    await kubectl('wait', 'pod/writer', '--for=jsonpath={.status.phase}=Succeeded', '--timeout=20s');
    await kubectl('delete', 'pod', 'writer');
    await apply(pod('reader', 'cat data/file'));
    await kubectl('wait', 'pod/reader', '--for=jsonpath={.status.phase}=Succeeded', '--timeout=20s');
    assert.equal(await kubectl('logs', 'reader'), 'kept\n');
  });

  test('shows what its copies and the machine use', async () => {
    const pods = (await kubectl('top', 'pod', '--no-headers', '--selector=app=shop')).trim().split('\n');
    assert.equal(pods.length, 4);
    for (const line of pods) assert.match(line, /^shop-\S+\s+\d+m\s+[1-9]\d*Mi\s*$/);
    assert.match(await kubectl('top', 'node', '--no-headers'), /^local\s+\d+m\s+\d+%\s+\d+Mi\s+\d+%\s*$/);
  });

  test('comes back when somebody kills one of its copies', async () => {
    const [victim] = own().filter(isReady);
    const attempt = join(folder, 'pods', victim?.metadata.uid ?? '', 'containers', 'web', '0');
    const [, line = ''] = (await readFile(join(attempt, 'identity'), 'utf8')).split('\n');
    kill(-Number(line.split(' ')[0]), 'SIGKILL');
    const restarted = await until(() => {
      const pod = cache.informer(pods).get({ namespace: 'default', name: victim?.metadata.name ?? '' });
      return (
        pod !== undefined && pod.status?.containerStatuses?.[0]?.restartCount === 1 && isReady(pod) && pod
      );
    });
    assert.equal(restarted.status?.containerStatuses?.[0]?.lastState?.terminated?.exitCode, 137);
    assert.deepEqual(await answers(4), ['one', 'one', 'one', 'one']);
  });

  test('lets go a copy whose label is changed, and makes another', async () => {
    const [orphan] = own().filter(isReady);
    const orphanName = orphan?.metadata.name ?? '';
    await kubectl('label', 'pod', orphanName, 'app=alone', '--overwrite');
    await until(() => own().filter(isReady).length === 4);
    await answers(4);
    const alone = cache.informer(pods).get({ namespace: 'default', name: orphanName });
    assert.deepEqual(alone?.metadata.ownerReferences ?? [], []);
    assert.ok(alone && isReady(alone));
    assert.equal(cache.informer(deployments).get(name)?.status?.replicas, 4);
    const told = await kubectl('describe', 'pod', orphanName);
    for (const reason of ['Scheduled', 'Pulled', 'Created', 'Started']) {
      assert.match(told, new RegExp(`Normal\\s+${reason}\\s`));
    }
  });
});
