import { createClient, type Pod, pods, systemClock, systemRandom } from '@fairlead/kube';
import { loadKubeconfig, openHttp } from '@fairlead/kube/http';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startEngine } from '../engine.ts';
import { RegistryFixture } from './image/registry.fixture.ts';
import type { RunningContainer } from './process/contract.ts';
import { openProcessDriver } from './process/driver.ts';
import { readIdentity } from './process/identity.ts';
import { endPods } from './end-pods.ts';
import { startNode } from './start.ts';
import { condition, script } from './world.fixture.ts';

test('a node goes on while the API is away, and tells what happened when it is back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'outage-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const openEngine = (port: number) =>
    startEngine({
      store: { data: folder },
      listen: { host: '127.0.0.1', port, kubeconfig },
      controllers: true,
    });
  let engine = await openEngine(0);
  const port = Number(new URL(engine.url ?? '').port);
  const http = openHttp(await loadKubeconfig(kubeconfig));
  const registry = new RegistryFixture();
  const node = await startNode({
    client: createClient(http.transport),
    nodeName: 'n1',
    dataFolder: join(folder, 'node'),
    clock: systemClock,
    random: systemRandom,
    registries: registry.registries,
    fetch: registry.fetch,
    environment: { PATH: process.env['PATH'] ?? '' },
  });
  await node.ready;
  const name = { namespace: 'default', name: 'web' };
  const image = await registry.add({});
  await createClient(engine.transport())
    .resource(pods)
    .create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: name,
      spec: {
        nodeName: 'n1',
        terminationGracePeriodSeconds: 1,
        containers: [script('web', image, 'console.log("up"); setInterval(() => {}, 1000)')],
      },
    });
  await until(engine, (pod) => condition(pod, 'Ready') === 'True');
  await engine.close();

  const { pid, container } = await onlyContainer(folder);
  container.signal('SIGKILL');
  await container.ended;
  engine = await openEngine(port);
  const back = Date.now();
  const pod = await until(engine, ({ status }) => status?.containerStatuses?.[0]?.restartCount === 1);
  assert.ok(Date.now() - back < 4000, `told after ${Date.now() - back} ms`);
  assert.equal(pod.status?.containerStatuses?.[0]?.lastState?.terminated?.exitCode, 137);
  assert.notEqual((await onlyContainer(folder)).pid, pid);

  await node.close({ stopPods: true });
  await endPods({ dataFolder: join(folder, 'node'), clock: systemClock });
  await http.close();
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

async function until(
  engine: Awaited<ReturnType<typeof startEngine>>,
  holds: (pod: Pod) => boolean,
): Promise<Pod> {
  const signal = AbortSignal.timeout(15_000);
  const keepAlive = setTimeout(() => {}, 15_000);
  const watch = createClient(engine.transport()).resource(pods).watch({ namespace: 'default', signal });
  try {
    for await (const { type, object } of watch) if (type !== 'ERROR' && holds(object)) return object;
  } finally {
    clearTimeout(keepAlive);
  }
  throw new Error('it did not come so far');
}

async function onlyContainer(folder: string): Promise<{ pid: number; container: RunningContainer }> {
  const driver = openProcessDriver({ clock: systemClock });
  const [attempt = '', ...others] = await driver.list(folder);
  assert.deepEqual(others, []);
  const [container, identity] = [await driver.adopt(attempt), await readIdentity(attempt)];
  assert.ok(container !== undefined && typeof identity === 'object');
  return { pid: identity.pid, container };
}
