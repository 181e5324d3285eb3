/** So many equal lines stand before and after what differs. */
const AROUND = 3;
/** What is longer is not compared: the time grows with the square. */
const MOST_LINES = 10_000;
/** In a text of so many lines those that come often are no ground to match on. */
const LONG = 200;

/** Lines `a` to `aEnd` of the one text and `b` to `bEnd` of the other. */
interface Span {
  readonly a: number;
  readonly aEnd: number;
  readonly b: number;
  readonly bEnd: number;
}

interface Texts {
  readonly a: readonly string[];
  readonly b: readonly string[];
  /** Where a line stands in `b`. */
  readonly places: ReadonlyMap<string, readonly number[]>;
}

/**
 * The difference of two texts in the unified format of `diff`, as Go's difflib finds it: the longest common stretch
 * first, then what is left on both sides of it.
 */
export const unifiedDiff = (before: string, after: string): string => {
  const [a, b] = [before.split('\n'), after.split('\n')];
  if (a.length > MOST_LINES || b.length > MOST_LINES) return '';
  const texts: Texts = { a, b, places: placesOf(b) };
  const equal = matches(texts, { a: 0, aEnd: a.length, b: 0, bEnd: b.length });
  return hunks(changesBetween(equal, a.length, b.length))
    .map((hunk) => renderHunk(hunk, texts))
    .join('');
};

const placesOf = (lines: readonly string[]): ReadonlyMap<string, readonly number[]> => {
  const places = Map.groupBy(lines.keys(), (index) => lines[index] as string);
  if (lines.length < LONG) return places;
  const often = Math.floor(lines.length / 100) + 1;
  return new Map([...places].filter(([, indexes]) => indexes.length <= often));
};

/** Stretches that are the same, in order. */
const matches = (texts: Texts, within: Span): readonly Span[] => {
  const best = longestMatch(texts, within);
  if (best.a === best.aEnd) return [];
  const left = { a: within.a, aEnd: best.a, b: within.b, bEnd: best.b };
  const right = { a: best.aEnd, aEnd: within.aEnd, b: best.bEnd, bEnd: within.bEnd };
  return [
    ...(isOpen(left) ? matches(texts, left) : []),
    best,
    ...(isOpen(right) ? matches(texts, right) : []),
  ];
};

const isOpen = ({ a, aEnd, b, bEnd }: Span): boolean => a < aEnd && b < bEnd;

const longestMatch = ({ a, b, places }: Texts, within: Span): Span => {
  let best = { a: within.a, b: within.b, size: 0 };
  let lengths = new Map<number, number>();
  for (let index = within.a; index < within.aEnd; index++) {
    const next = new Map<number, number>();
    for (const place of places.get(a[index] as string) ?? []) {
      if (place < within.b || place >= within.bEnd) continue;
      const size = (lengths.get(place - 1) ?? 0) + 1;
      next.set(place, size);
      if (size > best.size) best = { a: index - size + 1, b: place - size + 1, size };
    }
    lengths = next;
  }
  return extended({ a, b, places }, within, best);
};

/** Lines that were no ground to match on are taken when they stand beside a match. */
const extended = (
  { a, b }: Texts,
  within: Span,
  best: { readonly a: number; readonly b: number; readonly size: number },
): Span => {
  let [from, to] = [best.a, best.b];
  let [fromEnd, toEnd] = [from + best.size, to + best.size];
  while (from > within.a && to > within.b && a[from - 1] === b[to - 1]) {
    from--;
    to--;
  }
  while (fromEnd < within.aEnd && toEnd < within.bEnd && a[fromEnd] === b[toEnd]) {
    fromEnd++;
    toEnd++;
  }
  return { a: from, aEnd: fromEnd, b: to, bEnd: toEnd };
};

/** What lies between the stretches that are the same. */
const changesBetween = (equal: readonly Span[], aEnd: number, bEnd: number): readonly Span[] => {
  const ends = [...equal, { a: aEnd, aEnd, b: bEnd, bEnd }];
  return ends
    .map(
      ({ a, b }, index): Span => ({
        a: ends[index - 1]?.aEnd ?? 0,
        aEnd: a,
        b: ends[index - 1]?.bEnd ?? 0,
        bEnd: b,
      }),
    )
    .filter((span) => span.a < span.aEnd || span.b < span.bEnd);
};

/** Changes that are near each other are shown together. */
const hunks = (changes: readonly Span[]): readonly (readonly Span[])[] => {
  const groups: Span[][] = [];
  for (const change of changes) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group && last && change.a - last.aEnd <= 2 * AROUND) group.push(change);
    else groups.push([change]);
  }
  return groups;
};

const renderHunk = (hunk: readonly Span[], { a, b }: Texts): string => {
  const [first, last] = [hunk[0] as Span, hunk.at(-1) as Span];
  const before = Math.min(AROUND, first.a, first.b);
  const after = Math.min(AROUND, a.length - last.aEnd);
  const lines = [
    `@@ -${range(first.a - before, last.aEnd + after)} +${range(first.b - before, last.bEnd + after)} @@`,
  ];
  let at = first.a - before;
  for (const change of hunk) {
    lines.push(...a.slice(at, change.a).map((line) => ` ${line}`));
    lines.push(...a.slice(change.a, change.aEnd).map((line) => `-${line}`));
    lines.push(...b.slice(change.b, change.bEnd).map((line) => `+${line}`));
    at = change.aEnd;
  }
  lines.push(...a.slice(at, at + after).map((line) => ` ${line}`));
  return lines.map((line) => `${line}\n`).join('');
};

const range = (from: number, to: number): string =>
  to - from === 1 ? `${from + 1}` : `${to === from ? from : from + 1},${to - from}`;
