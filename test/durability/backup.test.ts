import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { systemClock } from '@fairlead/kube';
import {
  CompactedError,
  openSqliteStore,
  openStore,
  type Store,
} from '../../packages/engine/src/store/index.ts';
import { restoreStore } from '../../packages/engine/src/store/restore.ts';
import { plainJournal, sealingBeside } from './plain-journal.ts';
import { checkAgainst, pastOf, Truth } from './truth.ts';
import { actsOf, encodeAt } from './words.ts';

const copies = 5;

/** 64 writers that go on until the signal. */
const writeOn = (store: Store, signal: AbortSignal): Promise<unknown> =>
  Promise.all(
    Array.from({ length: 64 }, async (_, writer) => {
      for (let count = 0; !signal.aborted; count += 1) {
        const key = `/${writer}/${count % 40}`;
        const deletes = count % 7 === 6 && store.pending(key) !== undefined;
        await (deletes ? store.delete(key, encodeAt(key)) : store.put(key, encodeAt(key)));
      }
    }),
  );

it('copies made while 64 writers go on are each one state of the store, and are restored as such', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-copies-'));
  const path = join(folder, 'store.db');
  const truth = new Truth();
  const stop = new AbortController();
  const during: number[] = [];
  try {
    const store = await openSqliteStore({ path, clock: systemClock, sealing: sealingBeside(path) });
    store.watch({
      prefix: '/',
      after: 0,
      onEvents: (events) => truth.add(actsOf(events)),
      onEnd: () => {},
    });
    const writing = writeOn(store, stop.signal);
    for (let copy = 1; copy <= copies; copy += 1) {
      while (store.revision < copy * 3000) await store.put('/until', encodeAt('/until'));
      const before = store.revision;
      await store.backup(join(folder, `copy-${copy}`));
      during.push(store.revision - before);
      const opened = await openStore(plainJournal(join(folder, `copy-${copy}`)));
      assert.ok(opened.revision >= before && opened.revision <= store.revision);
      await checkAgainst(truth, opened, () => Math.floor(Math.random() * opened.revision));
      await opened.close();
    }
    stop.abort();
    await writing;
    const { revision } = store;
    await store.close();
    const restored = restoreStore(join(folder, `copy-${copies}`), join(folder, 'restored'));
    const again = await openStore(plainJournal(join(folder, 'restored')));
    assert.deepEqual(
      new Map(
        again
          .snapshot()
          .range('/')
          .map((object) => [object.key, object.revision]),
      ),
      truth.stateAt(restored.revision),
    );
    await assert.rejects(pastOf(again, revision), CompactedError);
    assert.ok((await again.put('/next', encodeAt('/next'))).revision > revision);
    await again.close();
    assert.ok(
      during.every((writes) => writes > 0),
      'nobody waits for a copy to be made',
    );
    t.diagnostic(`${copies} copies; ${during.join(', ')} writes were committed meanwhile`);
  } finally {
    stop.abort();
    rmSync(folder, { recursive: true });
  }
});
