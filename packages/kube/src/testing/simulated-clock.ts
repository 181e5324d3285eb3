import type { Clock } from '../clock.ts';

/** A clock that stands still until it is told. */
export interface SimulatedClock extends Clock {
  /** Moves on and makes the calls that fall due, in their order, each at its own time. */
  advance(milliseconds: number): void;
  /** How many calls are to come. */
  readonly pending: number;
}

/** @param start milliseconds since the epoch; the start of 2026 by default. */
export function simulatedClock(start: number = Date.UTC(2026, 0, 1)): SimulatedClock {
  const calls = new Set<{ readonly at: number; readonly callback: () => void }>();
  let now = start;
  const nextUntil = (end: number) =>
    [...calls]
      .filter(({ at }) => at <= end)
      .reduce((a, b) => (b.at < a.at ? b : a), { at: Infinity, callback() {} });
  return {
    now: () => now,
    after(milliseconds, callback) {
      const call = { at: now + Math.max(0, milliseconds), callback };
      calls.add(call);
      return () => calls.delete(call);
    },
    advance(milliseconds) {
      const end = now + milliseconds;
      for (let call = nextUntil(end); call.at <= end; call = nextUntil(end)) {
        calls.delete(call);
        now = call.at;
        call.callback();
      }
      now = end;
    },
    get pending() {
      return calls.size;
    },
  };
}
