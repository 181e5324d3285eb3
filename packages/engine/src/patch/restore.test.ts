import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { builtinKind } from '../schema/builtin.ts';
import { restore, RestoreError } from './restore.ts';

const schema = builtinKind('apps.v1.Deployment');

const faults: readonly (readonly [object, string])[] = [
  [{ spec: 'x' }, 'cannot restore struct from: string'],
  [{ spec: [] }, 'cannot restore struct from: slice'],
  [{ spec: { replicas: 'x' } }, 'unrecognized type: int32'],
  [{ spec: { replicas: 1.5 } }, 'cannot convert float64 to int32'],
  [{ spec: { paused: 'x' } }, 'unrecognized type: bool'],
  [{ kind: 5 }, 'cannot convert int64 to string'],
  [{ kind: true }, 'unrecognized type: string'],
  [{ spec: { template: { spec: { containers: 5 } } } }, 'cannot restore slice from int64'],
  [{ metadata: { labels: 'x' } }, 'cannot restore map from string'],
  [{ metadata: { creationTimestamp: 5 } }, 'json: cannot unmarshal number into Go value of type string'],
];

for (const [value, why] of faults) {
  test(`Go's converter refuses ${JSON.stringify(value)}`, () => {
    assert.throws(() => restore(schema, value), new RestoreError(why));
  });
}

test('A number that is too large loses its upper half', () => {
  assert.deepEqual(restore(schema, { spec: { replicas: 99999999999 } }), { spec: { replicas: 1215752191 } });
});

test('Any document is restored or refused', () => {
  const document = fc.dictionary(fc.constantFrom('kind', 'metadata', 'spec', 'status'), fc.jsonValue());
  fc.assert(
    fc.property(document, (value) => {
      try {
        restore(schema, value);
      } catch (error) {
        assert.ok(error instanceof RestoreError, String(error));
      }
    }),
  );
});
