import assert from 'node:assert/strict';
import { CompactedError, type Store, WriteFailedError } from './contract.ts';
import { holding, observe, textOf } from './observe.conformance.ts';
import type { StoreScenarios } from './store.conformance.ts';

const write = async (store: Store, count: number): Promise<void> => {
  for (let index = 0; index < count; index += 1) await store.put(`/${index % 3}`, holding('x'));
};

export const history: StoreScenarios = {
  'is forgotten up to a revision': async ({ open }) => {
    const store = await open();
    await write(store, 10);
    await store.compact(6);
    assert.equal(store.compacted, 6);
    assert.throws(() => observe(store, { after: 5 }), CompactedError);
    const observer = observe(store, { after: 6 });
    await observer.count(4);
    assert.deepEqual(
      observer.events.map((event) => event.revision),
      [7, 8, 9, 10],
    );
    assert.equal(store.snapshot().count('/'), 3);
    await store.compact(2);
    assert.equal(store.compacted, 6);
    await store.compact(1000);
    assert.equal(store.compacted, 10);
  },

  'gives the state of any revision that is not forgotten': async ({ open }) => {
    const store = await open();
    await store.put('/a', holding('1'));
    await store.put('/b', holding('2'));
    await store.put('/a', holding('3'));
    await store.delete('/b', holding('gone'));
    await store.put('/c', holding('5'));
    const states = [1, 2, 3, 4, 5].map((revision) => store.at(revision)?.range('/').map(textOf));
    assert.deepEqual(states, [['1'], ['1', '2'], ['3', '2'], ['3'], ['3', '5']]);
    assert.equal(store.at(2)?.revision, 2);
    assert.deepEqual(store.snapshot().range('/').map(textOf), ['3', '5']);
    await store.compact(3);
    assert.deepEqual([store.at(2), store.at(6)], [undefined, undefined]);
    assert.deepEqual(store.at(3)?.range('/').map(textOf), ['3', '2']);
  },

  'is bounded by count': async ({ open }) => {
    const store = await open({ history: { events: 5 } });
    await write(store, 30);
    assert.equal(store.compacted, 25);
    assert.throws(() => observe(store, { after: 24 }), CompactedError);
    const observer = observe(store, { after: 25 });
    await observer.count(5);
  },

  'is bounded by size': async ({ open }) => {
    const store = await open({ history: { bytes: 1000 } });
    await write(store, 30);
    assert.ok(store.compacted > 10 && store.compacted < 30, String(store.compacted));
  },
};

export const closing: StoreScenarios = {
  'commits what is enqueued, ends watches and refuses writes': async ({ open }) => {
    const store = await open();
    const observer = observe(store);
    const put = store.put('/a', holding('1'));
    await Promise.all([store.close(), store.close()]);
    assert.equal((await put).revision, 1);
    assert.deepEqual([observer.story, observer.ended], [['ADDED 1 /a'], 1]);
    await assert.rejects(store.put('/b', holding('2')), WriteFailedError);
    assert.throws(() => observe(store), /closed/);
  },
};

export const durability: StoreScenarios = {
  'keeps objects, revision and history': async ({ open }) => {
    const before = await open();
    await Promise.all(['/a', '/b', '/c'].map((key) => before.put(key, holding(key))));
    await before.put('/a', holding('second'));
    await before.delete('/b', holding('gone'));
    await before.compact(2);
    await before.close();
    const store = await open();
    assert.deepEqual([store.revision, store.compacted], [5, 2]);
    assert.deepEqual(store.snapshot().range('/').map(textOf), ['second', '/c']);
    const observer = observe(store, { after: 2 });
    await observer.count(3);
    assert.deepEqual(observer.story, ['ADDED 3 /c', 'MODIFIED 4 /a', 'DELETED 5 /b']);
    assert.deepEqual(
      observer.events.map((event) => textOf(event.previous)),
      [undefined, '/a', '/b'],
    );
  },

  'never lets the revision go back, though the newest write was a deletion that is forgotten': async ({
    open,
  }) => {
    const before = await open();
    await before.put('/a', holding('1'));
    await before.delete('/a', holding('gone'));
    await before.compact(2);
    await before.close();
    const store = await open();
    assert.equal(store.revision, 2);
    assert.equal((await store.put('/a', holding('2'))).revision, 3);
  },
};
