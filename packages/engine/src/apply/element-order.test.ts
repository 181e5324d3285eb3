import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inElementOrder } from './element-order.ts';

const elements = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, {}]));

const orders: readonly (readonly [string, ...string[]])[] = [
  ['.', 'f:a', 'f:b'],
  ['k:{"port":9,"protocol":"TCP"}', 'k:{"port":80,"protocol":"TCP"}', 'k:{"port":80,"protocol":"UDP"}'],
  ['k:{"name":"a"}', 'k:{"name":"a b"}', 'k:{"name":"b"}'],
  ['v:2', 'v:10'],
  ['v:"10"', 'v:"2"'],
  ['i:2', 'i:10'],
];

for (const order of orders) {
  test(`Path elements come in order: ${order.join(' ')}`, () => {
    assert.deepEqual(Object.keys(inElementOrder(elements(...order.toReversed()))), order);
  });
}

test('A set that is in order is the very set, and below it, too', () => {
  const set = { 'f:metadata': elements('f:a', 'f:b'), 'f:spec': {} };
  assert.equal(inElementOrder(set), set);
  assert.deepEqual(
    JSON.stringify(inElementOrder({ 'f:a': elements('f:c', '.') })),
    '{"f:a":{".":{},"f:c":{}}}',
  );
});
