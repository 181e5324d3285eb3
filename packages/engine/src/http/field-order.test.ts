import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inDocumentOrder } from './field-order.ts';

const faultsAt = (...paths: readonly string[]) => paths.map((path) => ({ path, message: path }));

test('faults come in the order of the document, those that it does not show first', () => {
  const document = { metadata: { nick: 1 }, spec: { list: [{ a: 1 }, { b: 1 }] }, last: 1 };
  const faults = faultsAt('last', 'spec.list[1].b', 'metadata.nick', 'line 3');
  assert.deepEqual(
    inDocumentOrder(document, faults).map(({ path }) => path),
    ['line 3', 'metadata.nick', 'spec.list[1].b', 'last'],
  );
});
