/** Time as an argument, so that a test can hold it still. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after `milliseconds`; the returned function cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** A number in [0, 1). */
export type Random = () => number;

/** The machine's randomness; not for secrets. */
export const systemRandom: Random = Math.random;

/** The machine's clock. Timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    let timer: NodeJS.Timeout | undefined;
    const wait = (left: number): void => {
      const end = left > longestTimer ? () => wait(left - longestTimer) : callback;
      timer = setTimeout(end, Math.min(left, longestTimer));
      timer.unref();
    };
    wait(milliseconds);
    return () => clearTimeout(timer);
  },
};

/** Milliseconds, some 25 days. Node takes anything longer for nothing, and calls at once. */
const longestTimer = 2 ** 31 - 1;

/** Resolves after `milliseconds`, or at once when the signal is aborted. */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = (): void => resolve();
  const cancel = clock.after(milliseconds, wake);
  signal?.addEventListener('abort', wake, { once: true });
  return promise.finally(() => {
    cancel();
    signal?.removeEventListener('abort', wake);
  });
}
