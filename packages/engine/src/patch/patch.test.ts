import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { equalJson, isObject } from '../schema/json.ts';
import { jsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';

const document = { a: { b: [1, 2, 3], 'c/d': 'x', 'e~f': 'y' }, n: null };
const rows: readonly (readonly [string, readonly object[], unknown])[] = [
  ['add a member', [{ op: 'add', path: '/z', value: 1 }], { ...document, z: 1 }],
  [
    'add into a list',
    [{ op: 'add', path: '/a/b/1', value: 9 }],
    { ...document, a: { ...document.a, b: [1, 9, 2, 3] } },
  ],
  [
    'append',
    [{ op: 'add', path: '/a/b/-', value: 9 }],
    { ...document, a: { ...document.a, b: [1, 2, 3, 9] } },
  ],
  ['from the end', [{ op: 'remove', path: '/a/b/-1' }], { ...document, a: { ...document.a, b: [1, 2] } }],
  [
    'escaped',
    [
      { op: 'remove', path: '/a/c~1d' },
      { op: 'replace', path: '/a/e~0f', value: 0 },
    ],
    { ...document, a: { b: [1, 2, 3], 'e~f': 0 } },
  ],
  ['replace what is missing', [{ op: 'replace', path: '/q', value: 1 }], { ...document, q: 1 }],
  [
    'move',
    [{ op: 'move', from: '/a/b/0', path: '/m' }],
    { ...document, a: { ...document.a, b: [2, 3] }, m: 1 },
  ],
  [
    'copy, then change the copy',
    [
      { op: 'copy', from: '/a', path: '/k' },
      { op: 'remove', path: '/k/b/0' },
    ],
    { ...document, k: { ...document.a, b: [2, 3] } },
  ],
  [
    'test',
    [
      { op: 'test', path: '/a/b', value: [1, 2, 3] },
      { op: 'test', path: '/missing', value: null },
    ],
    document,
  ],
  [
    'a member called __proto__',
    [{ op: 'add', path: '/__proto__', value: { x: 1 } }],
    JSON.parse('{"a":{"b":[1,2,3],"c/d":"x","e~f":"y"},"n":null,"__proto__":{"x":1}}'),
  ],
];

for (const [name, operations, expected] of rows) {
  test(`JSON patch: ${name}`, () => {
    const before = JSON.stringify(document);
    const result = jsonPatch(document, operations);
    assert.ok('value' in result, JSON.stringify(result));
    assert.ok(equalJson(result.value, expected), JSON.stringify(result.value));
    assert.equal(JSON.stringify(document), before);
  });
}

test('JSON patch: what does not apply is refused as Kubernetes refuses it', () => {
  const unprocessable = [
    [{ op: 'test', path: '/a/b/0', value: 2 }],
    [{ op: 'remove', path: '/zz' }],
    [{ op: 'add', path: '/zz/y', value: 1 }],
    [{ op: 'add', path: '', value: 1 }],
    [{ op: 'add', path: '/a/b/9', value: 1 }],
    [{ op: 'add', path: '/a/b/x', value: 1 }],
    [{ op: 'jump', path: '/a' }],
    [{ path: '/a' }],
    [{ op: 'copy', path: '/a', from: null }],
  ];
  for (const operations of unprocessable) {
    const result = jsonPatch(document, operations);
    assert.ok('error' in result, JSON.stringify(operations));
    assert.deepEqual(result.error, {
      code: 422,
      reason: 'Invalid',
      message: 'the server rejected our request due to an error in our request',
    });
  }
  const codes = (operations: unknown) => {
    const result = jsonPatch(document, operations);
    return 'error' in result && [result.error.code, result.error.message];
  };
  const unread = 'error decoding patch: json: cannot unmarshal';
  assert.deepEqual(codes({}), [400, `${unread} object into Go value of type []handlers.jsonPatchOp`]);
  assert.deepEqual(codes([1]), [400, `${unread} number into Go value of type handlers.jsonPatchOp`]);
  assert.deepEqual(codes([{ op: 'copy', path: '/a', from: 1 }]), [
    400,
    `${unread} number into Go struct field jsonPatchOp.from of type string`,
  ]);
  assert.deepEqual(jsonPatch(document, null), { value: document });
  assert.deepEqual(codes(Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/n', value: null }))), [
    413,
    'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
  ]);
});

test('JSON patch: copies cannot grow a document without end', () => {
  const doubling = Array.from({ length: 60 }, (_, at) => ({ op: 'copy', from: '/a', path: `/a/x${at}` }));
  assert.ok('error' in jsonPatch(document, doubling));
});

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(1, 'x', true, 0),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), tie('value'), { maxKeys: 3 }),
  ),
})).value;

/** Operations that turn one document into the other. */
function diff(before: unknown, after: unknown, path = ''): object[] {
  if (equalJson(before, after)) return [];
  if (!isObject(before) || !isObject(after)) return [{ op: 'replace', path, value: after }];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => {
    const at = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!Object.hasOwn(after, key)) return [{ op: 'remove', path: at }];
    return Object.hasOwn(before, key)
      ? diff(before[key], after[key], at)
      : [{ op: 'add', path: at, value: after[key] }];
  });
}

function mergeDiff(before: unknown, after: unknown): unknown {
  if (!isObject(before) || !isObject(after)) return after;
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const kept = Object.keys(after).filter(
    (key) => !equalJson(before[key], after[key]) || !Object.hasOwn(before, key),
  );
  return Object.fromEntries([
    ...gone.map((key) => [key, null] as const),
    ...kept.map(
      (key) => [key, mergeDiff(Object.hasOwn(before, key) ? before[key] : undefined, after[key])] as const,
    ),
  ]);
}

const objects = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), json, { maxKeys: 4 });

test('applying the difference of two documents to the one gives the other', () => {
  fc.assert(
    fc.property(objects, objects, (before, after) => {
      const patched = jsonPatch(before, diff(before, after));
      assert.ok('value' in patched && equalJson(patched.value, after));
      assert.ok(equalJson(mergePatch(before, mergeDiff(before, after)), after));
    }),
  );
});

test('merge patch: the examples of RFC 7386', () => {
  const examples: readonly (readonly [unknown, unknown, unknown])[] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  for (const [before, patch, after] of examples) assert.deepEqual(mergePatch(before, patch), after);
});
