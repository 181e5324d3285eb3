import { describe, it } from 'node:test';
import type { Store } from './contract.ts';
import type { StoreOptions } from './group-commit.ts';
import { closing, durability, history } from './history.conformance.ts';
import { objects, snapshots } from './objects.conformance.ts';
import { reentrance, watches } from './watches.conformance.ts';
import { writes } from './writes.conformance.ts';

/** One store on a disk, or wherever the driver keeps it, for one scenario. */
export interface StoreFixture {
  /** Opens it, or opens it again after it was closed. */
  open(options?: StoreOptions): Promise<Store>;
  dispose(): Promise<void>;
}

export interface StoreDriver {
  /** What was written is there when the store is opened again. */
  readonly durable: boolean;
  fixture(): StoreFixture;
}

/** Sentences about the store, each with what makes it true. Stores left open are closed afterwards. */
export type StoreScenarios = Readonly<Record<string, (fixture: Pick<StoreFixture, 'open'>) => Promise<void>>>;

/** Declares what every driver of the store must do. */
export function describeStore(name: string, driver: StoreDriver): void {
  describe(`the store ${name}`, () => {
    const topics = { writes, objects, snapshots, watches, reentrance, history, closing };
    for (const [topic, scenarios] of Object.entries(driver.durable ? { ...topics, durability } : topics)) {
      describe(topic, () => declare(scenarios, driver));
    }
  });
}

function declare(scenarios: StoreScenarios, driver: StoreDriver): void {
  for (const [title, run] of Object.entries(scenarios)) {
    it(title, async () => {
      const fixture = driver.fixture();
      const opened: Store[] = [];
      const open = async (options?: StoreOptions): Promise<Store> => {
        const store = await fixture.open(options);
        opened.push(store);
        return store;
      };
      try {
        await run({ open });
      } finally {
        await Promise.all(opened.map((store) => store.close()));
        await fixture.dispose();
      }
    });
  }
}
