import { compile, type Outcome } from './program.ts';
import type { Type } from './type.ts';
import { isList, isMap, itemsOf, Optional, type Value } from './value.ts';

/** What an expression without variables comes to, as plain data: lists and maps as such, `?` before an optional. */
export const evaluate = (source: string, limit = 1_000_000): unknown => {
  const outcome = run(source, limit);
  return outcome.error === undefined ? plain(outcome.value ?? null) : `error: ${outcome.error}`;
};

export const run = (source: string, limit = 1_000_000): Outcome => {
  const compiled = compile(source, new Map());
  if ('issues' in compiled) throw new Error(compiled.issues);
  return compiled.program.run(new Map(), limit);
};

/** What is wrong with an expression as it is written, without the lines below each message. */
export const issuesOf = (
  source: string,
  variables: Readonly<Record<string, Type>> = {},
): readonly string[] => {
  const compiled = compile(source, new Map(Object.entries(variables)));
  if (!('issues' in compiled)) return [];
  return compiled.issues.split('\n').filter((line) => line.startsWith('ERROR'));
};

const plain = (value: Value): unknown => {
  if (value instanceof Optional) return value.value === undefined ? '?' : ['?', plain(value.value)];
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return [...itemsOf(value)].map(plain);
  if (isMap(value))
    return Object.fromEntries(value.keys().map((key) => [String(key), plain(value.get(key) ?? null)]));
  return 'nanos' in value ? Number(value.nanos) : 'value' in value ? Number(value.value) : value;
};
