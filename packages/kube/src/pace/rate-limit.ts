import { type Clock, sleep } from '../clock.ts';
import type { Transport } from '../transport.ts';

export interface RateLimit {
  /** Requests per second in the long run. */
  readonly perSecond: number;
  /** How many may go at once after a quiet time. */
  readonly burst: number;
}

/** Gives permits at a rate, each to whoever asked first (a token bucket). */
export interface RateLimiter {
  /** Milliseconds that the asker of the next permit must wait; it is taken with the call. */
  take(): number;
  /** Takes a permit if there is one now. */
  tryTake(): boolean;
}

/** A limiter with its burst still whole. */
export function createRateLimiter({ perSecond, burst }: RateLimit, clock: Clock): RateLimiter {
  const each = 1000 / perSecond;
  /** When the next permit falls due, if all that were asked for are used in time. */
  let due = clock.now() - burst * each;
  const next = (): number => Math.max(due, clock.now() - burst * each) + each;
  return {
    take() {
      due = next();
      return Math.max(0, due - clock.now());
    },
    tryTake() {
      const isDue = next() <= clock.now();
      if (isDue) due = next();
      return isDue;
    },
  };
}

/** Holds requests back to a rate, so that one program does not take a server for itself. A watch counts once. */
export function rateLimited(transport: Transport, limit: RateLimit, clock: Clock): Transport {
  const limiter = createRateLimiter(limit, clock);
  return async (request) => {
    const pause = limiter.take();
    if (pause > 0) await sleep(clock, pause, request.signal);
    request.signal?.throwIfAborted();
    return transport(request);
  };
}
