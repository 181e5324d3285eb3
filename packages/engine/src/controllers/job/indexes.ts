/** Numbers from 0 up as ranges, both ends included: in order, without overlap or neighbours. */
export type Indexes = readonly (readonly [first: number, last: number])[];

/** `1-3,7`, as far as it is below `end`. What cannot be read is passed over. */
export function parseIndexes(text: string, end: number): Indexes {
  const ranges = text
    .split(',')
    .map((part) => /^(\d+)(?:-(\d+))?$/.exec(part))
    .filter((match) => match !== null)
    .map(([, first, last = first]) => [Number(first), Math.min(Number(last), end - 1)] as const);
  return merge(ranges.filter(([first, last]) => first <= last));
}

/** Two in a row are listed, three and more are a range. */
export const renderIndexes = (indexes: Indexes): string =>
  indexes
    .map(([first, last]) => (first === last ? first : `${first}${last === first + 1 ? ',' : '-'}${last}`))
    .join(',');

export const withIndexes = (indexes: Indexes, added: Iterable<number>): Indexes =>
  merge([...indexes, ...[...added].map((index) => [index, index] as const)]);

export const join = (a: Indexes, b: Indexes): Indexes => merge([...a, ...b]);

export const countOf = (indexes: Indexes): number =>
  indexes.reduce((total, [first, last]) => total + last - first + 1, 0);

export const holds = (indexes: Indexes, index: number): boolean =>
  indexes.some(([first, last]) => first <= index && index <= last);

/** How many of one are in the other. */
export const countBoth = (a: Indexes, b: Indexes): number => countOf(a) + countOf(b) - countOf(join(a, b));

/** The lowest `count` numbers below `end` that are not there. */
export function firstMissing(indexes: Indexes, count: number, end: number): readonly number[] {
  const missing: number[] = [];
  let next = 0;
  for (const [first, last] of [...indexes, [end, end] as const]) {
    while (next < Math.min(first, end) && missing.length < count) missing.push(next++);
    next = Math.max(next, last + 1);
  }
  return missing;
}

function merge(ranges: Indexes): Indexes {
  const merged: [number, number][] = [];
  for (const [first, last] of ranges.toSorted(([a], [b]) => a - b)) {
    const before = merged.at(-1);
    if (before === undefined || first > before[1] + 1) merged.push([first, last]);
    else before[1] = Math.max(before[1], last);
  }
  return merged;
}
