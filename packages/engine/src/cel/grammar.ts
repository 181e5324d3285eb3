import type { LiteralValue } from './expr.ts';

/** What an operand can begin with, as messages list it. */
export const OPERAND =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

/** Operators on two sides by how strongly they bind, the weakest first. All bind to the left. */
export const LEVELS: readonly ReadonlySet<string>[] = [
  new Set(['<', '<=', '>', '>=', '==', '!=', 'in']),
  new Set(['+', '-']),
  new Set(['*', '/', '%']),
];

/** Words that are kept for other languages. */
export const RESERVED: ReadonlySet<string> = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);
/** Words that are values. */
export const WORDS: ReadonlyMap<string, LiteralValue> = new Map<string, LiteralValue>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** How many more are open after each. */
export const BRACKETS: ReadonlyMap<string, number> = new Map([
  ...['(', '[', '{'].map((sign) => [sign, 1] as const),
  ...[')', ']', '}'].map((sign) => [sign, -1] as const),
]);
