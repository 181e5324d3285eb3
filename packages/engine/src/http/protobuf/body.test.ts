import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../errors.ts';
import { decodeProtobuf } from './body.ts';
import { envelope, field, message, varint, varintBytes, wire } from './encode.fixture.ts';

const configMap = (...fields: readonly Uint8Array[]): Record<string, unknown> =>
  decodeProtobuf(envelope('v1', 'ConfigMap', message(...fields)), 'core.v1.ConfigMap');

const securityContext = (...fields: readonly Uint8Array[]): unknown => {
  const spec = field(14, message(...fields));
  const pod = decodeProtobuf(envelope('v1', 'Pod', field(2, spec)), 'core.v1.Pod');
  return (pod.spec as { securityContext: unknown }).securityContext;
};

test('What is empty and would not be written as JSON is left out', () => {
  const metadata = message(field(1, 'one'), field(2, ''), field(8, ''));
  assert.deepEqual(configMap(field(1, metadata)), {
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { name: 'one' },
  });
});

test('A text keeps its first character, also when it is a byte order mark', () => {
  const entry = field(2, message(field(1, 'x'), field(2, '\ufeffa')));
  assert.deepEqual(configMap(entry).data, { x: '\ufeffa' });
});

test('A key is never more than a key', () => {
  const entry = field(2, message(field(1, '__proto__'), field(2, 'x')));
  assert.deepEqual(Object.entries(configMap(entry).data as object), [['__proto__', 'x']]);
});

test('A map entry without key or value has empty ones', () => {
  assert.deepEqual(configMap(field(2, field(1, 'x')), field(2, field(2, 'y'))).data, { x: '', '': 'y' });
});

test('A message in pieces is one message; of a value the last counts', () => {
  const value = configMap(field(1, field(1, 'one')), field(1, field(3, 'n')), field(1, field(1, 'two')));
  assert.deepEqual(value.metadata, { name: 'two', namespace: 'n' });
});

test('Numbers in a list come packed or one by one', () => {
  assert.deepEqual(securityContext(varint(4, 1), field(4, message(varintBytes(300), varintBytes(2)))), {
    supplementalGroups: [1, 300, 2],
  });
});

test('Large and negative integers are exact; int32 is cut to its size', () => {
  const minusOne = Buffer.from([...Array<number>(9).fill(0xff), 1]);
  assert.deepEqual(securityContext(wire(2, 0, minusOne)), { runAsUser: -1 });
  assert.deepEqual(securityContext(wire(2, 0, Buffer.from([...Array<number>(8).fill(0xff), 0x7f]))), {
    runAsUser: 9223372036854775807n,
  });
  const spec = field(2, wire(1, 0, message(varintBytes(2 ** 32 + 5))));
  const deployment = decodeProtobuf(envelope('apps/v1', 'Deployment', spec), 'apps.v1.Deployment');
  assert.equal((deployment.spec as { replicas: number }).replicas, 5);
});

test('Unknown fields of every wire type are skipped', () => {
  const unknown = [
    varint(999, 7),
    wire(999, 1, Buffer.alloc(8)),
    field(999, 'x'),
    wire(999, 5, Buffer.alloc(4)),
  ];
  assert.deepEqual(configMap(...unknown), { kind: 'ConfigMap', apiVersion: 'v1', metadata: {} });
});

test('A body may leave its kind out', () => {
  assert.deepEqual(decodeProtobuf(envelope('', '', varint(4, 1)), 'core.v1.ConfigMap'), {
    kind: '',
    apiVersion: '',
    metadata: {},
    immutable: true,
  });
});

test('Many small fields take time in proportion', () => {
  const entry = field(2, message(field(1, 'x'), field(2, 'y')));
  const many = Buffer.concat(Array<Buffer>(100_000).fill(entry));
  assert.deepEqual(configMap(many).data, { x: 'y' });
  const pieces = Buffer.concat(Array<Buffer>(100_000).fill(field(1, field(1, 'n'))));
  assert.deepEqual(configMap(pieces).metadata, { name: 'n' });
  const groups = Buffer.concat(Array<Buffer>(100_000).fill(varint(4, 1)));
  const { supplementalGroups } = securityContext(groups) as { supplementalGroups: number[] };
  assert.equal(supplementalGroups.length, 100_000);
});

const refused: readonly (readonly [title: string, body: Uint8Array, message: string])[] = [
  [
    'nothing',
    Buffer.alloc(0),
    'the object provided is unrecognized (must be of type ConfigMap): empty data (<empty>)',
  ],
  [
    'JSON',
    Buffer.from('{"kind":"ConfigMap","metadata":{}}'),
    'the object provided is unrecognized (must be of type ConfigMap): provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] ({"kind":"ConfigMap","metadata" ...)',
  ],
  [
    'the magic alone',
    Buffer.from('k8s\0'),
    'the object provided is unrecognized (must be of type ConfigMap): empty body (6b387300)',
  ],
  [
    'an envelope that ends early',
    Buffer.from('k8s\0\x0a\x10'),
    'the object provided is unrecognized (must be of type ConfigMap): unexpected EOF (6b3873000a10)',
  ],
  [
    'another kind',
    envelope('apps/v1', 'Deployment', Buffer.alloc(0)),
    'Deployment in version "v1" cannot be handled as a ConfigMap',
  ],
  [
    'a field of another type',
    envelope('v1', 'ConfigMap', varint(1, 1)),
    'ConfigMap in version "v1" cannot be handled as a ConfigMap: wrong wireType = 0',
  ],
  [
    'a group',
    envelope('v1', 'ConfigMap', wire(9, 3, Buffer.alloc(0))),
    'ConfigMap in version "v1" cannot be handled as a ConfigMap: illegal wireType 3',
  ],
  [
    'a number without end',
    envelope('v1', 'ConfigMap', Buffer.alloc(20, 0xff)),
    'ConfigMap in version "v1" cannot be handled as a ConfigMap: integer overflow',
  ],
];

for (const [title, body, words] of refused) {
  test(`Refused: ${title}`, () => {
    assert.throws(() => decodeProtobuf(body, 'core.v1.ConfigMap'), refusal(words));
  });
}

test('Refused: values that JSON has no words for', () => {
  const set = (spec: Buffer): Buffer => envelope('v1', 'Service', field(2, field(1, spec)));
  const union = set(field(4, varint(1, 2)));
  assert.throws(() => decodeProtobuf(union, 'core.v1.Service'), refusal(/impossible IntOrString.Type 2$/));
  const never = field(1, field(8, varint(1, 2 ** 50)));
  assert.throws(
    () => decodeProtobuf(envelope('v1', 'Pod', never), 'core.v1.Pod'),
    refusal(/year outside of range \[0,9999\]$/),
  );
  const data = envelope('apps/v1', 'ControllerRevision', field(2, field(1, '{"a":')));
  assert.throws(
    () => decodeProtobuf(data, 'apps.v1.ControllerRevision'),
    refusal(/unexpected end of JSON input$/),
  );
});

test('Refused: a schema in a schema in a schema', () => {
  let schema: Uint8Array = Buffer.alloc(0);
  for (let depth = 0; depth < 2000; depth++) schema = field(28, schema);
  const version = field(7, field(4, field(1, schema)));
  const body = envelope('apiextensions.k8s.io/v1', 'CustomResourceDefinition', field(2, version));
  assert.throws(
    () => decodeProtobuf(body, 'apiextensions.v1.CustomResourceDefinition'),
    refusal(/exceeded max depth$/),
  );
});

const refusal =
  (words: string | RegExp) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof ApiError);
    assert.equal(error.status.code, 400);
    assert.equal(error.status.reason, 'BadRequest');
    if (typeof words === 'string') assert.equal(error.message, words);
    else assert.match(error.message, words);
    return true;
  };
