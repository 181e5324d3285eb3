import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DecodeError, decodeJson } from './codec.ts';
import { parseExactJson } from './json-exact.ts';
import { scanJson } from './json-scan.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

test('What the scan calls plain is read alike by both parsers', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const { value, duplicates } = parseExactJson(text);
      if (scanJson(bytes(text)) !== 'plain') return;
      assert.deepEqual(duplicates, []);
      assert.deepEqual(value, JSON.parse(text));
    }),
  );
});

const exact: readonly string[] = [
  '{"a":1,"a":2}',
  '{"a":{"b":1,"c":[{"x":1,"x":1}]}}',
  '{"a":9007199254740993}',
  '{"\\u0061":1,"a":2}',
  `{${Array.from({ length: 40 }, (_, index) => `"k${index}":1`).join()},"k3":2}`,
];

for (const text of exact) {
  test(`${text.slice(0, 40)} is not plain`, () => assert.equal(scanJson(bytes(text)), 'exact'));
}

test('The same key in different objects is no double', () => {
  assert.equal(scanJson(bytes('{"a":{"a":1},"b":[{"a":1},{"a":"\\"a\\":"}]}')), 'plain');
});

test('Doubles are told with their paths', () => {
  const { value, duplicates } = parseExactJson('{"a":[{"b":1,"b":2}],"a.b":1,"c":{"d":1,"d":3}}');
  assert.deepEqual(duplicates, ['a[0].b', 'c.d']);
  assert.deepEqual(value, { a: [{ b: 2 }], 'a.b': 1, c: { d: 3 } });
});

test('Integers beyond 2^53 and a member called __proto__ survive', () => {
  const { value } = decodeJson(
    bytes('{"n":9007199254740993,"m":-9223372036854775808,"__proto__":{"x":1},"f":1e3}'),
  );
  const read = value as Record<string, unknown>;
  assert.equal(read.n, 9007199254740993n);
  assert.equal(read.m, -9223372036854775808n);
  assert.equal(read.f, 1000);
  assert.deepEqual(Object.keys(read), ['n', 'm', '__proto__', 'f']);
  assert.equal(Object.getPrototypeOf(read), Object.prototype);
});

const faults: readonly (readonly [string, string])[] = [
  ['', 'unexpected end of JSON input'],
  ['{', 'unexpected end of JSON input'],
  ['{]', "invalid character ']' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b"}', `invalid character '"' after object key:value pair`],
  ['[1 2]', "invalid character '2' after array element"],
  ['1 2', "invalid character '2' after top-level value"],
  ['nul', "invalid character 'n' looking for beginning of value"],
  ['"\\x"', "invalid character 'x' in string escape code"],
];

for (const [text, message] of faults) {
  test(`${JSON.stringify(text)} is refused: ${message}`, () => {
    assert.throws(
      () => decodeJson(bytes(text)),
      (error) => error instanceof DecodeError && error.message === message,
    );
  });
}

test('A document that is deeper than any object is refused, not followed', () => {
  for (const depth of [600, 100_000]) {
    const text = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    assert.throws(() => decodeJson(bytes(text)), /max depth/);
  }
});

test('No bytes whatever make it fail in another way than by refusing', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => bytes(text.slice(1))),
        fc.string().map(bytes),
      ),
      (given) => {
        try {
          decodeJson(given);
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error));
        }
      },
    ),
  );
});
