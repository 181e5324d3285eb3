import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compile, type Program } from './program.ts';
import { BOOL, INT, listOf, mapOf, STRING, type Type } from './type.ts';
import { listOfValues, mapOfEntries, type Value } from './value.ts';

const variables: ReadonlyMap<string, Type> = new Map([
  ['s', STRING],
  ['n', INT],
  ['b', BOOL],
  ['l', listOf(STRING)],
  ['m', mapOf(STRING, INT)],
]);
const values: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['s', 'a,b\u{1f600}'],
  ['n', 3n],
  ['b', true],
  ['l', listOfValues(['x', 'y', 'x'])],
  ['m', mapOfEntries([['k', 1n]])],
]);
const root: Type = { kind: 'object', name: 'selfType', params: [], fields: variables };
const LIMIT = 10_000;

/** Pieces of the language, well formed and not. */
const PIECES =
  `s n b l m x ( ) [ ] { } . , ? : + - * / % ! && || == != < <= in 'a' "b" 1 2u 1.5 0x1F null true has(m.k) size(l) l.all(x, ` +
  `x == 'x') l.map(x, x) .filter(y, true) s.matches('a+') s.split(',') .join() m.k m[?'z'] .orValue(1) optional.of(1) ` +
  `dyn(1) int('1') duration('1h') timestamp('x') quantity('1Ki') ip('::1') cidr('1.0.0.0/8') semver('1.0.0') url('/a') ` +
  `sets.contains([1],[1]) '%s'.format([s]) .replace('','zz') type(1) [1,2].sum() {'a':1} b ? 1 : 2 // é \\ @ 'open`;
const piece = fc.constantFrom(...PIECES.split(' '));

/** Whatever is written, it is refused in words or becomes a program. */
const programOf = (source: string): Program | undefined => {
  const compiled = compile(source, variables);
  if ('program' in compiled) return compiled.program;
  assert.match(compiled.issues, /^ERROR: <input>:\d+:\d+: /);
  return undefined;
};

/** A program ends within its limit, with a value or an error in words. */
const runs = (program: Program): void => {
  const { cost, error, value } = program.run(values, LIMIT);
  assert.ok(error !== undefined || value !== undefined);
  assert.ok(program.estimate(root) >= 0);
  // A single step may go beyond the limit before it is seen.
  assert.ok(Number.isFinite(cost));
};

test('Any text is refused in words or is a program that ends', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (source) => {
      const program = programOf(source);
      if (program !== undefined) runs(program);
    }),
    { numRuns: 2000 },
  );
});

test('Any row of pieces of the language is refused in words or is a program that ends', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.constantFrom('', ' '), (pieces, between) => {
      const program = programOf(pieces.join(between));
      if (program !== undefined) runs(program);
    }),
    { numRuns: 5000 },
  );
});

const deep = (before: string, middle: string, after: string) =>
  before.repeat(5000) + middle + after.repeat(5000);
const hostile: readonly (readonly [what: string, source: string])[] = [
  ['brackets', deep('(', '1', ')')],
  ['lists in lists', deep('[', '', ']')],
  ['maps in maps', deep('{1:', '1', '}')],
  ['signs', `${'!'.repeat(90_000)}b`],
  ['minuses', `${'- '.repeat(40_000)}n`],
  ['a long sum', `${'n+'.repeat(40_000)}n`],
  ['a long chain of fields', `m${'.k'.repeat(40_000)}`],
  ['a long alternative', `${'b||'.repeat(30_000)}b`],
  ['choices in choices', `${'b?1:'.repeat(20_000)}1`],
  ['loops in loops', deep('l.all(x,', 'true', ')')],
  ['a text that is too long', 'b'.repeat(200_000)],
  ['an open text', `'${'a'.repeat(90_000)}`],
];

for (const [what, source] of hostile) {
  test(`Hostile nesting does not exhaust the stack: ${what}`, () => {
    const program = programOf(source);
    if (program !== undefined) runs(program);
  });
}

const costly: readonly (readonly [what: string, source: string])[] = [
  [
    'loops in loops in loops',
    'l.all(a, l.all(c, l.all(d, l.all(e, l.all(f, l.all(g, l.all(h, l.all(i, l.all(j, true)))))))))',
  ],
  ['a pattern that backtracks', "(s + 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!').matches('^(a+)+$')"],
  [
    'texts that grow',
    "s.replace('', s).replace('', s).replace('', s).replace('', s).replace('', s).replace('', s).replace('', s).size() > 1",
  ],
];

for (const [what, source] of costly) {
  test(`A costly expression ends: ${what}`, () => {
    const program = programOf(source);
    assert.ok(program !== undefined);
    const started = process.cpuUsage();
    runs(program);
    const { user } = process.cpuUsage(started);
    assert.ok(user < 5_000_000, `${user} µs`);
  });
}
