import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { parseExactJson } from '../json-exact.ts';
import { ApiError } from '../errors.ts';
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
