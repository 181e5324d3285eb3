import {
  createClient,
  openCache,
  persistentVolumeClaims,
  persistentVolumes,
  storageClasses,
  systemClock,
  systemRandom,
} from '@fairlead/kube';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startEngine } from '../../engine.ts';
import { startProvisioner } from './provision.ts';

/** An engine with a provisioner, and a way to wait for what its informers tell. */
async function openWorld() {
  const stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'provision-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const engine = stack.use(await startEngine({ freeze: true }));
  const client = createClient(engine.transport());
  const cache = stack.use(openCache({ client, clock: systemClock, random: systemRandom }));
  const errors: unknown[] = [];
  const provisioner = startProvisioner({
    cache,
    nodeName: 'n1',
    folder,
    onError: (error) => errors.push(error),
  });
  stack.defer(() => provisioner.close());
  const until = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((done) => {
      let stop = () => {};
      const check = () => {
        const found = look();
        if (found === undefined) return;
        stop();
        done(found);
      };
      const stops = [persistentVolumes, persistentVolumeClaims, storageClasses].map((kind) =>
        cache.informer<never>(kind as never).subscribe(check),
      );
      stop = () => stops.forEach((one) => one());
      check();
    });
  await cache.synced();
  await until(() => cache.informer(storageClasses).get('folder'));
  const claim = (name: string, spec: object = {}) =>
    client.resource(persistentVolumeClaims).create({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace: 'default' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
    });
  return { client, cache, folder, until, claim, errors, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

test('A claim of no class gets a folder of the node, which goes with the claim', async () => {
  await using world = await openWorld();
  const { metadata, spec } = await world.claim('data');
  assert.equal(spec.storageClassName, 'folder');
  const name = `pvc-${metadata.uid}`;
  const volume = await world.until(() => world.cache.informer(persistentVolumes).get(name));
  assert.deepEqual(
    [volume.spec.claimRef?.uid, volume.spec.capacity, volume.spec.persistentVolumeReclaimPolicy],
    [metadata.uid, { storage: '1Gi' }, 'Delete'],
  );
  assert.equal(volume.spec.local?.path, join(world.folder, name));
  assert.ok(existsSync(join(world.folder, name)));
  // As the controllers of a cluster do, who know when nobody uses them.
  await world.client
    .resource(persistentVolumeClaims)
    .patch(metadata, { type: 'merge', body: { metadata: { finalizers: null } } });
  await world.client.resource(persistentVolumeClaims).delete(metadata);
  await world.until(() => world.cache.informer(persistentVolumes).get(name)?.metadata.deletionTimestamp);
  assert.ok(!existsSync(join(world.folder, name)));
  assert.deepEqual(world.errors, []);
});

test('What is to be kept is kept, and a claim of another class is left to others', async () => {
  await using world = await openWorld();
  const keeping = { metadata: { name: 'keeping' }, reclaimPolicy: 'Retain' } as const;
  await world.client.resource(storageClasses).create({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    provisioner: 'engine.local/folder',
    ...keeping,
  });
  await world.claim('foreign', { storageClassName: 'other' });
  const { metadata } = await world.claim('kept', { storageClassName: 'keeping' });
  const name = `pvc-${metadata.uid}`;
  await world.until(() => world.cache.informer(persistentVolumes).get(name));
  await world.client
    .resource(persistentVolumeClaims)
    .patch(metadata, { type: 'merge', body: { metadata: { finalizers: null } } });
  await world.client.resource(persistentVolumeClaims).delete(metadata);
  await world.until(() =>
    world.cache.informer(persistentVolumeClaims).get({ namespace: 'default', name: 'kept' })
      ? undefined
      : true,
  );
  assert.equal(world.cache.informer(persistentVolumes).list().length, 1);
  assert.ok(existsSync(join(world.folder, name)));
});
