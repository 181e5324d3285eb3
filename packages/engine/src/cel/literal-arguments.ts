import type { Expr } from './expr.ts';
import type { Issue } from './issue.ts';
import { durationOf, timestampOf } from './functions/conversions.ts';
import { patternOf } from './functions/strings.ts';
import { CelError } from './value.ts';

/** Functions whose constant arguments are looked at before anything runs: what reads them, and which it is. */
const READERS: ReadonlyMap<string, (text: string) => unknown> = new Map<string, (text: string) => unknown>([
  ['matches', patternOf],
  ['duration', durationOf],
  ['timestamp', timestampOf],
]);

/** Constants that could never be read: `duration('x')`, `self.matches('(')`. */
export const literalIssues = (expr: Expr): Issue[] => {
  const below = partsOf(expr).flatMap(literalIssues);
  if (expr.kind !== 'call') return below;
  const read = READERS.get(expr.name);
  const arg = expr.args[expr.name === 'matches' && expr.target === undefined ? 1 : 0];
  if (read === undefined || arg?.kind !== 'literal' || typeof arg.value !== 'string') return below;
  return isReadable(read, arg.value)
    ? below
    : [...below, { message: `invalid ${expr.name} argument`, at: arg.at }];
};

const isReadable = (read: (text: string) => unknown, text: string): boolean => {
  try {
    read(text);
    return true;
  } catch (error) {
    if (error instanceof CelError) return false;
    throw error;
  }
};

const partsOf = (expr: Expr): readonly Expr[] => {
  switch (expr.kind) {
    case 'select':
      return [expr.operand];
    case 'call':
      return [...(expr.target === undefined ? [] : [expr.target]), ...expr.args];
    case 'list':
      return expr.items.map(({ value }) => value);
    case 'map':
      return expr.entries.flatMap(({ key, value }) => [key, value]);
    case 'comprehension':
      return [expr.range, expr.init, expr.condition, expr.step, expr.result];
    default:
      return [];
  }
};
