import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { packBatch, unpackBatch } from './packed-batch.ts';

const record = fc.record(
  {
    key: fc.string({ unit: 'binary' }),
    revision: fc.maxSafeNat(),
    bytes: fc.uint8Array(),
    deleted: fc.boolean(),
  },
  { noNullPrototype: true },
);
const forget = fc.record(
  { upTo: fc.maxSafeNat(), dead: fc.array(fc.maxSafeNat()) },
  { noNullPrototype: true },
);

test('A batch arrives in the other thread as it was', () => {
  fc.assert(
    fc.property(fc.array(record), fc.option(forget, { nil: undefined }), (records, ask) => {
      const batch = { records, ...(ask && { forget: ask }) };
      const packed = packBatch(batch);
      const sent = structuredClone(packed, { transfer: [packed.bytes.buffer, packed.table.buffer] });
      assert.deepEqual(unpackBatch(sent), batch);
    }),
  );
});
