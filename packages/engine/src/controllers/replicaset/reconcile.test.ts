import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { controllerOf, pods, replicaSets, replicationControllers } from '@fairlead/kube';
import { type ControllersWorld, openControllersWorld } from '../world.fixture.ts';

const set = (spec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'shop', namespace: 'default' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'shop' } },
    template: {
      metadata: { labels: { app: 'shop', tier: 'web' } },
      spec: { containers: [{ name: 'app', image: 'shop:1' }] },
    },
    ...spec,
  },
});

const loosePod = (name: string, labels: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels },
  spec: { containers: [{ name: 'app', image: 'shop:0' }] },
});

const status = async (world: ControllersWorld) => (await world.one(replicaSets, 'shop')).status;
const relabel = (world: ControllersWorld, name: string, app: string): Promise<unknown> =>
  world.client
    .resource(pods)
    .patch({ namespace: 'default', name }, { type: 'merge', body: { metadata: { labels: { app } } } });

describe('a ReplicaSet', () => {
  it('makes its pods, one batch, none doubled', async () => {
    await using world = await openControllersWorld();
    await world.declare(set({ replicas: 40 }));
    await world.rest();
    assert.equal((await world.all(pods)).length, 40);
    assert.deepEqual(await status(world), {
      replicas: 40,
      fullyLabeledReplicas: 40,
      readyReplicas: 40,
      availableReplicas: 40,
      observedGeneration: 1,
    });
  });

  it('replaces a pod that went', async () => {
    await using world = await openControllersWorld();
    await world.declare(set());
    await world.rest();
    const [victim] = await world.all(pods);
    await world.client.resource(pods).delete(victim?.metadata ?? { name: '' });
    await world.rest();
    const after = await world.all(pods);
    assert.equal(after.length, 2);
    assert.ok(!after.some(({ metadata }) => metadata.uid === victim?.metadata.uid));
  });

  it('lets a relabelled pod go and takes it back', async () => {
    await using world = await openControllersWorld();
    await world.declare(set());
    await world.rest();
    const [one] = await world.all(pods);
    const name = one?.metadata.name ?? '';
    await relabel(world, name, 'debug');
    await world.rest();
    assert.equal(controllerOf(await world.one(pods, name)), undefined);
    assert.equal((await world.all(pods)).length, 3);

    await relabel(world, name, 'shop');
    await world.rest();
    assert.equal((await world.all(pods)).length, 2);
  });

  it('adopts a loose pod that it selects instead of making another', async () => {
    await using world = await openControllersWorld();
    await world.declare(loosePod('early', { app: 'shop' }), set());
    await world.rest();
    assert.equal((await world.all(pods)).length, 2);
    assert.equal(controllerOf(await world.one(pods, 'early'))?.name, 'shop');
    assert.equal((await status(world))?.fullyLabeledReplicas, 1);
  });

  it('counts a pod as available only after it was ready for long enough', async () => {
    await using world = await openControllersWorld();
    await world.declare(set({ minReadySeconds: 5 }));
    await world.rest();
    assert.equal((await status(world))?.availableReplicas, undefined);
    await world.advance(5000);
    assert.equal((await status(world))?.availableReplicas, 2);
  });

  it('leaves nothing behind when it is deleted, or its pods when told to orphan them', async () => {
    await using world = await openControllersWorld();
    await world.declare(set());
    await world.rest();
    await world.client.resource(replicaSets).delete({ namespace: 'default', name: 'shop' });
    await world.rest();
    assert.deepEqual(await world.all(pods), []);

    await world.declare(set());
    await world.rest();
    const propagationPolicy = 'Orphan';
    await world.client
      .resource(replicaSets)
      .delete({ namespace: 'default', name: 'shop' }, { propagationPolicy });
    await world.rest();
    assert.deepEqual(await world.all(replicaSets), []);
    const left = await world.all(pods);
    assert.deepEqual(left.map(controllerOf), [undefined, undefined]);
  });
});

describe('a ReplicationController', () => {
  const controller = (spec: object = {}) => ({
    ...set(spec),
    apiVersion: 'v1',
    kind: 'ReplicationController',
    spec: { ...set(spec).spec, selector: { app: 'shop' } },
  });

  it('keeps its pods as a ReplicaSet does', async () => {
    await using world = await openControllersWorld();
    await world.declare(loosePod('orphan', { app: 'shop' }), controller({ replicas: 3 }));
    await world.rest();
    const own = await world.all(pods);
    assert.equal(own.length, 3);
    assert.ok(own.every((pod) => controllerOf(pod)?.kind === 'ReplicationController'));
    assert.deepEqual((await world.one(replicationControllers, 'shop')).status, {
      replicas: 3,
      fullyLabeledReplicas: 2,
      readyReplicas: 3,
      availableReplicas: 3,
      observedGeneration: 1,
    });

    await relabel(world, 'orphan', 'other');
    await world.declare(controller({ replicas: 1 }));
    await world.rest();
    assert.equal((await world.all(pods)).length, 2);
    assert.equal(controllerOf(await world.one(pods, 'orphan')), undefined);
    await world.client
      .resource(replicationControllers)
      .delete({ namespace: 'default', name: 'shop' }, { propagationPolicy: 'Background' });
    await world.rest();
    assert.deepEqual(
      (await world.all(pods)).map(({ metadata }) => metadata.name),
      ['orphan'],
    );
  });
});
