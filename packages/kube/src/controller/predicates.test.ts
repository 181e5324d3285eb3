import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ObjectMeta } from '../object.ts';
import { anyOf, metadataChanged, specChanged } from './predicates.ts';

const object = (metadata: Partial<ObjectMeta>) => ({
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: { name: 'a', uid: '1', generation: 1, ...metadata },
});

const before = object({});
const rows: readonly [string, object, boolean, boolean][] = [
  ['it came', { after: before }, true, false],
  ['it went', { before }, true, false],
  ['its status changed', { before, after: object({ resourceVersion: '2' }) }, false, false],
  ['its spec changed', { before, after: object({ generation: 2 }) }, true, false],
  ['it is to go', { before, after: object({ deletionTimestamp: 'now' }) }, true, false],
  ['it was replaced by another', { before, after: object({ uid: '2' }) }, true, false],
  ['a label changed', { before, after: object({ labels: { a: 'b' } }) }, false, true],
];

for (const [title, change, spec, metadata] of rows) {
  it(`a change worth a pass: ${title}`, () => {
    assert.equal(specChanged(change), spec);
    assert.equal(metadataChanged(change), metadata);
    assert.equal(anyOf(specChanged, metadataChanged)(change), spec || metadata);
  });
}
