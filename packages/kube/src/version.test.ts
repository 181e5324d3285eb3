import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { compareVersions } from './version.ts';

it('resource versions compare as numbers of any size', () => {
  const version = fc.bigInt({ min: 0n, max: 2n ** 70n });
  fc.assert(
    fc.property(version, version, (a, b) => {
      assert.equal(Math.sign(compareVersions(`${a}`, `${b}`)), a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});
