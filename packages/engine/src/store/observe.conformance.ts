import type { Encode, Store, StoreEvent, StoreWatchOptions } from './contract.ts';

const encoder = new TextEncoder();

/** Writes a ConfigMap with one datum; what a store holds does not matter to it. */
export const holding = (text: string): Encode => {
  return (revision) => {
    const metadata = { name: 'some', resourceVersion: String(revision) };
    const value = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { text } };
    return { bytes: encoder.encode(JSON.stringify(value)) };
  };
};

/** The datum of an object that `holding` wrote. */
export const textOf = (object: StoreEvent['object'] | undefined): string | undefined =>
  (object?.value() as { readonly data?: { readonly text: string } } | undefined)?.data?.text;

/** Watches everything from now on, unless told otherwise. */
export const observe = (store: Store, options: Partial<StoreWatchOptions> = {}): Observer =>
  new Observer(store, options);

/** A watch that writes down what it gets. */
export class Observer {
  readonly events: StoreEvent[] = [];
  ended = 0;
  readonly #watch: { close(): void };
  #awaited: { readonly count: number; readonly done: () => void } | undefined;

  constructor(store: Store, options: Partial<StoreWatchOptions>) {
    this.#watch = store.watch({
      prefix: '/',
      after: store.revision,
      onEvents: (events) => this.#take(events),
      onEnd: () => {
        this.ended += 1;
      },
      ...options,
    });
  }

  /** Each event in short: `ADDED 3 /a/x`. */
  get story(): string[] {
    return this.events.map((event) => `${event.type} ${event.revision} ${event.object.key}`);
  }

  /** Resolves when so many events have come in all. */
  async count(count: number): Promise<void> {
    if (this.events.length >= count) return;
    await new Promise<void>((done) => {
      this.#awaited = { count, done };
    });
  }

  close(): void {
    this.#watch.close();
  }

  #take(events: readonly StoreEvent[]): void {
    this.events.push(...events);
    if (this.#awaited && this.events.length >= this.#awaited.count) this.#awaited.done();
  }
}
