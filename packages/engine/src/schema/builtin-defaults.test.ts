import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtinKind } from './builtin.ts';
import { completeDefaults } from './builtin-defaults.ts';
import { readGenerated } from './builtin-types.ts';
import { conform } from './conform.ts';
import type { JsonObject } from './json.ts';

/** What Kubernetes itself made of an object: decoded, defaulted, through its internal version and back. */
interface GoldenCase {
  readonly kind: string;
  readonly in: JsonObject;
  readonly out: JsonObject;
}

const now = new Date('2020-01-02T03:04:05.678Z');

function settle(type: string, object: JsonObject): JsonObject {
  const schema = builtinKind(type);
  const kind = type.split('.').at(-1) ?? '';
  const { value, error } = conform({ schema, origin: 'builtin', apiVersion: 'v1', kind }, object);
  assert.equal(error, undefined);
  const complete = completeDefaults(type, () => schema);
  return complete === undefined ? value : complete(value, now);
}

const withoutType = ({ apiVersion: _, kind: __, ...rest }: JsonObject): JsonObject => rest;

const cases = readGenerated('defaults-cases.json') as readonly GoldenCase[];

for (const [index, { kind, in: before, out }] of cases.entries()) {
  test(`case ${index + 1}: a ${kind} gets the defaults that Kubernetes gives it`, () => {
    assert.deepEqual(withoutType(settle(kind, before)), withoutType(out));
  });
}

test('every kind with a default that depends on other fields has code for it', () => {
  const paths = readGenerated('defaults-conditional.json') as readonly string[];
  const kinds = new Set(paths.map((path) => path.split(' ')[0] ?? ''));
  const without = [...kinds].filter((kind) => completeDefaults(kind, () => builtinKind(kind)) === undefined);
  assert.deepEqual(without, []);
});

test('settling twice changes nothing', () => {
  for (const { kind, in: before } of cases) {
    const once = settle(kind, before);
    assert.deepEqual(settle(kind, once), once);
  }
});

test('a taint of a device is dated when it has no date', () => {
  const slice = settle('resource.v1.ResourceSlice', {
    spec: { driver: 'd', pool: {}, devices: [{ name: 'a', taints: [{ key: 'k', effect: 'NoExecute' }] }] },
  });
  const [device] = (slice.spec as { devices: { taints: { timeAdded: string }[] }[] }).devices;
  assert.equal(device?.taints[0]?.timeAdded, '2020-01-02T03:04:05Z');
});
