import type { Clock } from '@fairlead/kube';

/** A moment that may come earlier than was said first: a second request may shorten a grace period. */
export class Deadline {
  readonly #clock: Clock;
  readonly #passed = Promise.withResolvers<void>();
  #cancel = () => {};
  #at = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, at: number) {
    this.#clock = clock;
    this.moveTo(at);
  }

  get at(): number {
    return this.#at;
  }

  get leftMs(): number {
    return Math.max(0, this.#at - this.#clock.now());
  }

  get passed(): Promise<void> {
    return this.#passed.promise;
  }

  /** Only ever to an earlier time. */
  moveTo(at: number): void {
    if (at >= this.#at) return;
    this.#at = at;
    this.#cancel();
    this.#cancel = this.#clock.after(this.leftMs, () => this.#passed.resolve());
  }

  cancel(): void {
    this.#cancel();
  }
}
