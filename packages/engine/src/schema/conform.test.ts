import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { builtinKind } from './builtin.ts';
import { conform } from './conform.ts';
import { parseCrdSchema } from './crd-schema.ts';
import { applyDefaults } from './defaults.ts';
import { stringifyExact } from './exact-json.ts';
import type { JsonObject } from './json.ts';

const deployment = builtinKind('apps.v1.Deployment');
const asDeployment = (value: object) =>
  conform(
    { schema: deployment, origin: 'builtin', apiVersion: 'apps/v1', kind: 'Deployment' },
    value as JsonObject,
  );
const asPod = (value: object) =>
  conform(
    { schema: builtinKind('core.v1.Pod'), origin: 'builtin', apiVersion: 'v1', kind: 'Pod' },
    value as JsonObject,
  );

const refusals: readonly (readonly [object, string])[] = [
  [
    { spec: { replicas: 'x' } },
    'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
  ],
  [
    { spec: { replicas: 1.5 } },
    'json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32',
  ],
  [
    { spec: { replicas: 3_000_000_000 } },
    'json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32',
  ],
  [
    { spec: [] },
    'json: cannot unmarshal array into Go struct field Deployment.spec of type v1.DeploymentSpec',
  ],
  [
    { metadata: { labels: { a: 1 } } },
    'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
  ],
  [
    { spec: { template: { spec: { containers: [{ env: [{ value: 1 }] }] } } } },
    'json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string',
  ],
  [
    { spec: { template: { spec: { containers: {} } } } },
    'json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
  ],
  [
    { spec: { template: { spec: { containers: [{ resources: { limits: { cpu: 'x' } } }] } } } },
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  ],
  [
    { metadata: { creationTimestamp: 'x' } },
    'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"',
  ],
];

for (const [value, why] of refusals) {
  test(`a built-in kind is refused as Go refuses it: ${JSON.stringify(value)}`, () => {
    assert.equal(asDeployment(value).error, why);
  });
}

test('unknown fields of a built-in kind are dropped and told by their paths', () => {
  const { value, unknown } = asPod({
    foo: 1,
    spec: { containers: [{ name: 'a', bar: 1 }] },
    metadata: { labels: { free: 'x' } },
  });
  assert.deepEqual(unknown, ['foo', 'spec.containers[0].bar']);
  assert.ok(!('foo' in value));
});

test('a built-in kind is written as Go writes it: canonical, empty fields out, structs in', () => {
  const sent = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', namespace: '', labels: {}, annotations: null },
    spec: {
      containers: [
        { name: 'c', image: '', resources: { limits: { cpu: '1000m', memory: '1.5Gi' } }, args: [] },
      ],
    },
  };
  const value = asPod(sent).value as unknown as {
    spec: { containers: JsonObject[] };
    metadata: unknown;
    status: unknown;
  };
  assert.deepEqual(value.metadata, { name: 'a' });
  assert.deepEqual(value.status, {});
  assert.deepEqual(value.spec.containers[0]?.resources, { limits: { cpu: '1', memory: '1536Mi' } });
  assert.ok(
    !('image' in (value.spec.containers[0] as object)) && !('args' in (value.spec.containers[0] as object)),
  );
});

test('reading what was read changes nothing, and makes no copy', () => {
  const sent = {
    spec: {
      containers: [{ name: 'a', ports: [{ containerPort: 80 }], resources: { requests: { cpu: '100m' } } }],
    },
  };
  const once = asPod(sent).value;
  assert.equal(asPod(once).value, once);
});

test('managedFields: [] says something, and stays', () => {
  const value = asPod({ metadata: { name: 'a', managedFields: [] } }).value as { metadata: object };
  assert.deepEqual(value.metadata, { name: 'a', managedFields: [] });
});

const parsed = parseCrdSchema({
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        replicas: { type: 'integer', default: 1 },
        size: { type: 'string', nullable: true, default: 'm' },
        note: { type: 'string' },
        cpu: { type: 'string' },
        items: {
          type: 'array',
          items: { type: 'object', properties: { a: { type: 'string', default: 'x' } } },
        },
        map: {
          type: 'object',
          additionalProperties: { type: 'object', properties: { b: { type: 'integer', default: 2 } } },
        },
        free: {
          type: 'object',
          'x-kubernetes-preserve-unknown-fields': true,
          properties: { known: { type: 'object', properties: {} } },
        },
        pod: {
          type: 'object',
          'x-kubernetes-embedded-resource': true,
          'x-kubernetes-preserve-unknown-fields': true,
        },
      },
    },
  },
});
const asThing = (value: object) =>
  conform(
    { schema: parsed.schema, origin: 'custom', apiVersion: 'x.io/v1', kind: 'Thing' },
    value as JsonObject,
  );
const specOf = (value: object) => asThing({ spec: value }).value.spec;

test('null, nullable and default: the four ways they meet', () => {
  assert.deepEqual(parsed.errors, []);
  assert.deepEqual(specOf({}), { replicas: 1, size: 'm' });
  assert.deepEqual(specOf({ replicas: null, size: null, note: null }), { replicas: 1, size: null });
  assert.deepEqual(specOf({ items: [{}, null], map: { k: {} } }), {
    replicas: 1,
    size: 'm',
    items: [{ a: 'x' }, null],
    map: { k: { b: 2 } },
  });
});

test('pruning keeps what is preserved, but prunes what is specified in it', () => {
  const { value, unknown } = asThing({ bad: 1, spec: { free: { any: { x: 1 }, known: { y: 1 } }, z: [] } });
  assert.deepEqual(unknown, ['bad', 'spec.free.known.y', 'spec.z']);
  assert.deepEqual(value.spec, { replicas: 1, size: 'm', free: { any: { x: 1 }, known: {} } });
});

test('quantities of custom resources stay as they are written', () => {
  assert.deepEqual(specOf({ cpu: '1000m' }), { replicas: 1, size: 'm', cpu: '1000m' });
});

test('metadata is read strictly, at the root and in embedded resources', () => {
  assert.equal(
    asThing({ metadata: { labels: { a: 1 } } }).error,
    'json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string',
  );
  assert.deepEqual(asThing({ metadata: { name: 'a', what: 1 } }).unknown, ['metadata.what']);
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', labels: {}, x: 1 }, spec: { y: 1 } };
  const embedded = asThing({ spec: { pod } });
  assert.deepEqual(embedded.unknown, ['spec.pod.metadata.x']);
  assert.deepEqual((embedded.value.spec as JsonObject).pod, { ...pod, metadata: { name: 'a' } });
  assert.match(
    asThing({ spec: { pod: { kind: 1 } } }).error ?? '',
    /spec.pod.kind: Invalid value: 1: must be a string/,
  );
});

test('defaulting twice changes nothing, and makes no copy', () => {
  const values = fc.record(
    {
      replicas: fc.constantFrom(null, 0, 5),
      size: fc.constantFrom(null, 's'),
      items: fc.array(fc.constantFrom({}, { a: 'y' }, null)),
      map: fc.dictionary(fc.constantFrom('k', '__proto__'), fc.constantFrom({}, { b: 1 })),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(values, (spec) => {
      const before = JSON.stringify(spec);
      const once = applyDefaults(parsed.schema, { spec });
      assert.equal(applyDefaults(parsed.schema, once), once);
      assert.equal(JSON.stringify(spec), before);
    }),
  );
});

test('integers beyond 2^53 come through whole', () => {
  const big = 9_007_199_254_740_993n;
  const { value, error } = asPod({ metadata: { generation: big } });
  assert.equal(error, undefined);
  assert.equal((value.metadata as JsonObject).generation, big);
  assert.equal(stringifyExact({ a: big, b: 'x' }), '{"a":9007199254740993,"b":"x"}');
});
