/** From the least to the most that something can cost or be large. Sums and products stay within 64 bits. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** What Kubernetes takes for "without end". */
export const ENDLESS = 2 ** 64;

export const range = (exact: number): Range => ({ min: exact, max: exact });
export const ZERO = range(0);
export const UNKNOWN: Range = { min: 0, max: ENDLESS };

const capped = (value: number): number => Math.min(value, ENDLESS);

export const plus = (a: Range, b: Range): Range => ({
  min: capped(a.min + b.min),
  max: capped(a.max + b.max),
});
export const times = (a: Range, b: Range): Range => ({
  min: capped(a.min * b.min),
  max: capped(a.max * b.max),
});
export const union = (a: Range, b: Range): Range => ({
  min: Math.min(a.min, b.min),
  max: Math.max(a.max, b.max),
});

/** Rounded up, as costs are. */
export const scaled = (a: Range, factor: number): Range => ({
  min: capped(Math.ceil(a.min * factor)),
  max: capped(Math.ceil(a.max * factor)),
});
