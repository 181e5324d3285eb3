import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { builtinKind } from './builtin.ts';
import { equalJson } from './json.ts';
import { declaredOrder, nameOrder } from './member-order.ts';

const pod = {
  spec: {
    restartPolicy: 'Always',
    containers: [{ image: 'app:1', name: 'main' }],
    nodeSelector: { b: '2', a: '1' },
  },
  metadata: { labels: { b: '2', a: '1' }, name: 'a' },
  apiVersion: 'v1',
  kind: 'Pod',
};

test('Members of a built-in kind come as Go declares them, those of maps by their names', () => {
  assert.equal(
    JSON.stringify(declaredOrder(builtinKind('core.v1.Pod'))(pod)),
    '{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","labels":{"a":"1","b":"2"}},' +
      '"spec":{"containers":[{"name":"main","image":"app:1"}],"restartPolicy":"Always","nodeSelector":{"a":"1","b":"2"}}}',
  );
});

test('Schemas in a definition come as Go declares them, what they show by its names', () => {
  const schema = {
    properties: { a: { items: { type: 'string', format: 'x' } } },
    default: { b: 1, a: 2 },
    type: 'object',
  };
  const definition = { spec: { versions: [{ schema: { openAPIV3Schema: schema } }] } };
  const order = declaredOrder(builtinKind('apiextensions.v1.CustomResourceDefinition'));
  assert.equal(
    JSON.stringify(order(definition)),
    '{"spec":{"versions":[{"schema":{"openAPIV3Schema":{"type":"object","default":{"a":2,"b":1},' +
      '"properties":{"a":{"items":{"type":"string","format":"x"}}}}}}]}}',
  );
});

test('What is in order already stays the very value', () => {
  const order = declaredOrder(builtinKind('core.v1.Pod'));
  const ordered = order(pod);
  assert.equal(order(ordered), ordered);
});

test('Any value in the order of its names is the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const ordered = nameOrder(value);
      assert.ok(equalJson(ordered, value));
      // Names that are numbers come first in this language, whatever is done.
      assert.equal(JSON.stringify(nameOrder(ordered)), JSON.stringify(ordered));
    }),
  );
});
