import assert from 'node:assert/strict';
import { holding, textOf } from './observe.conformance.ts';
import type { StoreScenarios } from './store.conformance.ts';

export const objects: StoreScenarios = {
  'are parsed once': async ({ open }) => {
    const store = await open();
    const object = await store.put('/a', holding('1'));
    assert.equal(object.value(), object.value());
    assert.equal(store.snapshot().get('/a')?.value(), object.value());
  },

  'keep the value that their writer had': async ({ open }) => {
    const store = await open();
    const value = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
    const object = await store.put('/a', () => ({ bytes: Buffer.from(JSON.stringify(value)), value }));
    assert.equal(object.value(), value);
  },

  'do not keep the buffer that their bytes were cut from': async ({ open }) => {
    const store = await open();
    const object = await store.put('/a', () => ({ bytes: Buffer.from('{}') }));
    assert.equal(Buffer.from(object.bytes).toString(), '{}');
    assert.equal(object.bytes.buffer.byteLength, 2);
  },

  'are frozen when told so': async ({ open }) => {
    const store = await open({ freeze: true });
    const object = await store.put('/a', holding('1'));
    const { metadata } = object.value() as { metadata: { name: string } };
    assert.throws(() => {
      metadata.name = 'other';
    }, TypeError);
  },
};

const keysOf = (found: readonly { readonly key: string }[]): string[] => found.map(({ key }) => key);

export const snapshots: StoreScenarios = {
  'stay as they are': async ({ open }) => {
    const store = await open();
    await Promise.all(Array.from({ length: 300 }, (_, index) => store.put(`/${index}`, holding('old'))));
    const snapshot = store.snapshot();
    await Promise.all(snapshot.range('/').map(({ key }) => store.put(key, holding('new'))));
    await store.delete('/7', holding(''));
    assert.equal(snapshot.revision, 300);
    assert.equal(snapshot.count('/'), 300);
    assert.ok(snapshot.range('/').every((object) => textOf(object) === 'old'));
    assert.equal(store.snapshot().count('/'), 299);
  },

  'are sorted by the bytes of the keys': async ({ open }) => {
    const store = await open();
    const keys = [
      '/a/x',
      '/a-b/x',
      '/a',
      '/a/\uff5e',
      '/a/\u{1f600}',
      '/a/é',
      '/a/\ue000\u{10ffff}',
      '/b',
      '/a/',
    ];
    await Promise.all(keys.map((key) => store.put(key, holding(key))));
    const sorted = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const snapshot = store.snapshot();
    assert.deepEqual(keysOf(snapshot.range('')), sorted);
    assert.deepEqual(
      keysOf(snapshot.range('/a/')),
      sorted.filter((key) => key.startsWith('/a/')),
    );
    assert.equal(snapshot.count('/a/'), 6);
    assert.ok(keys.every((key) => snapshot.get(key)?.key === key));
  },

  'are read in pages': async ({ open }) => {
    const store = await open();
    const keys = ['/a/1', '/a/2', '/a/3', '/a/4', '/b/1'];
    await Promise.all(keys.map((key) => store.put(key, holding(key))));
    const snapshot = store.snapshot();
    assert.deepEqual(keysOf(snapshot.range('/a/', { limit: 2 })), ['/a/1', '/a/2']);
    assert.deepEqual(keysOf(snapshot.range('/a/', { after: '/a/2', limit: 9 })), ['/a/3', '/a/4']);
    assert.deepEqual(keysOf(snapshot.range('/a/', { after: '/a/25' })), ['/a/3', '/a/4']);
    assert.deepEqual(keysOf(snapshot.range('/a/', { limit: 0 })), []);
    assert.equal(snapshot.count('/a/', { after: '/a/2' }), 2);
    assert.equal(snapshot.count('/a/', { after: '/a/25' }), 2);
    assert.equal(snapshot.count('/a/', { after: '/b' }), 0);
    assert.equal(snapshot.count('/c/'), 0);
  },
};
