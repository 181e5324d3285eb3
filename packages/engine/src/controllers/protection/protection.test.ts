import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type KubeObject, pods } from '@fairlead/kube';
import { behaviour } from '../kubelet.fixture.ts';
import { openControllersWorld } from '../world.fixture.ts';
import { protectedKinds } from './kinds.ts';

const [claims, volumes] = protectedKinds.map(({ kind }) => kind);
assert.ok(claims !== undefined && volumes !== undefined);

const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'c', namespace: 'default' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
} as KubeObject;

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'default', annotations: { [behaviour]: 'serve' } },
  spec: {
    nodeName: 'one',
    volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }],
    containers: [{ name: 'app', image: 'a' }],
  },
} as KubeObject;

describe('storage that is deleted', () => {
  it('goes when nobody uses it', async () => {
    await using world = await openControllersWorld();
    await world.declare(claim);
    const { metadata } = await world.one(claims, 'c');
    assert.deepEqual(metadata.finalizers, ['kubernetes.io/pvc-protection']);
    await world.client.resource(claims).delete(metadata);
    await world.rest();
    assert.deepEqual(await world.all(claims), []);
  });

  it('stays while a pod uses it', async () => {
    await using world = await openControllersWorld();
    await world.declare(claim, pod);
    await world.rest();
    await world.client.resource(claims).delete(claim.metadata);
    await world.rest();
    assert.equal((await world.all(claims)).length, 1);
    await world.client.resource(pods).delete(pod.metadata, { gracePeriodSeconds: 0 });
    await world.rest();
    assert.deepEqual(await world.all(claims), []);
  });

  it('stays while a claim is bound to it', async () => {
    await using world = await openControllersWorld();
    const name = { name: 'v' };
    const volume = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: name,
      spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/tmp' } },
    };
    await world.declare(volume, claim);
    await world.rest();
    await world.client.resource(volumes).delete(name);
    await world.rest();
    assert.ok(await world.client.resource(volumes).find(name));
    await world.client.resource(claims).delete(claim.metadata);
    await world.rest();
    assert.equal(await world.client.resource(volumes).find(name), undefined);
  });
});
