/**
 * Which of two resource versions of one kind is newer: negative, zero or positive, as for sorting.
 * They are decimal numbers without leading zeros, possibly beyond 2^53, so the longer one is the newer.
 */
export function compareVersions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}
