import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { ApiError } from '../errors.ts';
import { parseExactJson } from '../json-exact.ts';
import { decodeProtobuf } from './body.ts';

interface Case {
  readonly type: string;
  /** Base64. */
  readonly protobuf: string;
  readonly json: unknown;
}

const file = new URL('../../schema/generated/protobuf-cases.json', import.meta.url);
const cases = parseExactJson(readFileSync(file, 'utf8')).value as readonly Case[];

test('What Kubernetes encodes is read as the JSON that Kubernetes reads in it', () => {
  for (const { type, protobuf, json } of cases)
    assert.deepEqual(decodeProtobuf(Buffer.from(protobuf, 'base64'), type), json, type);
});

/** A change of a body: where, what is taken away, what is put there. */
const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  take: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(1000)),
  put: fc.uint8Array({ maxLength: 4 }),
});

const changed = (
  body: Uint8Array,
  changes: readonly { at: number; take: number; put: Uint8Array }[],
): Buffer =>
  changes.reduce<Buffer>((bytes, { at, take, put }) => {
    // Not in the magic: that is refused at once.
    const start = 4 + Math.floor(at * (bytes.length - 4));
    return Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(start + take)]);
  }, Buffer.from(body));

test('A damaged body is read or refused, and never anything else', () => {
  const given = fc.constantFrom(...cases);
  const changes = fc.array(change, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(given, changes, ({ type, protobuf }, some) => {
      readOrRefuse(changed(Buffer.from(protobuf, 'base64'), some), type);
    }),
    { numRuns: 5000 },
  );
});

test('A body that ends early is read or refused wherever it ends', () => {
  const one = cases.filter(({ type }) => type === 'apps.v1.Deployment').at(-1);
  assert.ok(one);
  const body = Buffer.from(one.protobuf, 'base64');
  for (let length = 0; length < body.length; length++) readOrRefuse(body.subarray(0, length), one.type);
});

const readOrRefuse = (body: Uint8Array, type: string): void => {
  try {
    // What is read is JSON, with integers of any size.
    JSON.stringify(decodeProtobuf(body, type), (_, value) => {
      assert.ok(value !== undefined && typeof value !== 'function' && !Number.isNaN(value));
      return typeof value === 'bigint' ? Number(value) : (value as unknown);
    });
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error));
    assert.equal(error.status.code, 400);
    assert.equal(error.status.reason, 'BadRequest');
  }
};
