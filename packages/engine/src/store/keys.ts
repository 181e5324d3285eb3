const outOfOrder = /[\ud800-\uffff]/;
const outOfOrderUnits = /[\ud800-\uffff]/g;

const rotate = (unit: string): string => {
  const code = unit.charCodeAt(0);
  return String.fromCharCode(code < 0xe000 ? code + 0x2000 : code - 0x800);
};

/**
 * A key in the form in which it is sorted. Kubernetes sorts by UTF-8 bytes, JavaScript compares
 * UTF-16 units; they disagree only on surrogates (characters above U+FFFF), which bytes put after
 * U+E000–U+FFFF. Swapping the two ranges once per key is cheaper than a comparison of our own,
 * which a tree would call a dozen times. ASCII keys come back as they are.
 */
export const sortable = (key: string): string =>
  outOfOrder.test(key) ? key.replace(outOfOrderUnits, rotate) : key;

/** Orders what `sortable` made. */
export const compareSortable = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Comes after everything that starts with `prefix`: a lone low surrogate ends up highest, and no text has one. */
export const endOfPrefix = (prefix: string): string => `${sortable(prefix)}\uffff`;
