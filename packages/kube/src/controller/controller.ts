import type { Clock } from '../clock.ts';
import type { Change } from '../informer/contract.ts';
import { keyOf, type ObjectName, parseKey } from '../name.ts';
import type { KubeObject } from '../object.ts';
import { createWorkQueue, type WorkQueue } from '../queue/work-queue.ts';
import type { Controller, ControllerOptions, Pass, PassCounts, ReconcileContext } from './contract.ts';
import type { Outcome } from './outcome.ts';
import { type Source, sourcesOf } from './sources.ts';

/** Starts a controller; passes begin when everything it watches has been listed once. */
export const startController = <T extends KubeObject>(options: ControllerOptions<T>): Controller =>
  // Past `sourcesOf` nothing depends on T: a controller deals in names.
  new RunningController(options as unknown as ControllerOptions<KubeObject>);

class RunningController implements Controller {
  readonly name: string;
  readonly ready: Promise<void>;
  readonly #options: ControllerOptions<KubeObject>;
  readonly #clock: Clock;
  readonly #queue: WorkQueue;
  readonly #sources: readonly Source[];
  readonly #context: ReconcileContext;
  readonly #abort = new AbortController();
  readonly #failures = new Map<string, unknown>();
  readonly #ended = { done: 0, waiting: 0, stalled: 0, failed: 0 };
  #stops: readonly (() => void)[] = [];
  #isOpen = true;
  #broken: string | undefined;

  constructor(options: ControllerOptions<KubeObject>) {
    const {
      name,
      cache,
      concurrency = 1,
      backoff = {},
      retryLimit = { perSecond: 10, burst: 100 },
    } = options;
    const { clock, random } = cache;
    this.name = name;
    this.#options = options;
    this.#clock = clock;
    this.#context = { client: cache.client, cache, signal: this.#abort.signal };
    const work = (key: string): Promise<void> => this.#pass(key);
    this.#queue = createWorkQueue({ work, concurrency, clock, random, backoff, retryLimit });
    this.#sources = sourcesOf(options);
    this.ready = this.#begin();
    this.ready.catch(() => {}); // Closing before the first list is no error of ours to raise.
  }

  enqueue(name: ObjectName): void {
    this.#queue.add(keyOf(name));
  }

  enqueueAll(): void {
    const own = this.#sources[0]?.informer;
    if (own?.hasSynced) for (const object of own.list()) this.enqueue(object.metadata);
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
    if (this.#broken !== undefined) return this.#broken;
    const blind = this.#sources.find(({ informer }) => informer.error !== undefined)?.informer;
    return blind && `cannot watch ${blind.kind.resource}: ${blind.error?.message}`;
  }

  async close(grace = 10_000): Promise<void> {
    this.#isOpen = false;
    for (const stop of this.#stops) stop();
    const cancel = this.#clock.after(grace, () => this.#abort.abort());
    await this.#queue.close();
    cancel();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Subscribing replays what is there, so every object gets its first pass, and none with half the picture. */
  async #begin(): Promise<void> {
    await Promise.all(this.#sources.map(({ informer }) => informer.synced));
    if (!this.#isOpen) return;
    this.#stops = this.#sources.map((source) =>
      source.informer.subscribe((change) => this.#wake(source, change)),
    );
  }

  #wake(source: Source, change: Change): void {
    try {
      for (const name of source.namesIn(change)) this.enqueue(name);
    } catch (error) {
      // A broken `map` or `when` must not stop the informer that others share.
      const { metadata } = (change.after ?? change.before) as KubeObject;
      this.#broken = `cannot tell whom ${source.informer.kind.resource} ${keyOf(metadata)} concerns: ${String(error)}`;
    }
  }

  async #pass(key: string): Promise<void> {
    const began = this.#clock.now();
    const note = (outcome: Pass['outcome']): void =>
      this.#note({ controller: this.name, key, took: this.#clock.now() - began, outcome });
    try {
      const outcome = await this.#options.reconcile(parseKey(key), this.#context);
      this.#obey(key, outcome);
      note(outcome);
    } catch (error) {
      note({ kind: 'failed', error });
      throw error; // The queue's sign to come back after a pause.
    }
  }

  #obey(key: string, outcome: Outcome): void {
    this.#queue.forget(key);
    switch (outcome.kind) {
      case 'done':
      case 'stalled':
        return;
      case 'waiting':
        if (outcome.after !== undefined) this.#queue.addAfter(key, outcome.after);
        return;
      default:
        throw new TypeError(`unknown outcome ${outcome satisfies never}`);
    }
  }

  #note(pass: Pass): void {
    const { kind } = pass.outcome;
    this.#ended[kind] += 1;
    if (pass.outcome.kind === 'failed') this.#failures.set(pass.key, pass.outcome.error);
    else this.#failures.delete(pass.key);
    this.#options.onPass?.(pass);
  }
}
