import { readFile, writeFile } from 'node:fs/promises';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A number that a benchmark found. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** ms, ×, KB, … */
  readonly unit?: string;
  /** Which number of the budgets file it must not exceed. */
  readonly budget?: string;
  /** Which number of the budgets file it must reach. */
  readonly atLeast?: string;
}

/** A figure beside its budget: `≤ 500`, `≥ 5`. */
export interface Result extends Pick<Figure, 'name' | 'value' | 'unit'> {
  readonly judged?: string;
  readonly met?: boolean;
}

type Budgets = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The value below which a part of all values lies. */
export const quantile = (values: readonly number[], part: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
};

/** Prints the figures of a benchmark beside their budgets, and keeps them for `docs/benchmarks.md`. */
export const printFigure = async (id: string, figures: readonly Figure[]): Promise<void> => {
  const budgets = JSON.parse(await readFile(join(import.meta.dirname, 'budgets.json'), 'utf8')) as Budgets;
  const rows = figures.map((figure) => judge(figure, budgets[id] ?? {}));
  for (const { name, value, unit = '', judged, met } of rows) {
    const verdict = judged === undefined ? '' : `   budget ${judged} ${unit}   ${met ? 'met' : 'NOT MET'}`;
    console.log(`${id}  ${name.padEnd(44)} ${render(value).padStart(9)} ${unit}${verdict}`);
  }
  // A budget that is not met fails the run.
  if (rows.some(({ met }) => met === false)) process.exitCode = 1;
  const folder = join(import.meta.dirname, 'results');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${id}.json`), `${JSON.stringify(rows, undefined, 2)}\n`);
};

const judge = ({ budget, atLeast, ...said }: Figure, budgets: Budgets[string]): Result => {
  const limit = budgets[budget ?? atLeast ?? ''];
  if (limit === undefined) return said;
  return atLeast === undefined
    ? { ...said, judged: `≤ ${limit}`, met: said.value <= limit }
    : { ...said, judged: `≥ ${limit}`, met: said.value >= limit };
};

export const render = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 0);
