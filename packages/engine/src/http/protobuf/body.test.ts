import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openFrontDoor } from '../../testing/front-door.ts';
import { ApiError } from '../errors.ts';
import { decodeProtobuf } from './body.ts';

/** A field with a length: tag, length, content. */
const field = (number: number, content: Uint8Array | string): Buffer => {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
};

const varint = (number: number, value: number): Buffer => Buffer.from([number << 3, value]);

const envelope = (apiVersion: string, kind: string, raw: Uint8Array): Buffer =>
  Buffer.concat([
    Buffer.from('k8s\0'),
    field(1, Buffer.concat([field(1, apiVersion), field(2, kind)])),
    field(2, raw),
    field(3, ''),
    field(4, ''),
  ]);

/** As kubectl sends it: what is empty is sent, too. */
const metadata = (name: string): Buffer =>
  field(
    1,
    Buffer.concat([
      field(1, name),
      field(2, ''),
      field(8, ''),
      field(11, Buffer.concat([field(1, 'a'), field(2, 'b')])),
    ]),
  );

test('A ConfigMap in protobuf is the same as in JSON', () => {
  const data = field(2, Buffer.concat([field(1, 'x'), field(2, '1')]));
  const bytes = envelope('v1', 'ConfigMap', Buffer.concat([metadata('one'), data, varint(4, 1)]));
  assert.deepEqual(decodeProtobuf(bytes, 'core.v1.ConfigMap'), {
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { name: 'one', generateName: '', creationTimestamp: null, labels: { a: 'b' } },
    immutable: true,
    data: { x: '1' },
  });
});

test('Numbers, quantities, unions and inlined messages are read', () => {
  const port = Buffer.concat([
    field(1, 'http'),
    varint(3, 80),
    field(4, Buffer.concat([varint(1, 1), varint(2, 0), field(3, 'web')])),
  ]);
  const service = decodeProtobuf(envelope('v1', 'Service', field(2, field(1, port))), 'core.v1.Service');
  assert.deepEqual(service.spec, { ports: [{ name: 'http', port: 80, targetPort: 'web' }] });
  const key = Buffer.concat([field(1, field(1, 'secret')), field(2, 'token')]);
  const variable = Buffer.concat([field(1, 'TOKEN'), field(3, field(4, key))]);
  const limits = field(8, field(1, Buffer.concat([field(1, 'cpu'), field(2, field(1, '500m'))])));
  const container = Buffer.concat([field(1, 'web'), field(7, variable), limits]);
  const pod = decodeProtobuf(envelope('v1', 'Pod', field(2, field(2, container))), 'core.v1.Pod');
  assert.deepEqual(pod.spec, {
    containers: [
      {
        name: 'web',
        env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'secret', key: 'token' } } }],
        resources: { limits: { cpu: '500m' } },
      },
    ],
  });
});

test('A protobuf body makes an object; the answer is JSON', async () => {
  await using door = await openFrontDoor();
  const { status, body } = await door.transport({
    method: 'POST',
    path: '/api/v1/namespaces/default/configmaps',
    query: '',
    headers: {
      'content-type': 'application/vnd.kubernetes.protobuf',
      accept: 'application/vnd.kubernetes.protobuf,application/json',
    },
    body: envelope('v1', 'ConfigMap', metadata('one')),
  });
  assert.equal(status, 201);
  assert.ok(body.kind === 'object');
  assert.deepEqual((body.value() as { metadata: { labels: object } }).metadata.labels, { a: 'b' });
});

test('No bytes whatever make it fail in another way than by refusing', () => {
  const magic = Buffer.from('k8s\0');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const given of [
        bytes,
        Buffer.concat([magic, bytes]),
        envelope('v1', 'Pod', bytes.subarray(0, 120)),
      ]) {
        try {
          decodeProtobuf(given, 'core.v1.Pod');
        } catch (error) {
          assert.ok(error instanceof ApiError, String(error));
        }
      }
    }),
  );
});
