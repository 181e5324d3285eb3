import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
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
import { openPlatformWorld, openServing, readyCount } from './world.fixture.ts';

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
    await using world = await openServing();
    assert.deepEqual(await world.ledger(), ['v1 created: Succeeded', 'v2 deployed aaaaaaa: Succeeded']);
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
    await using world = await openServing();
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
});

describe('the end of an app', () => {
  it('forgets what lies outside the API, and takes its children along', async () => {
    await using world = await openServing();
    await world.client.resource(apps).delete({ namespace: 'default', name: 'shop' });
    await world.rest();
    assert.deepEqual(world.workshop.calls.slice(-1), ['forget default/shop']);
    for (const kind of [apps, images, releases, deployments, services, httpRoutes, pods, endpointSlices])
      assert.deepEqual(
        (await world.all<KubeObject>(kind)).map(({ metadata }) => metadata.name),
        [],
      );
  });

  it('waits for what lies outside to be forgotten', async () => {
    await using world = await openServing();
    let failures = 2;
    const { forget } = world.workshop.app;
    world.workshop.app.forget = async (app) => {
      if (failures-- > 0) throw new Error('the disk is busy');
      return forget(app);
    };
    await world.client.resource(apps).delete({ namespace: 'default', name: 'shop' });
    await world.rest();
    assert.equal(failures, -1);
    assert.deepEqual(await world.all(apps), []);
  });

  it('leaves the name free for another of the same name at once', async () => {
    await using world = await openServing();
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
