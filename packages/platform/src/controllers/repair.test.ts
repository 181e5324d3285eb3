import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deployments, httpRoutes, type KubeObject, services } from '@fairlead/kube';
import { apps, images, releases } from './index.ts';
import { openPlatformWorld, openServing, readyCount } from './world.fixture.ts';

describe('an app at rest', () => {
  it('has its status restored when somebody deletes it', async () => {
    await using world = await openServing();
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
    assert.deepEqual(await world.ledger(), ['v1 created: Succeeded', 'v2 deployed aaaaaaa: Succeeded']);
    for (const { metadata } of await world.all(images))
      await world.client.resource(images).status.patch(metadata, { type: 'merge', body: { status: null } });
    await world.rest();
    assert.equal((await world.all(images))[0]?.status?.method, 'existing');
    assert.deepEqual(await world.ledger(), ['v1 created: Succeeded', 'v2 deployed aaaaaaa: Succeeded']);
  });

  it('gets back what somebody took away or changed', async () => {
    await using world = await openServing();
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
    await using world = await openServing();
    await world.client.resource(deployments).scale.set({ namespace: 'default', name: 'shop-web' }, 3);
    await world.rest();
    assert.equal(await world.state(), 'Running 3/3 v2 (v2 serves) Running');
    await world.configure({ A: '1' }, 'shop-env-1');
    await world.rest();
    assert.equal(await world.state(), 'Running 3/3 v3 (v3 serves) Running');
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

  it('serves on while its ledger is deleted, and begins another', async () => {
    await using world = await openServing();
    const { uid } = (await world.one(deployments, 'shop-web')).metadata;
    for (const kind of [releases, images])
      for (const { metadata } of await world.all<KubeObject>(kind))
        await world.client.resource<KubeObject>(kind).delete(metadata);
    await world.rest();
    assert.deepEqual(await world.ledger(), ['v1 created: Succeeded', 'v2 deployed aaaaaaa: Succeeded']);
    assert.equal((await world.one(deployments, 'shop-web')).metadata.uid, uid);
    assert.equal(await world.state(), 'Running 1/1 v2 (v2 serves) Running');
  });
});
