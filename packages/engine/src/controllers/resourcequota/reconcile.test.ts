import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configMaps, isForbidden, type KubeObject, pods } from '@fairlead/kube';
import { behaviour } from '../kubelet.fixture.ts';
import { type ControllersWorld, openControllersWorld } from '../world.fixture.ts';
import { resourceQuotas } from './kind.ts';

const quota = (hard: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'q', namespace: 'default' },
  spec: { hard },
});
const map = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
});

const usedOf = async (world: ControllersWorld) => (await world.one(resourceQuotas, 'q')).status?.used;

describe('a quota in the care of its controller', () => {
  it('begins with what there is', async () => {
    await using world = await openControllersWorld();
    await world.declare(map('a'), map('b'), quota({ 'count/configmaps': '3', 'count/jobs.batch': '1' }));
    await world.rest();
    assert.deepEqual(await usedOf(world), { 'count/configmaps': '2', 'count/jobs.batch': '0' });
  });

  it('gives back what is deleted, and holds to what it is changed to', async () => {
    await using world = await openControllersWorld();
    await world.declare(quota({ configmaps: '1' }));
    await world.rest();
    await world.declare(map('a'));
    await assert.rejects(world.declare(map('b')), isForbidden);
    await world.client.resource(configMaps).delete({ namespace: 'default', name: 'a' });
    await world.rest();
    assert.deepEqual(await usedOf(world), { configmaps: '0' });
    await world.declare(quota({ configmaps: '5', secrets: '1' }));
    await world.rest();
    assert.deepEqual((await world.one(resourceQuotas, 'q')).status, {
      hard: { configmaps: '5', secrets: '1' },
      used: { configmaps: '0', secrets: '0' },
    });
  });

  it('no longer counts a pod that has ended', async () => {
    await using world = await openControllersWorld();
    await world.declare(quota({ pods: '1', 'count/pods': '5' }));
    await world.rest();
    const annotations = { [behaviour]: 'succeed' };
    await world.declare({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'default', annotations },
      spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'a' }] },
    } as KubeObject);
    await world.rest();
    assert.equal((await world.one(pods, 'p')).status?.phase, 'Succeeded');
    assert.deepEqual(await usedOf(world), { 'count/pods': '1', pods: '0' });
  });

  it('is exact when it appears, and things go, amid a crowd of creations', async () => {
    await using world = await openControllersWorld();
    const crowd = async (from: number, to: number): Promise<number> => {
      const wanted = Array.from({ length: to - from }, (_, index) => map(`m-${from + index}`));
      const results = await Promise.allSettled(
        wanted.map((one) => world.client.resource(configMaps).create(one)),
      );
      return results.filter(({ status }) => status === 'fulfilled').length;
    };
    const early = crowd(0, 20);
    await world.declare(quota({ configmaps: '30' }));
    const late = crowd(20, 60);
    const { items } = await world.client.resource(configMaps).list({ namespace: 'default' });
    await Promise.all(
      items.slice(0, 5).map(({ metadata }) => world.client.resource(configMaps).delete(metadata)),
    );
    await Promise.all([early, late]);
    await world.rest();
    await world.advance(1);
    const left = (await world.all(configMaps)).length;
    assert.deepEqual(await usedOf(world), { configmaps: String(left) });
  });
});
