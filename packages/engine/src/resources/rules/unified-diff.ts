/** How many lines around a change are shown. */
const CONTEXT = 3;

type Kind = ' ' | '-' | '+';
interface Line {
  readonly kind: Kind;
  readonly text: string;
}

/** What changed between two values that are written as JSON, one member a line: as `diff -u` tells it, without names. */
export const unifiedDiff = (old: unknown, next: unknown): string => {
  const lines = changes(linesOf(old), linesOf(next));
  return hunks(lines)
    .map(([from, to]) => renderHunk(lines, from, to))
    .join('');
};

const linesOf = (value: unknown): string[] => JSON.stringify(value, undefined, 1).split('\n');

/** Both texts as one: what stayed, what went, what came (the longest common subsequence stays). */
const changes = (old: readonly string[], next: readonly string[]): Line[] => {
  const common = commonLengths(old, next);
  const out: Line[] = [];
  let [a, b] = [0, 0];
  const put = (kind: Kind, text: string | undefined): number => out.push({ kind, text: text ?? '' });
  while (a < old.length || b < next.length) {
    if (a < old.length && b < next.length && old[a] === next[b]) {
      put(' ', old[a++]);
      b++;
    } else if (b >= next.length || (a < old.length && at(common, a + 1, b) >= at(common, a, b + 1))) {
      put('-', old[a++]);
    } else put('+', next[b++]);
  }
  return out;
};

type Lengths = readonly (readonly number[])[];

const at = (lengths: Lengths, a: number, b: number): number => lengths[a]?.[b] ?? 0;

/** How long the common subsequence is of what begins at `a` and at `b`. */
const commonLengths = (old: readonly string[], next: readonly string[]): Lengths => {
  const lengths = Array.from({ length: old.length + 1 }, () => Array<number>(next.length + 1).fill(0));
  for (let a = old.length - 1; a >= 0; a--) {
    const row = lengths[a] as number[];
    for (let b = next.length - 1; b >= 0; b--) {
      const same = old[a] === next[b];
      row[b] = same ? at(lengths, a + 1, b + 1) + 1 : Math.max(at(lengths, a + 1, b), at(lengths, a, b + 1));
    }
  }
  return lengths;
};

/** Changes that are near each other are shown together. */
const hunks = (lines: readonly Line[]): [from: number, to: number][] => {
  const out: [number, number][] = [];
  lines.forEach(({ kind }, index) => {
    if (kind === ' ') return;
    const [from, to] = [Math.max(0, index - CONTEXT), Math.min(lines.length, index + CONTEXT + 1)];
    const last = out.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = to;
    else out.push([from, to]);
  });
  return out;
};

const renderHunk = (lines: readonly Line[], from: number, to: number): string => {
  const shown = lines.slice(from, to);
  const range = (gone: Kind): string => {
    const begin = lines.slice(0, from).filter(({ kind }) => kind !== gone).length;
    const length = shown.filter(({ kind }) => kind !== gone).length;
    return length === 1 ? String(begin + 1) : `${begin + (length === 0 ? 0 : 1)},${length}`;
  };
  const text = shown.map((line) => `${line.kind}${line.text}\n`).join('');
  return `@@ -${range('+')} +${range('-')} @@\n${text}`;
};
