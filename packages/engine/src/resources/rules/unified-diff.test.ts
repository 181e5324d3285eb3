import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unifiedDiff } from './unified-diff.ts';

test('A changed member is shown with what stands around it', () => {
  const old = { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 };
  const lines = ['@@ -2,7 +2,7 @@', '  "a": 1,', '  "b": 2,', '  "c": 3,', '- "d": 4,', '+ "d": 7,'];
  const after = ['  "e": 5,', '  "f": 6', ' }', ''];
  assert.equal(unifiedDiff(old, { ...old, d: 7 }), [...lines, ...after].join('\n'));
});

test('What is the same has no difference', () => {
  assert.equal(unifiedDiff({ a: [1] }, { a: [1] }), '');
});

test('What comes and goes is counted on its own side', () => {
  assert.match(unifiedDiff({ a: 1 }, { a: 1, b: 2 }), /^@@ -1,3 \+1,4 @@\n/);
  assert.match(unifiedDiff({ a: 1, b: 2 }, { a: 1 }), /^@@ -1,4 \+1,3 @@\n/);
});
