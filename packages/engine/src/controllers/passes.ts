import {
  type Cache,
  type Controller,
  createWorkQueue,
  keyOf,
  type ObjectName,
  type Outcome,
  type Pass,
  type PassCounts,
  type WorkQueue,
} from '@fairlead/kube';

/** A controller over something else than the objects of one kind. */
export interface PassesOptions {
  readonly name: string;
  readonly cache: Cache;
  readonly concurrency: number;
  /** No pass before this. */
  readonly ready: Promise<void>;
  readonly reconcile: (key: string) => Promise<Outcome>;
  /** All keys there are, for a pass over everything. */
  readonly keys: () => Iterable<string>;
  readonly onPass?: ((pass: Pass) => void) | undefined;
  /** Stops whatever wakes it. */
  readonly stop: () => void;
}

/** A controller that is woken by hand, key by key. */
export class Passes implements Controller {
  readonly name: string;
  readonly ready: Promise<void>;
  readonly #options: PassesOptions;
  readonly #queue: WorkQueue;
  readonly #failures = new Map<string, unknown>();
  readonly #ended = { done: 0, waiting: 0, stalled: 0, failed: 0 };
  /** Keys kept until all is ready. A pass that waited for that would hold up the closing. */
  #early: Set<string> | undefined = new Set();

  constructor(options: PassesOptions) {
    const { name, cache, concurrency, ready } = options;
    const { clock, random } = cache;
    this.name = name;
    this.ready = ready;
    this.#options = options;
    this.#queue = createWorkQueue({ work: (key) => this.#pass(key), concurrency, clock, random });
    ready.then(
      () => this.#begin(),
      () => {}, // Closed before.
    );
  }

  wake(key: string): void {
    if (this.#early === undefined) this.#queue.add(key);
    else this.#early.add(key);
  }

  enqueue(name: ObjectName): void {
    this.wake(keyOf(name));
  }

  enqueueAll(): void {
    for (const key of this.#options.keys()) this.wake(key);
  }

  idle(): Promise<void> {
    return this.#queue.idle();
  }

  counts(): PassCounts {
    return { ...this.#ended, active: this.#queue.active, delayed: this.#queue.delayed };
  }

  failures(): ReadonlyMap<string, unknown> {
    return this.#failures;
  }

  health(): string | undefined {
    return undefined;
  }

  async close(): Promise<void> {
    this.#options.stop();
    await this.#queue.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #begin(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const key of early) this.#queue.add(key);
  }

  async #pass(key: string): Promise<void> {
    const began = this.#options.cache.clock.now();
    try {
      const outcome = await this.#options.reconcile(key);
      this.#queue.forget(key);
      if (outcome.kind === 'waiting' && outcome.after !== undefined) this.#queue.addAfter(key, outcome.after);
      this.#note(key, began, outcome);
    } catch (error) {
      this.#note(key, began, { kind: 'failed', error });
      throw error; // The queue's sign to come back after a pause.
    }
  }

  #note(key: string, began: number, outcome: Pass['outcome']): void {
    this.#ended[outcome.kind] += 1;
    if (outcome.kind === 'failed') this.#failures.set(key, outcome.error);
    else this.#failures.delete(key);
    const took = this.#options.cache.clock.now() - began;
    this.#options.onPass?.({ controller: this.name, key, took, outcome });
  }
}
