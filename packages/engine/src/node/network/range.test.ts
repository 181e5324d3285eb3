import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeAddress, overlaps, parseRange, pickRange, podAddressIn, renderRange } from './range.ts';

test('a range is picked that touches none of the machine’s', () => {
  const range = fc
    .tuple(fc.integer({ min: 0, max: 2 ** 23 - 1 }), fc.integer({ min: 12, max: 32 }))
    .map(([low, bits]) =>
      parseRange(`10.${128 + Math.floor(low / 65536)}.${Math.floor(low / 256) % 256}.${low % 256}/${bits}`),
    );
  fc.assert(
    fc.property(fc.array(range), fc.nat(), (taken, seed) => {
      const there = taken.filter((one) => one !== undefined);
      const picked = pickRange(there, seed);
      assert.ok(picked === undefined || there.every((one) => !overlaps(one, picked)));
    }),
  );
});

test('the node has the first address, pods those that follow', () => {
  const range = parseRange('10.130.4.0/22');
  assert.ok(range);
  assert.deepEqual(
    [nodeAddress(range), podAddressIn(range, 1), podAddressIn(range, 300)],
    ['10.130.4.1', '10.130.4.2', '10.130.5.45'],
  );
  assert.equal(renderRange(parseRange('10.130.5.45/22') ?? range), '10.130.4.0/22');
});

test('what is no range is none', () => {
  assert.deepEqual(
    ['', '10.0.0', '10.0.0.256', '10.0.0.0/33', 'fd00::/64', '10.0.0.0/x'].map(parseRange),
    Array(6).fill(undefined),
  );
});
