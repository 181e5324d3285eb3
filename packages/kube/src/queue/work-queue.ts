import type { Clock, Random } from '../clock.ts';
import { createRateLimiter, type RateLimit, type RateLimiter } from '../pace/rate-limit.ts';
import { type Backoff, defaultBackoff, pauseAfter } from './backoff.ts';

/** Keys that want work. A key waits at most once, and is never worked on twice at once. */
export interface WorkQueue {
  /** Due now; if it is being worked on, once more after that. */
  add(key: string): void;
  /** Due after so many milliseconds, or when it was due already. Work on the key forgets this. */
  addAfter(key: string, milliseconds: number): void;
  /** Due after a pause that grows with each call until `forget`, and not before the overall limit lets it. */
  retry(key: string): void;
  /** All is well with the key: the next pause is the shortest again. */
  forget(key: string): void;
  /** Resolves when nothing is due or running. What is delayed does not count. */
  idle(): Promise<void>;
  /** Takes nothing more, finishes what is due. */
  drain(): Promise<void>;
  /** Takes nothing more, drops what is due or delayed, waits for what is running. */
  close(): Promise<void>;
  readonly active: number;
  readonly delayed: number;
}

export interface WorkQueueOptions {
  /** Rejecting is the same as asking for a retry. */
  readonly work: (key: string) => Promise<void>;
  /** Keys worked on at once; 1 by default. */
  readonly concurrency?: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly backoff?: Partial<Backoff>;
  /** How fast all keys together may be tried again; no limit unless told. */
  readonly retryLimit?: RateLimit | undefined;
}

/** Makes an empty queue; work begins with the first key. Close it at the end. */
export const createWorkQueue = (options: WorkQueueOptions): WorkQueue => new Queue(options);

interface Delay {
  readonly at: number;
  readonly cancel: () => void;
}

class Queue implements WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #concurrency: number;
  readonly #backoff: Backoff;
  readonly #due = new Set<string>();
  readonly #running = new Set<string>();
  readonly #delays = new Map<string, Delay>();
  readonly #failures = new Map<string, number>();
  readonly #limiter: RateLimiter | undefined;
  #idle: PromiseWithResolvers<void> | undefined;
  #isOpen = true;
  #isWoken = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#concurrency = options.concurrency ?? 1;
    this.#backoff = { ...defaultBackoff, ...options.backoff };
    const { retryLimit, clock } = options;
    this.#limiter = retryLimit && createRateLimiter(retryLimit, clock);
  }

  get active(): number {
    return this.#due.size + this.#running.size;
  }

  get delayed(): number {
    return this.#delays.size;
  }

  add(key: string): void {
    if (!this.#isOpen) return;
    this.#due.add(key);
    this.#wake();
  }

  addAfter(key: string, milliseconds: number): void {
    if (!this.#isOpen) return;
    const at = this.#options.clock.now() + milliseconds;
    const earlier = this.#delays.get(key);
    if (earlier !== undefined && earlier.at <= at) return;
    earlier?.cancel();
    const cancel = this.#options.clock.after(milliseconds, () => {
      this.#delays.delete(key);
      this.add(key);
    });
    this.#delays.set(key, { at, cancel });
  }

  retry(key: string): void {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    const pause = pauseAfter(failures, this.#backoff, this.#options.random);
    this.addAfter(key, Math.max(pause, this.#limiter?.take() ?? 0));
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }

  idle(): Promise<void> {
    if (this.active === 0) return Promise.resolve();
    this.#idle ??= Promise.withResolvers<void>();
    return this.#idle.promise;
  }

  drain(): Promise<void> {
    this.#isOpen = false;
    for (const { cancel } of this.#delays.values()) cancel();
    this.#delays.clear();
    this.#settle();
    return this.idle();
  }

  close(): Promise<void> {
    this.#due.clear();
    return this.drain();
  }

  /**
   * In a turn of its own: a burst of changes to one object makes one pass, and work that never waits
   * for anything outside cannot keep the process from everything else.
   */
  #wake(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    setImmediate(() => {
      this.#isWoken = false;
      this.#begin();
    });
  }

  #begin(): void {
    for (const key of this.#due) {
      if (this.#running.size >= this.#concurrency) return;
      // A key that came again while it is worked on stays due until that ends.
      if (!this.#running.has(key)) void this.#workOn(key);
    }
  }

  async #workOn(key: string): Promise<void> {
    this.#due.delete(key);
    this.#running.add(key);
    this.#delays.get(key)?.cancel();
    this.#delays.delete(key);
    try {
      await this.#options.work(key);
    } catch {
      this.retry(key); // `work` has told of its trouble where that belongs; here it only means: again.
    }
    this.#running.delete(key);
    if (this.#due.size > 0) this.#wake();
    else this.#settle();
  }

  #settle(): void {
    if (this.active > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }
}
