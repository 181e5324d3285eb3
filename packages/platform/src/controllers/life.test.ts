import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { annotations } from '@fairlead/api';
import {
  deployments,
  endpointSlices,
  httpRoutes,
  jobs,
  type KubeObject,
  pods,
  services,
} from '@fairlead/kube';
import { apps, images, releases } from './index.ts';
import { openPlatformWorld, type PlatformWorld } from './world.fixture.ts';

/** An app that runs its first code as v2. */
const deployed = async (): Promise<PlatformWorld> => {
  const world = await openPlatformWorld();
  await world.create();
  await world.push({ text: 'one', commit: '3f2c1a9d0e55' });
  await world.rest();
  return world;
};

const readyCount = async (world: PlatformWorld): Promise<number> => {
  const slices = await world.all(endpointSlices);
  return slices.flatMap(({ endpoints }) => endpoints).filter(({ conditions }) => conditions?.ready).length;
};

describe('an app', () => {
  it('is created as v1, and waits for its first push', async () => {
    await using world = await openPlatformWorld();
    await world.create();
    await world.rest();
    assert.deepEqual(await world.ledger(), ['v1 created: Succeeded']);
    assert.equal((await world.release(1)).spec.image, undefined);
    assert.equal((await world.release(1)).spec.changedBy, 'ada');
    assert.equal(await world.state(), 'Pending 0/0 v1 NoSource');
    assert.equal((await world.app()).status?.url, 'http://shop.test');
    assert.equal((await world.all(deployments)).length, 0);
  });

  it('runs its first source as v2, and answers at its address', async () => {
    await using world = await deployed();
    assert.deepEqual(await world.ledger(), ['v1 created: Succeeded', 'v2 deployed 3f2c1a9: Succeeded']);
    assert.equal(await world.state(), 'Running 1/1 v2 (v2 serves) Running');
    const [image] = await world.all(images);
    assert.equal(image?.status?.method, 'compose');
    const deployment = await world.one(deployments, 'shop-web');
    assert.equal(deployment.spec.template.spec.containers[0]?.image, image?.status?.reference);
    assert.deepEqual(deployment.spec.template.spec.containers[0]?.args, ['python3', 'app.py']);
    const route = (await world.all(httpRoutes))[0];
    assert.deepEqual(route?.spec.hostnames, ['shop.test']);
    assert.equal(route?.spec.rules?.[0]?.backendRefs?.[0]?.name, 'shop');
    assert.equal((await world.one(services, 'shop')).spec.ports?.[0]?.targetPort, 'http');
    assert.equal(await readyCount(world), 1);
    assert.equal((await world.condition('Routed')).reason, 'Routed');
  });

  it('is scaled without a release', async () => {
    await using world = await deployed();
    await world.scale('web', 5);
    await world.rest();
    assert.equal((await world.ledger()).length, 2);
    assert.equal(await world.state(), 'Running 5/5 v2 (v2 serves) Running');
    assert.equal(await readyCount(world), 5);
    await world.scale('web', 0);
    await world.rest();
    assert.equal(await world.state(), 'Stopped 0/0 v2 (v2 serves) ScaledToZero');
    assert.equal((await world.all(pods)).length, 0);
  });

  it('makes a release of every change of its configuration, and says what changed', async () => {
    await using world = await deployed();
    await world.configure({ A: '1', B: '2' }, 'shop-env-1');
    await world.rest();
    await world.configure({ A: '1', B: '3' }, 'shop-env-2');
    await world.rest();
    await world.configure({ B: '3', C: '4' }, 'shop-env-3');
    await world.rest();
    assert.deepEqual((await world.ledger()).slice(2), [
      'v3 added A, B: Succeeded',
      'v4 changed B: Succeeded',
      'v5 added C, removed A: Succeeded',
    ]);
    const [container] = (await world.one(deployments, 'shop-web')).spec.template.spec.containers;
    const names = container?.env?.map(({ name, valueFrom }) => [name, valueFrom?.secretKeyRef?.name]);
    assert.deepEqual(names, [
      ['PORT', undefined],
      ['B', 'shop-env-3'],
      ['C', 'shop-env-3'],
    ]);
    assert.deepEqual(world.workshop.calls, ['plan', 'compose'], 'configuration builds nothing');
  });

  it('takes the same values in another Secret for the same configuration', async () => {
    await using world = await deployed();
    await world.configure({ A: '1' }, 'shop-env-1');
    await world.rest();
    await world.configure({ A: '1' }, 'shop-env-2');
    await world.rest();
    assert.equal((await world.ledger()).length, 3);
    assert.equal(await world.state(), 'Running 1/1 v3 (v3 serves) Running');
  });

  it('makes no release when nothing changed', async () => {
    await using world = await deployed();
    const before = await world.app();
    await world.push({ text: 'one', commit: '3f2c1a9d0e55' });
    await world.rest();
    assert.equal((await world.ledger()).length, 2);
    const { metadata, status } = await world.app();
    assert.notEqual(metadata.generation, before.metadata.generation);
    assert.equal(status?.observedGeneration, metadata.generation, 'and says that it has seen it');
  });

  it('goes back to image and configuration of a release, as a new one that is not built', async () => {
    await using world = await deployed();
    const first = (await world.release(2)).spec.image;
    await world.configure({ A: '1' }, 'shop-env-1');
    await world.rest();
    await world.push({ text: 'two', commit: 'bbbbbbbbbbbb' });
    await world.rest();
    assert.deepEqual((await world.ledger()).slice(2), [
      'v3 added A: Succeeded',
      'v4 deployed bbbbbbb: Succeeded',
    ]);
    const calls = world.workshop.calls.length;

    await world.rollback(2);
    await world.rest();
    assert.deepEqual((await world.ledger()).slice(4), ['v5 rolled back to v2: Succeeded']);
    const { image, env } = (await world.release(5)).spec;
    assert.deepEqual(image, first);
    assert.equal(env, undefined);
    assert.deepEqual(world.workshop.calls.slice(calls), [], 'nothing is planned or built');

    // What comes after the rollback is told as what it is, even when it leads to an old state again.
    await world.configure({ A: '1' }, 'shop-env-2');
    await world.rest();
    await world.change([{ op: 'remove', path: '/spec/env' }]);
    await world.rest();
    assert.deepEqual((await world.ledger()).slice(5), ['v6 added A: Succeeded', 'v7 removed A: Succeeded']);
  });

  it('goes back twice to the same release', async () => {
    await using world = await deployed();
    for (const text of ['two', 'three']) {
      await world.push({ text, commit: text.padEnd(9, 'x') });
      await world.rest();
      await world.rollback(2);
      await world.rest();
    }
    assert.deepEqual((await world.ledger()).slice(2), [
      'v3 deployed twoxxxx: Succeeded',
      'v4 rolled back to v2: Succeeded',
      'v5 deployed threexx: Succeeded',
      'v6 rolled back to v2: Succeeded',
    ]);
  });

  it('is deployed from inline files, and from an image that is built elsewhere', async () => {
    await using world = await openPlatformWorld();
    await world.create('shop', { source: { files: [{ path: 'app.py', content: 'print(1)' }] } });
    await world.rest();
    assert.match((await world.ledger())[1] ?? '', /^v2 deployed [0-9a-f]{12}: Succeeded$/);
    assert.equal((await world.release(2)).spec.source?.files, undefined, 'a release holds the artifact');
    await world.change([{ op: 'add', path: '/spec/source', value: { image: 'nginx:1.29' } }]);
    await world.rest();
    assert.equal((await world.ledger())[2], 'v3 deployed nginx:1.29: Succeeded');
    const [container] = (await world.one(deployments, 'shop-web')).spec.template.spec.containers;
    assert.equal(container?.image, 'nginx:1.29');
    assert.equal(container?.args, undefined);
  });

  it('builds in a Job what cannot be composed, and keeps the credential from the step of the user’s code', async () => {
    await using world = await openPlatformWorld();
    await world.create();
    await world.push({ text: 'one', by: 'job' });
    await world.rest();
    assert.equal(await world.state(), 'Building 0/0 v1 FirstBuild');
    const [job] = await world.all(jobs);
    const { initContainers = [], containers = [] } = job?.spec.template.spec ?? {};
    const withToken = [...initContainers, ...containers]
      .filter(({ env }) => env?.some(({ name }) => name === 'REGISTRY_TOKEN'))
      .map(({ name }) => name);
    assert.deepEqual(withToken, ['fetch', 'export']);
    const [image] = await world.all(images);
    assert.equal((await world.app()).status?.building, image?.metadata.name);

    if (image !== undefined) world.workshop.push(image);
    world.pods(({ metadata }) => (metadata.labels?.['fairlead.dev/image'] ? { kind: 'finish' } : undefined));
    await world.rest();
    assert.equal(await world.state(), 'Running 1/1 v2 (v2 serves) Running');
    assert.equal((await world.all(images))[0]?.status?.method, 'job');
    assert.equal((await world.app()).status?.building, undefined);
  });

  it('has its status restored when somebody deletes it', async () => {
    await using world = await deployed();
    const before = (await world.app()).status;
    await world.client
      .resource(apps)
      .status.patch({ namespace: 'default', name: 'shop' }, { type: 'merge', body: { status: null } });
    assert.equal((await world.app()).status, undefined);
    await world.rest();
    assert.deepEqual((await world.app()).status, before);
    for (const { metadata } of await world.all(releases))
      await world.client.resource(releases).status.patch(metadata, { type: 'merge', body: { status: null } });
    await world.rest();
    assert.deepEqual(await world.ledger(), ['v1 created: Succeeded', 'v2 deployed 3f2c1a9: Succeeded']);
    for (const { metadata } of await world.all(images))
      await world.client.resource(images).status.patch(metadata, { type: 'merge', body: { status: null } });
    await world.rest();
    assert.equal((await world.all(images))[0]?.status?.method, 'existing');
    assert.deepEqual(await world.ledger(), ['v1 created: Succeeded', 'v2 deployed 3f2c1a9: Succeeded']);
  });

  it('gets back what somebody took away or changed', async () => {
    await using world = await deployed();
    await world.scale('web', 2);
    await world.rest();
    for (const kind of [deployments, services, httpRoutes])
      for (const { metadata } of await world.all<KubeObject>(kind))
        await world.client.resource<KubeObject>(kind).delete(metadata);
    await world.rest();
    assert.equal(await readyCount(world), 2);
    assert.equal((await world.all(httpRoutes)).length, 1);
    await world.client.resource(deployments).scale.set({ namespace: 'default', name: 'shop-web' }, 7);
    await world.rest();
    assert.equal((await world.one(deployments, 'shop-web')).spec.replicas, 2);
    assert.equal(await world.state(), 'Running 2/2 v2 (v2 serves) Running');
  });

  it('leaves the number of copies to others as long as it says nothing of it', async () => {
    await using world = await deployed();
    await world.client.resource(deployments).scale.set({ namespace: 'default', name: 'shop-web' }, 3);
    await world.rest();
    assert.equal(await world.state(), 'Running 3/3 v2 (v2 serves) Running');
    await world.configure({ A: '1' }, 'shop-env-1');
    await world.rest();
    assert.equal(await world.state(), 'Running 3/3 v3 (v3 serves) Running');
  });

  it('says who changed it: who signed the change, else the manager of the fields', async () => {
    await using world = await deployed();
    await world.advance(1000);
    const spec = { env: [{ name: 'A', value: '1' }] };
    await world.client.resource(apps).apply(
      {
        apiVersion: 'fairlead.dev/v1alpha1',
        kind: 'App',
        metadata: { name: 'shop', namespace: 'default' },
        spec,
      },
      { fieldManager: 'kubectl' },
    );
    await world.rest();
    await world.advance(1000);
    const mark = annotations.changedBy.replaceAll('/', '~1');
    await world.change([
      { op: 'add', path: `/metadata/annotations/${mark}`, value: 'grace' },
      { op: 'add', path: '/spec/env', value: [] },
    ]);
    await world.rest();
    const by = await Promise.all(
      [2, 3, 4].map(async (version) => (await world.release(version)).spec.changedBy),
    );
    assert.deepEqual(by, ['ada', 'kubectl', 'grace']);
  });

  it('loses the processes that its Procfile no longer has, once the new release serves', async () => {
    await using world = await openPlatformWorld();
    const [web, worker] = [{ command: ['serve'] }, { command: ['work'] }];
    await world.create('shop', { processes: { worker: { replicas: 1 } } });
    await world.push({ text: 'one', processes: { web, worker } });
    await world.rest();
    assert.equal((await world.all(deployments)).length, 2);
    await world.push({ text: 'two', processes: { web } });
    await world.rest();
    assert.deepEqual(
      (await world.all(deployments)).map(({ metadata }) => metadata.name),
      ['shop-web'],
    );
    await world.push({ text: 'three', processes: { worker } });
    await world.rest();
    assert.deepEqual(
      (await world.all(deployments)).map(({ metadata }) => metadata.name),
      ['shop-worker'],
    );
    assert.equal((await world.all(httpRoutes)).length, 0);
    assert.equal((await world.all(services)).length, 0);
    assert.equal(await world.state(), 'Running 1/1 v4 (v4 serves) Running');
  });
});

describe('the end of an app', () => {
  it('forgets what lies outside the API, and takes its children along', async () => {
    await using world = await deployed();
    await world.client.resource(apps).delete({ namespace: 'default', name: 'shop' });
    await world.rest();
    assert.deepEqual(world.workshop.calls.slice(-1), ['forget default/shop']);
    for (const kind of [apps, images, releases, deployments, services, httpRoutes, pods, endpointSlices])
      assert.deepEqual(
        (await world.all<KubeObject>(kind)).map(({ metadata }) => metadata.name),
        [],
      );
  });

  it('leaves the name free for another of the same name at once', async () => {
    await using world = await deployed();
    await world.client.resource(apps).delete({ namespace: 'default', name: 'shop' });
    for (let gone = false; !gone; gone = (await world.find(apps, 'shop')) === undefined)
      await new Promise((resolve) => setImmediate(resolve));
    await world.create();
    await world.push({ text: 'another', commit: 'cccccccccc' });
    await world.rest();
    assert.deepEqual(await world.ledger(), ['v1 created: Succeeded', 'v2 deployed ccccccc: Succeeded']);
    assert.equal(await world.state(), 'Running 1/1 v2 (v2 serves) Running');
  });
});
