import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Clock } from '@fairlead/kube';
import { openMemoryStore } from './memory.ts';
import { holding } from './observe.conformance.ts';

it('history of at least so many minutes is kept, of at most twice as many', async () => {
  const timers: { readonly milliseconds: number; readonly callback: () => void }[] = [];
  let cancelled = 0;
  const clock: Clock = {
    now: () => 0,
    after(milliseconds, callback) {
      timers.push({ milliseconds, callback });
      return () => {
        cancelled += 1;
      };
    },
  };
  const store = await openMemoryStore({ compaction: { minutes: 5, clock } });
  const compacted: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    await store.put('/a', holding('1'));
    await store.put('/a', holding('2'));
    assert.equal(timers[round]?.milliseconds, 300_000);
    timers[round]?.callback();
    compacted.push(store.compacted);
  }
  assert.deepEqual(compacted, [0, 2, 4]);
  await store.close();
  assert.equal(cancelled, 1);
});
