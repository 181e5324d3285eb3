/** How many indexes a text like `1,3-5` names, each below `completions`; or what is wrong with it. */
export const readIndexes = (text: string, completions: number): number | string => {
  if (text === '') return 0;
  let last: number | undefined;
  let total = 0;
  for (const part of text.split(',')) {
    const interval = readInterval(part, completions);
    if (typeof interval === 'string') return interval;
    const [from, to] = interval;
    if (last !== undefined && last >= from) return unordered(last, from);
    total += to - from + 1;
    last = to;
  }
  return total;
};

const unordered = (before: number, now: number): string =>
  `non-increasing order, previous: ${before}, current: ${now}`;

const readInterval = (text: string, completions: number): readonly [number, number] | string => {
  const limits = text.split('-');
  if (limits.length > 2) {
    return `the fragment ${JSON.stringify(text)} violates the requirement that an index interval can have at most two parts separated by '-'`;
  }
  for (const limit of limits) {
    if (!/^\d+$/.test(limit)) return `cannot convert string to integer for index: ${JSON.stringify(limit)}`;
    if (Number(limit) >= completions) return `too large index: ${JSON.stringify(limit)}`;
  }
  const [from = 0, to = from] = limits.map(Number);
  return limits.length > 1 && from >= to ? unordered(from, to) : [from, to];
};
