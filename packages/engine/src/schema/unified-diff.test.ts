import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unifiedDiff } from './unified-diff.ts';

const rows: readonly {
  readonly title: string;
  readonly a: string;
  readonly b: string;
  readonly diff: string;
}[] = [
  { title: 'nothing', a: 'a\nb', b: 'a\nb', diff: '' },
  { title: 'a line that changed', a: 'a\nb\nc', b: 'a\nx\nc', diff: '@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n' },
  { title: 'a line that came', a: 'a\nc', b: 'a\nb\nc', diff: '@@ -1,2 +1,3 @@\n a\n+b\n c\n' },
  {
    title: 'two changes far from each other',
    a: 'a\n1\n2\n3\n4\n5\n6\n7\nb',
    b: 'x\n1\n2\n3\n4\n5\n6\n7\ny',
    diff: '@@ -1,4 +1,4 @@\n-a\n+x\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+y\n',
  },
];

for (const { title, a, b, diff } of rows) {
  test(`The difference of two texts: ${title}`, () => assert.equal(unifiedDiff(a, b), diff));
}

test('Texts that are very long are not compared', () => {
  assert.equal(unifiedDiff('a\n'.repeat(10_001), 'b'), '');
});
