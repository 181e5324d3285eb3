import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { CompactedError, type Store, type StoreEvent } from '../../packages/engine/src/store/index.ts';
import { type Act, actsOf, isWhole } from './words.ts';

/** Everything that was committed, in order of revision, and what it adds up to. */
export class Truth {
  readonly acts: Act[] = [];
  /** The revision of each key's object, after the first `#folded` acts. */
  #state = new Map<string, number>();
  #folded = 0;

  constructor(acts: readonly Act[] = []) {
    this.add(acts);
  }

  get revision(): number {
    return this.acts.at(-1)?.[0] ?? 0;
  }

  add(acts: readonly Act[]): void {
    for (const act of acts) {
      assert.ok(act[0] > this.revision, `revision ${act[0]} comes after ${this.revision}`);
      this.acts.push(act);
    }
  }

  /** The acts after a revision. */
  since(revision: number): Act[] {
    const newest = this.acts.findLastIndex(([at]) => at <= revision);
    return this.acts.slice(newest + 1);
  }

  /** What is there at a revision. Cheap when the one asked before was not newer. */
  stateAt(revision: number): ReadonlyMap<string, number> {
    if (this.#folded > 0 && (this.acts[this.#folded - 1]?.[0] ?? 0) > revision) {
      this.#state = new Map();
      this.#folded = 0;
    }
    for (let act = this.acts[this.#folded]; act && act[0] <= revision; act = this.acts[this.#folded]) {
      const [at, deleted, key] = act;
      if (deleted) this.#state.delete(key);
      else this.#state.set(key, at);
      this.#folded += 1;
    }
    return this.#state;
  }
}

/** Holds an opened store to the truth up to its revision: objects, and watches from any revision. */
export async function checkAgainst(truth: Truth, store: Store, anyRevision: () => number): Promise<void> {
  const objects = store.snapshot().range('/');
  const found = new Map(objects.map(({ key, revision }) => [key, revision]));
  assert.deepEqual(found, truth.stateAt(store.revision), 'the objects');
  assert.ok(objects.every(isWhole), 'objects hold what was written');
  const known = await checkWatch(truth, store, store.compacted);
  assert.ok(
    known.every(({ object }) => isWhole(object)),
    'events hold what was written',
  );
  await checkWatch(truth, store, Math.max(store.compacted, Math.min(store.revision, anyRevision())));
  if (store.compacted > 0) {
    await assert.rejects(pastOf(store, store.compacted - 1), CompactedError);
  }
}

/** A watch from there sees every event, once, in order. */
async function checkWatch(truth: Truth, store: Store, after: number): Promise<readonly StoreEvent[]> {
  const events = await pastOf(store, after);
  const expected = truth.since(after).filter(([revision]) => revision <= store.revision);
  assert.deepEqual(actsOf(events), expected, `what a watch from ${after} sees`);
  return events;
}

/** What a watch from there is told of the past. */
export async function pastOf(store: Store, after: number): Promise<readonly StoreEvent[]> {
  const events: StoreEvent[] = [];
  const watch = store.watch({
    prefix: '/',
    after,
    onEvents: (some) => void events.push(...some),
    onEnd: () => {},
  });
  // It comes in one piece, in a later microtask.
  await setImmediate();
  watch.close();
  return events;
}
