import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { added, deleted, modified, openScene, versions } from '../../test/informer-scene.ts';
import { configMap, failure, listOf } from '../../test/scripted-api.ts';
import type { Scope } from '../client/contract.ts';
import { configMaps } from '../kinds/index.ts';

describe('a cache reads its own writes', () => {
  const write = configMap('a', '20', 'ours');

  it('as soon as the call resolves', async (t) => {
    const { api, cache, changes, open } = openScene(t);
    api.answers(listOf('10', configMap('a', '5')), write);
    const informer = open();
    const watch = await api.nextWatch();
    await cache.client.resource(configMaps).replace(write);
    assert.deepEqual(versions(informer.list()), ['a@20']);
    watch.send(modified(configMap('a', '15')), modified(write));
    assert.deepEqual(versions(informer.list()), ['a@20']);
    assert.deepEqual(changes, ['+a', '~a'], 'the news of the watch are old news');
  });

  it('but does not bring back what the watch has deleted since', async (t) => {
    const { api, cache, open } = openScene(t);
    api.answers(listOf('10'), write);
    const informer = open();
    const watch = await api.nextWatch();
    const writing = cache.client.resource(configMaps).create(write);
    watch.send(added(write), deleted(configMap('a', '21')));
    await writing;
    assert.deepEqual(informer.list(), []);
  });

  it('and keeps them through a list that is older', async (t) => {
    const { api, cache, open } = openScene(t);
    api.answers(listOf('10'), write, listOf('15'));
    const informer = open();
    const watch = await api.nextWatch();
    await cache.client.resource(configMaps).create(write);
    watch.send({ type: 'ERROR', object: failure(410, 'Expired') });
    await api.nextWatch();
    assert.deepEqual(versions(informer.list()), ['a@20']);
  });

  it('also deletions', async (t) => {
    const { api, cache, changes, open } = openScene(t);
    const gone = { ...failure(200, ''), status: 'Success', details: { uid: 'uid-a' } };
    api.answers(listOf('10', configMap('a', '5')), gone);
    const informer = open();
    const watch = await api.nextWatch();
    await cache.client.resource(configMaps).delete({ namespace: 'default', name: 'a' });
    assert.deepEqual(informer.list(), []);
    watch.send(deleted(configMap('a', '11')));
    assert.deepEqual(changes, ['+a', '-a']);
  });

  it('while a finalizer holds a deleted object it stays', async (t) => {
    const { api, cache, open } = openScene(t);
    const { metadata } = configMap('a', '11');
    const held = {
      ...configMap('a', '11'),
      metadata: { ...metadata, finalizers: ['x/y'], deletionTimestamp: 'now' },
    };
    api.answers(listOf('10', configMap('a', '5')), held);
    const informer = open();
    await api.nextWatch();
    await cache.client.resource(configMaps).delete(metadata);
    assert.equal(informer.get('default/a')?.metadata.deletionTimestamp, 'now');
  });

  it('a deletion does not take away the successor of the same name', async (t) => {
    const { api, cache, open } = openScene(t);
    api.answers(listOf('10'), write);
    const informer = open();
    const watch = await api.nextWatch();
    await cache.client.resource(configMaps).create(write);
    watch.send(deleted(configMap('a', '12')));
    assert.deepEqual(versions(informer.list()), ['a@20']);
  });

  const front = {
    ...write,
    metadata: { ...write.metadata, resourceVersion: '21', labels: { tier: 'front' } },
  };
  const scopes: readonly Scope[] = [
    { labelSelector: { matchLabels: { tier: 'front' } } },
    { labelSelector: 'tier in (front, side)' },
    { labelSelector: 'tier', namespace: 'default' },
    { fieldSelector: 'metadata.labels.tier=front,metadata.name!=b' },
  ];
  for (const scope of scopes) {
    it(`within the scope only: ${JSON.stringify(scope)}`, async (t) => {
      const { api, cache, open } = openScene(t, scope);
      const back = { ...write, metadata: { ...write.metadata, resourceVersion: '22' } };
      api.answers(listOf('10'), write, front, back);
      const informer = open();
      await api.nextWatch();
      const resource = cache.client.resource(configMaps);
      await resource.create(write);
      assert.deepEqual(informer.list(), []);
      await resource.replace(write);
      assert.deepEqual(versions(informer.list()), ['a@21']);
      await resource.replace(write);
      assert.deepEqual(informer.list(), [], 'it left the scope');
    });
  }
});
