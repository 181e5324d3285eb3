import assert from 'node:assert/strict';
import { holding, type Observer, observe, textOf } from './observe.conformance.ts';
import type { StoreScenarios } from './store.conformance.ts';

const revisionsOf = (observer: Observer): number[] => observer.events.map((event) => event.revision);

export const watches: StoreScenarios = {
  'tell what was added, modified and deleted': async ({ open }) => {
    const store = await open();
    const observer = observe(store);
    await store.put('/a', holding('1'));
    await store.put('/a', holding('2'));
    await store.delete('/a', holding('gone'));
    await observer.count(3);
    assert.deepEqual(observer.story, ['ADDED 1 /a', 'MODIFIED 2 /a', 'DELETED 3 /a']);
    assert.deepEqual(
      observer.events.map((event) => textOf(event.object)),
      ['1', '2', 'gone'],
    );
    assert.deepEqual(
      observer.events.map((event) => textOf(event.previous)),
      [undefined, '1', '2'],
    );
  },

  'see their prefix only, until they are closed': async ({ open }) => {
    const store = await open();
    const [all, some, one] = ['/', '/a/', '/a/x'].map((prefix) => observe(store, { prefix }));
    await Promise.all(['/a/x', '/a/y', '/ab', '/a/xx'].map((key) => store.put(key, holding(key))));
    assert.deepEqual(all?.story.length, 4);
    assert.deepEqual(some?.story, ['ADDED 1 /a/x', 'ADDED 2 /a/y', 'ADDED 4 /a/xx']);
    assert.deepEqual(one?.story, ['ADDED 1 /a/x', 'ADDED 4 /a/xx']);
    some?.close();
    await store.put('/a/x', holding('again'));
    assert.deepEqual([all?.events.length, some?.events.length, one?.events.length], [5, 3, 3]);
  },

  'miss nothing and see nothing twice from an older revision': async ({ open }) => {
    const store = await open();
    for (let index = 1; index <= 5; index += 1) await store.put(`/${index}`, holding(''));
    const late = store.put('/6', holding(''));
    const observer = observe(store, { after: 2 });
    assert.deepEqual(observer.story, [], 'nothing comes before the watch is in the hands of its client');
    await Promise.all([late, store.put('/7', holding(''))]);
    await observer.count(5);
    assert.deepEqual(revisionsOf(observer), [3, 4, 5, 6, 7]);
  },

  'wait for a future revision': async ({ open }) => {
    const store = await open();
    const observer = observe(store, { after: 2 });
    for (let index = 1; index <= 4; index += 1) await store.put(`/${index}`, holding(''));
    assert.deepEqual(revisionsOf(observer), [3, 4]);
  },

  'get events when they are committed, many at a time': async ({ open }) => {
    const store = await open();
    const batches: number[] = [];
    observe(store, {
      onEvents: (events) => {
        batches.push(events.length);
        for (const event of events) assert.ok(store.snapshot().revision >= event.revision);
      },
    });
    await Promise.all(Array.from({ length: 100 }, (_, index) => store.put(`/${index}`, holding(''))));
    assert.equal(
      batches.reduce((sum, size) => sum + size, 0),
      100,
    );
    assert.ok(batches.length < 50, `${batches.length} deliveries`);
  },

  'are many, each on a prefix of its own': async ({ open }) => {
    const store = await open();
    const observers = Array.from({ length: 10_000 }, (_, index) => observe(store, { prefix: `/${index}/` }));
    await Promise.all([store.put('/77/a', holding('')), store.put('/9999/a', holding(''))]);
    const reached = observers.flatMap((observer, index) => (observer.events.length > 0 ? [index] : []));
    assert.deepEqual(reached, [77, 9999]);
  },
};

export const reentrance: StoreScenarios = {
  'a watch may write': async ({ open }) => {
    const store = await open();
    const observer = observe(store);
    const answer = Promise.withResolvers<unknown>();
    const onEvents = (): void => answer.resolve(store.put('/b', holding('answer')));
    observe(store, { prefix: '/a', onEvents });
    await store.put('/a', holding('question'));
    await answer.promise;
    assert.deepEqual(observer.story, ['ADDED 1 /a', 'ADDED 2 /b']);
  },

  'a watch may open and close others': async ({ open }) => {
    const store = await open();
    const inner: Observer[] = [];
    // The first of all watches is told first, so that those it opens and closes are still to be told.
    observe(store, {
      onEvents: () => {
        closed.close();
        inner.push(observe(store, { prefix: '/a/', after: 0 }));
      },
    });
    const closed = observe(store, { prefix: '/a/' });
    const witness = observe(store, { prefix: '/a/' });
    await Promise.all([store.put('/a/1', holding('')), store.put('/a/2', holding(''))]);
    await inner[0]?.count(2);
    assert.deepEqual(inner[0]?.story, ['ADDED 1 /a/1', 'ADDED 2 /a/2']);
    assert.deepEqual(witness.story, inner[0]?.story);
    assert.deepEqual(closed.story, []);
  },
};
