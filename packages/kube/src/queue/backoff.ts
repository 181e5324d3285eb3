import type { Random } from '../clock.ts';

/** A pause that grows with every failure in a row. Milliseconds. */
export interface Backoff {
  readonly first: number;
  readonly most: number;
  readonly factor: number;
  /** The part of the pause that is left to chance, so that many do not come back at once: 0 to 1. */
  readonly jitter: number;
}

export const defaultBackoff: Backoff = { first: 10, most: 60_000, factor: 2, jitter: 0.5 };

/** The pause after so many failures in a row, counted from 1. */
export function pauseAfter(failures: number, backoff: Backoff, random: Random): number {
  const full = Math.min(backoff.most, backoff.first * backoff.factor ** (failures - 1));
  return full * (1 - backoff.jitter * random());
}
