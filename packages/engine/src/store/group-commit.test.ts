import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WriteFailedError } from './contract.ts';
import { openStore } from './group-commit.ts';
import type { Journal, JournalBatch, JournalRecord, Recovered } from './journal.ts';
import { holding, observe, textOf } from './observe.conformance.ts';

/** A journal that does what the test says, when it says so. */
class ScriptedJournal implements Journal {
  readonly kept = new Map<number, JournalRecord>();
  readonly batches: JournalBatch[] = [];
  closed = false;
  #commit: PromiseWithResolvers<void> | undefined;
  #reopening: PromiseWithResolvers<Recovered> | undefined;

  open = async (after: number): Promise<Recovered> => ({
    records: [...this.kept.values()].filter((record) => record.revision > after),
    compacted: 0,
  });

  commit = (batch: JournalBatch): Promise<void> => {
    this.batches.push(batch);
    this.#commit = Promise.withResolvers();
    return this.#commit.promise;
  };

  reopen = (after: number): Promise<Recovered> => {
    this.#reopening = Promise.withResolvers();
    this.#after = after;
    return this.#reopening.promise;
  };

  close = async (): Promise<void> => {
    this.closed = true;
    this.#reopening?.reject(new Error('closed'));
  };

  #after = 0;

  /** The batch under way becomes durable. */
  async succeed(): Promise<void> {
    this.keep();
    this.#commit?.resolve();
    await settled();
  }

  async fail(): Promise<void> {
    this.#commit?.reject(new Error('EIO'));
    await settled();
  }

  /** The batch under way reaches the disk, whatever the store hears of it. */
  keep(): void {
    const { records, forget } = this.batches.at(-1) as JournalBatch;
    for (const record of records) this.kept.set(record.revision, record);
    for (const revision of forget?.dead ?? []) this.kept.delete(revision);
  }

  async work(): Promise<void> {
    this.#reopening?.resolve(await this.open(this.#after));
    await settled();
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const sizes = (journal: ScriptedJournal): number[] => journal.batches.map(({ records }) => records.length);

async function scripted() {
  const journal = new ScriptedJournal();
  const faults: string[] = [];
  const store = await openStore(journal, { onFault: (fault) => faults.push(fault.message) });
  return { journal, faults, store };
}

describe('group commit', () => {
  it('sends writes together that came while the journal was busy', async () => {
    const { journal, store } = await scripted();
    const puts = [store.put('/a', holding('1')), store.put('/b', holding('1'))];
    await settled();
    for (let index = 0; index < 600; index += 1) puts.push(store.put('/a', holding(String(index))));
    assert.deepEqual(sizes(journal), [2]);
    assert.equal(store.revision, 0);
    await journal.succeed();
    assert.equal(store.revision, 2);
    await journal.succeed();
    await journal.succeed();
    assert.deepEqual(sizes(journal), [2, 512, 88]);
    assert.equal((await Promise.all(puts)).length, 602);
  });

  it('acknowledges nothing of a failed batch, nor what came after it', async () => {
    const { journal, store, faults } = await scripted();
    const observer = observe(store);
    const first = store.put('/a', holding('1'));
    await settled();
    const second = store.put('/a', holding('2'));
    const outcomes = Promise.allSettled([first, second]);
    await journal.fail();
    for (const outcome of await outcomes) {
      assert.ok(outcome.status === 'rejected' && outcome.reason instanceof WriteFailedError);
    }
    assert.deepEqual([store.revision, store.pending('/a'), store.snapshot().count('/')], [0, undefined, 0]);
    assert.deepEqual([observer.events, observer.ended, faults], [[], 1, ['EIO']]);
  });

  it('refuses writes until the journal works again, and never gives a revision twice', async () => {
    const { journal, store } = await scripted();
    const lost = assert.rejects(store.put('/a', holding('lost')), WriteFailedError);
    await settled();
    await journal.fail();
    await lost;
    await assert.rejects(store.put('/b', holding('early')), /could not be made durable: EIO/);
    await assert.rejects(store.compact(1), WriteFailedError);
    await journal.work();
    const put = store.put('/b', holding('fine'));
    await settled();
    await journal.succeed();
    assert.equal((await put).revision, 2);
  });

  it('shows what was lost after all when the disk has it', async () => {
    const { journal, store } = await scripted();
    const lost = assert.rejects(store.put('/a', holding('lost')), WriteFailedError);
    await settled();
    journal.keep();
    await journal.fail();
    await lost;
    const observer = observe(store);
    await journal.work();
    assert.equal(textOf(store.snapshot().get('/a')), 'lost');
    assert.deepEqual([observer.story, observer.ended], [['ADDED 1 /a'], 0]);
  });

  it('says when all that is pending is durable, and when it is lost', async () => {
    const { journal, store } = await scripted();
    await store.settled();
    const first = store.put('/a', holding('1'));
    const told: string[] = [];
    const settling = store.settled().then(() => told.push('settled'));
    await settled();
    assert.deepEqual(told, []);
    await journal.succeed();
    await Promise.all([first, settling]);
    const lost = assert.rejects(store.put('/a', holding('2')), WriteFailedError);
    const unsettled = assert.rejects(store.settled(), WriteFailedError);
    await settled();
    await journal.fail();
    await Promise.all([lost, unsettled]);
    await store.settled();
  });

  it('can be closed while the disk is broken', async () => {
    const { journal, store } = await scripted();
    const lost = assert.rejects(store.put('/a', holding('lost')), WriteFailedError);
    await settled();
    await journal.fail();
    await lost;
    await store.close();
    assert.ok(journal.closed);
  });

  it('tells the journal which records nobody needs any more', async () => {
    const { journal, store } = await scripted();
    const steps = [
      store.put('/a', holding('1')),
      store.put('/a', holding('2')),
      store.put('/b', holding('3')),
      store.delete('/b', holding('4')),
      store.put('/a', holding('5')),
    ];
    await settled();
    await journal.succeed();
    await Promise.all(steps);
    const compacted = store.compact(4);
    await settled();
    await journal.succeed();
    await compacted;
    assert.deepEqual(journal.batches.at(-1), { records: [], forget: { upTo: 4, dead: [1, 3, 4] } });
    assert.deepEqual([...journal.kept.keys()], [2, 5], 'the state at 4, and what came after');
  });
});
