import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kinds } from './kinds.ts';
import { resourceTypeOf } from './kind/define.ts';
import { apps, images, isAppName, releases, runtimes } from './names.ts';

test('the names of the kinds are those of their schemas', () => {
  assert.deepEqual(kinds.map(resourceTypeOf), [apps, images, releases, runtimes]);
});

test('the name of an app is a part of an address', () => {
  for (const good of ['shop', 'a', 'shop-2', 'x'.repeat(40)]) assert.ok(isAppName(good), good);
  for (const bad of ['', 'Shop', '2shop', '-a', 'a-', 'a--b', 'x'.repeat(41), 'a.b', 'a_b', 'ä'])
    assert.ok(!isAppName(bad), bad);
});
