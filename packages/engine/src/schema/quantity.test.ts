import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DurationError, formatDuration, parseDuration, readDuration } from './duration.ts';
import {
  addQuantity,
  canonicalQuantity,
  compareQuantity,
  formatQuantity,
  parseQuantity,
  type Quantity,
  quantityMilliValue,
  quantityValue,
  QuantityError,
  readQuantity,
  subQuantity,
} from './quantity.ts';
import { canonicalTime, readMicroTime, readTime } from './time.ts';

// As the Go library writes them, odd ones included.
const canonical: readonly (readonly [string | number, string])[] = [
  ['0', '0'],
  ['1', '1'],
  ['1000m', '1'],
  ['1500m', '1500m'],
  ['0.5', '500m'],
  ['1.5', '1500m'],
  ['1024Ki', '1Mi'],
  ['1025Ki', '1025Ki'],
  ['1.5Gi', '1536Mi'],
  ['0.5Ki', '512'],
  ['1000000', '1M'],
  ['12e6', '12e6'],
  ['1e3', '1e3'],
  ['100e3', '100e3'],
  ['0.0000000001', '1n'],
  ['1.500', '1.500'],
  ['+1', '+1'],
  ['-1.5Gi', '-1536Mi'],
  ['9223372036854775808', '9223372036854775808'],
  ['16Ei', '9223372036854775807'],
  ['0100', '0100'],
  ['.', '0'],
  [2, '2'],
  [0.1, '100m'],
  [1e21, '1E21'.slice(0, 1)],
];

for (const [text, expected] of canonical) {
  test(`the quantity ${text} is written ${expected}`, () => assert.equal(canonicalQuantity(text), expected));
}

test('what is no quantity is refused in the words of Kubernetes', () => {
  assert.throws(() => readQuantity('abc'), QuantityError);
  assert.throws(() => readQuantity(''), /quantities must match the regular expression/);
  assert.throws(() => readQuantity('1i'), /unable to parse quantity's suffix/);
  assert.throws(() => readQuantity('.Ei'), /unable to parse numeric part of quantity/);
  assert.equal(parseQuantity('1 000'), undefined);
});

const suffixes = ['', 'm', 'u', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'E2'];
const quantities = fc
  .tuple(
    fc.integer({ min: -99_999, max: 99_999 }),
    fc.constantFrom('', '.5', '.25'),
    fc.constantFrom(...suffixes),
  )
  .map(([whole, fraction, suffix]) => readQuantity(`${whole}${fraction}${suffix}`));

test('writing a quantity and reading it again keeps its value and its form', () => {
  fc.assert(
    fc.property(quantities, (quantity) => {
      const text = formatQuantity(quantity);
      const again = readQuantity(text);
      assert.equal(compareQuantity(quantity, again), 0);
      assert.equal(formatQuantity(again), text);
    }),
  );
});

test('quantities are ordered and added exactly', () => {
  fc.assert(
    fc.property(quantities, quantities, (a, b) => {
      assert.equal(compareQuantity(a, b), -compareQuantity(b, a) + 0);
      assert.equal(compareQuantity(subQuantity(addQuantity(a, b), b), a), 0);
    }),
  );
  assert.equal(compareQuantity(readQuantity('1Ki'), readQuantity('1024')), 0);
  assert.equal(quantityMilliValue(readQuantity('0.0001')), 1n);
  assert.equal(quantityValue(readQuantity('1500m')), 2n);
});

/** The exact value in units of 10⁻⁹, from the text alone. */
const exact = (text: string): bigint => {
  const [, sign = '', whole = '0', fraction = '', suffix = ''] =
    /^(-?)(\d+)(?:\.(\d+))?(.*)$/.exec(text) ?? [];
  const powers: Readonly<Record<string, number>> = { n: 0, u: 3, m: 6, '': 9, k: 12, M: 15, G: 18 };
  const binary = /^[KMG]i$/.test(suffix) ? 1024n ** BigInt('KMG'.indexOf(suffix.charAt(0)) + 1) : 1n;
  const power = powers[suffix] ?? (binary > 1n ? 9 : 9 + Number(suffix.slice(1)));
  const digits = BigInt(whole + fraction) * binary * 10n ** BigInt(power);
  return (sign === '-' ? -1n : 1n) * (digits / 10n ** BigInt(fraction.length));
};

test('a quantity is worth what its text says, however it is written', () => {
  const texts = fc
    .tuple(
      fc.integer({ min: -9999, max: 9999 }),
      fc.constantFrom('', '.5', '.25', '.125'),
      fc.constantFrom(...suffixes),
    )
    .map(([whole, fraction, suffix]) => `${whole}${fraction}${suffix}`);
  fc.assert(
    fc.property(texts, texts, (left, right) => {
      const [a, b] = [readQuantity(left), readQuantity(right)];
      const difference = exact(left) - exact(right);
      assert.equal(
        compareQuantity(a, b),
        difference < 0n ? -1 : difference > 0n ? 1 : 0,
        `${left} and ${right}`,
      );
      assert.equal(exact(formatQuantity(a)), exact(left));
      assert.equal(canonicalQuantity(formatQuantity(a)), formatQuantity(a));
    }),
  );
});

test('an exponent of a stranger costs nothing', () => {
  const [huge, small] = [readQuantity('1e1000000000'), readQuantity('1e-1000000000')];
  assert.equal(compareQuantity(huge, small), 1);
  assert.equal(compareQuantity(small, readQuantity('1n')), 0);
  assert.equal(compareQuantity(huge, readQuantity('5') satisfies Quantity), 1);
});

test('durations are read and written as Go does', () => {
  const rows = [
    ['1h', '1h0m0s'],
    ['90s', '1m30s'],
    ['1.5h', '1h30m0s'],
    ['1500us', '1.5ms'],
    ['-1m', '-1m0s'],
    ['0', '0s'],
    ['.5s', '500ms'],
  ];
  for (const [text, expected] of rows) assert.equal(formatDuration(readDuration(text as string)), expected);
  assert.throws(() => readDuration('1d'), new DurationError('time: unknown unit "d" in duration "1d"'));
  assert.throws(() => readDuration('1'), /time: missing unit in duration "1"/);
  assert.equal(parseDuration(''), undefined);
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), (nanoseconds) => {
      assert.equal(readDuration(formatDuration(nanoseconds)), nanoseconds);
    }),
  );
});

test('times become UTC to the second; micro-times keep six digits', () => {
  assert.equal(readTime('2024-01-01T02:00:00.75+02:00'), '2024-01-01T00:00:00Z');
  assert.equal(readMicroTime('2024-01-01T02:00:00.123456+02:00'), '2024-01-01T00:00:00.123456Z');
  assert.equal(readTime('0001-01-01T00:00:00Z'), undefined);
  assert.equal(canonicalTime('yesterday'), undefined);
  const faults = [
    ['x', 'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"'],
    ['2024-13-01T00:00:00Z', 'parsing time "2024-13-01T00:00:00Z": month out of range'],
    ['2023-02-29T00:00:00Z', 'parsing time "2023-02-29T00:00:00Z": day out of range'],
    ['2024-01-01T00:00:00Zx', 'parsing time "2024-01-01T00:00:00Zx": extra text: "x"'],
  ];
  for (const [text, message] of faults) assert.throws(() => readTime(text as string), { message });
});
