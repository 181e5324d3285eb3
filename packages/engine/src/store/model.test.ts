import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { systemClock } from '@fairlead/kube';
import fc from 'fast-check';
import type { Store } from './contract.ts';
import { openMemoryStore } from './memory.ts';
import { holding, type Observer, observe, textOf } from './observe.conformance.ts';
import { openSqliteStore } from './sqlite.ts';

const keys = ['/a/x', '/a/y', '/a-b/x', '/a', '/b/é', '/b/\uff5e', '/b/\u{1f600}'];
const prefixes = ['', '/', '/a', '/a/', '/b/', '/a/x', '/none/'];

const write = { key: fc.constantFrom(...keys), text: fc.string({ maxLength: 5 }) };
const back = fc.nat(10);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('put' as const), ...write }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), ...write }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('watch' as const), prefix: fc.constantFrom(...prefixes), back }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compact' as const), back }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface ModelEvent {
  readonly revision: number;
  readonly key: string;
  /** Undefined when there was or is nothing. */
  readonly before: string | undefined;
  readonly text: string | undefined;
}

/** The store as a list of everything that ever happened, read from its beginning each time. */
class Model {
  readonly events: ModelEvent[] = [];

  get(key: string): string | undefined {
    return this.events.findLast((event) => event.key === key)?.text;
  }

  add(key: string, text: string | undefined): void {
    this.events.push({ revision: this.events.length + 1, key, before: this.get(key), text });
  }

  list(prefix: string): string[] {
    const sorted = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return sorted.filter((key) => key.startsWith(prefix) && this.get(key) !== undefined);
  }

  story(prefix: string, after: number): string[] {
    const seen = this.events.filter((event) => event.revision > after && event.key.startsWith(prefix));
    return seen.map(({ revision, key, before, text }) => {
      const type = text === undefined ? 'DELETED' : before === undefined ? 'ADDED' : 'MODIFIED';
      return `${type} ${revision} ${key} ${before} → ${text ?? 'gone'}`;
    });
  }
}

const tell = (observer: Observer): string[] =>
  observer.events.map(({ type, revision, object, previous }) => {
    return `${type} ${revision} ${object.key} ${textOf(previous)} → ${textOf(object)}`;
  });

class Run {
  readonly #open: () => Promise<Store>;
  readonly #model = new Model();
  #store: Store;
  #writes: Promise<unknown>[] = [];
  #watches: { readonly prefix: string; readonly after: number; readonly observer: Observer }[] = [];

  constructor(open: () => Promise<Store>, store: Store) {
    this.#open = open;
    this.#store = store;
  }

  async step(step: Step): Promise<void> {
    if (step.do === 'put') this.#put(step.key, step.text);
    else if (step.do === 'delete') this.#delete(step.key);
    else if (step.do === 'watch') this.#watch(step.prefix, this.#store.revision - step.back);
    else if (step.do === 'compact') this.#writes.push(this.#store.compact(this.#store.revision - step.back));
    else if (step.do === 'settle') await this.settle();
    else await this.#reopen();
    for (const key of keys) assert.equal(textOf(this.#store.pending(key)), this.#model.get(key));
  }

  async settle(): Promise<void> {
    await Promise.all(this.#writes.splice(0));
    const snapshot = this.#store.snapshot();
    assert.equal(snapshot.revision, this.#model.events.length);
    for (const prefix of prefixes) {
      const found = snapshot.range(prefix);
      assert.deepEqual(
        found.map(({ key }) => key),
        this.#model.list(prefix),
      );
      assert.deepEqual(
        found.map(textOf),
        this.#model.list(prefix).map((key) => this.#model.get(key)),
      );
      assert.equal(snapshot.count(prefix), found.length);
      for (const [index, { key }] of found.entries()) {
        assert.deepEqual(snapshot.range(prefix, { after: key, limit: 2 }), found.slice(index + 1, index + 3));
        assert.equal(snapshot.count(prefix, { after: key }), found.length - index - 1);
      }
    }
    for (const { prefix, after, observer } of this.#watches) {
      assert.deepEqual(tell(observer), this.#model.story(prefix, after));
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#writes);
    await this.#store.close();
  }

  #put(key: string, text: string): void {
    this.#model.add(key, text);
    this.#writes.push(this.#store.put(key, holding(text)));
  }

  #delete(key: string): void {
    if (this.#model.get(key) === undefined) return;
    this.#model.add(key, undefined);
    this.#writes.push(this.#store.delete(key, holding('gone')));
  }

  #watch(prefix: string, after: number): void {
    if (after < this.#store.compacted) assert.throws(() => observe(this.#store, { prefix, after }));
    else this.#watches.push({ prefix, after, observer: observe(this.#store, { prefix, after }) });
  }

  async #reopen(): Promise<void> {
    await this.settle();
    await this.close();
    this.#watches = [];
    this.#store = await this.#open();
  }
}

/** `place` gives each run a store of its own, and how to open it. */
const check = (steps: fc.Arbitrary<Step[]>, place: () => () => Promise<Store>) =>
  fc.asyncProperty(steps, async (chosen) => {
    const open = place();
    const run = new Run(open, await open());
    try {
      for (const one of chosen) await run.step(one);
      await run.settle();
    } finally {
      await run.close();
    }
  });

it('in memory, the store does what a list of all events would do', async () => {
  const steps = fc.array(
    step.filter((one) => one.do !== 'reopen'),
    { maxLength: 60 },
  );
  await fc.assert(
    check(steps, () => openMemoryStore),
    { numRuns: 150 },
  );
});

it('on SQLite, the store does what a list of all events would do, and still does when opened again', async () => {
  const root = mkdtempSync(join(tmpdir(), 'fairlead-store-'));
  let stores = 0;
  const place = () => {
    const path = join(root, String(stores++), 'store.db');
    return () => openSqliteStore({ path, clock: systemClock });
  };
  try {
    await fc.assert(check(fc.array(step, { minLength: 20, maxLength: 80 }), place), { numRuns: 6 });
  } finally {
    rmSync(root, { recursive: true });
  }
});
