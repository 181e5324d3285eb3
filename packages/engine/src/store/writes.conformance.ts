import assert from 'node:assert/strict';
import { holding, textOf } from './observe.conformance.ts';
import type { StoreScenarios } from './store.conformance.ts';

export const writes: StoreScenarios = {
  'get ascending revisions, and know their own': async ({ open }) => {
    const store = await open();
    assert.equal(store.revision, 0);
    const written = await Promise.all([store.put('/a', holding('1')), store.put('/b', holding('2'))]);
    assert.deepEqual(
      written.map((object) => object.revision),
      [1, 2],
    );
    assert.deepEqual(
      written.map((object) => object.value().metadata.resourceVersion),
      ['1', '2'],
    );
    assert.equal(store.revision, 2);
  },

  'are pending at once and in snapshots only when committed': async ({ open }) => {
    const store = await open();
    const put = store.put('/a', holding('new'));
    assert.equal(textOf(store.pending('/a')), 'new');
    assert.equal(store.snapshot().get('/a'), undefined);
    await put;
    assert.equal(textOf(store.snapshot().get('/a')), 'new');
    const deleted = store.delete('/a', holding('old'));
    assert.equal(store.pending('/a'), undefined);
    assert.equal(textOf(store.snapshot().get('/a')), 'new');
    assert.equal((await deleted).revision, 2);
    assert.equal(store.snapshot().get('/a'), undefined);
  },

  'settle in order of revision': async ({ open }) => {
    const store = await open();
    const settled: number[] = [];
    const puts = Array.from({ length: 2000 }, (_, index) =>
      store.put(`/${index % 7}`, holding('x')).then(({ revision }) => settled.push(revision)),
    );
    await Promise.all(puts);
    assert.deepEqual(
      settled,
      puts.map((_, index) => index + 1),
    );
  },

  'lose no increment when each reads what is pending': async ({ open }) => {
    const store = await open();
    const increment = async (): Promise<void> => {
      const count = Number(textOf(store.pending('/count')) ?? 0);
      await store.put('/count', holding(String(count + 1)));
    };
    await Promise.all(Array.from({ length: 200 }, increment));
    assert.equal(textOf(store.snapshot().get('/count')), '200');
  },

  'change nothing when they cannot be encoded': async ({ open }) => {
    const store = await open();
    const broken = (): never => {
      throw new Error('cannot be encoded');
    };
    await assert.rejects(store.put('/a', broken), /cannot be encoded/);
    assert.equal(store.pending('/a'), undefined);
    await store.put('/a', holding('1'));
    assert.equal(store.revision, store.snapshot().get('/a')?.revision);
  },

  'refuse to delete what is not there': async ({ open }) => {
    const store = await open();
    await assert.rejects(store.delete('/a', holding('')), /no \/a to delete/);
    await store.put('/a', holding('1'));
    const deletions = [store.delete('/a', holding('')), store.delete('/a', holding(''))];
    const outcomes = await Promise.allSettled(deletions);
    assert.deepEqual(
      outcomes.map((outcome) => outcome.status),
      ['fulfilled', 'rejected'],
    );
  },
};
