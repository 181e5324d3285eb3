import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@fairlead/kube';
import fc from 'fast-check';
import type { Schema } from '../schema/structural.ts';
import { OBJECT_META } from '../schema/object-meta.ts';
import { applyPatch, type ApplyResult } from './apply-patch.ts';
import { resetFields } from './reset-fields.ts';
import { sameExceptTimes } from './same.ts';
import { trackUpdate } from './update.ts';

const text: Schema = { type: 'string' };
const number: Schema = { type: 'integer' };
const port: Schema = {
  type: 'object',
  properties: { port: number, protocol: { type: 'string', default: 'TCP' }, name: text },
};
const schema: Schema = {
  type: 'object',
  properties: {
    apiVersion: text,
    kind: text,
    metadata: OBJECT_META,
    spec: {
      type: 'object',
      properties: {
        replicas: number,
        image: text,
        ports: { type: 'array', listType: 'map', listMapKeys: ['port', 'protocol'], items: port },
        tags: { type: 'array', listType: 'set', items: text },
        command: { type: 'array', listType: 'atomic', items: text },
        selector: { type: 'map', values: text, atomic: true },
        env: { type: 'map', values: text },
      },
    },
    status: { type: 'object', properties: { ready: number } },
  },
};

const thing = (spec: object, metadata: object = {}): KubeObject =>
  ({ apiVersion: 'x.io/v1', kind: 'Thing', metadata: { name: 'a', ...metadata }, spec }) as never;
const at = { schema, apiVersion: 'x.io/v1', now: '2024-01-01T00:00:00Z' };
const created = (spec: object, manager = 'creator'): KubeObject =>
  trackUpdate({ ...at, manager, next: thing(spec, { uid: 'u' }) });
const apply = (live: KubeObject | undefined, spec: object, more: string | object = {}): ApplyResult => {
  const options = typeof more === 'string' ? { manager: more } : more;
  return applyPatch({ ...at, ...(live && { live }), applied: thing(spec), manager: 'me', ...options });
};
const applied = (result: ApplyResult): KubeObject => {
  assert.equal(result.kind, 'applied');
  return (result as { object: KubeObject }).object;
};
const specOf = (object: KubeObject) => (object as unknown as { spec: unknown }).spec;
const fieldsOf = (object: KubeObject, manager: string, operation?: string) =>
  object.metadata.managedFields?.find(
    (entry) => entry.manager === manager && (operation === undefined || entry.operation === operation),
  )?.fieldsV1;

test('who creates owns every field, but not identity', () => {
  const object = created({ replicas: 1, env: { A: 'b' } });
  assert.deepEqual(object.metadata.managedFields, [
    {
      manager: 'creator',
      operation: 'Update',
      apiVersion: 'x.io/v1',
      time: at.now,
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { '.': {}, 'f:replicas': {}, 'f:env': { '.': {}, 'f:A': {} } } },
    },
  ]);
});

test('a field of somebody else is a conflict that names him, and force takes it', () => {
  const live = created({ replicas: 1, image: 'a' }, 'kubectl-edit');
  const result = apply(live, { replicas: 2 });
  assert.equal(result.kind, 'conflict');
  assert.ok('message' in result);
  assert.equal(
    result.message,
    'Apply failed with 1 conflict: conflict with "kubectl-edit" using x.io/v1: .spec.replicas',
  );
  const forced = applied(apply(live, { replicas: 2 }, { force: true }));
  assert.deepEqual(specOf(forced), { replicas: 2, image: 'a' });
  assert.deepEqual(fieldsOf(forced, 'kubectl-edit'), { 'f:spec': { '.': {}, 'f:image': {} } });
  assert.deepEqual(fieldsOf(forced, 'me'), { 'f:spec': { 'f:replicas': {} } });
});

test('several conflicts are told by owner', () => {
  const one = applied(apply(undefined, { replicas: 1, image: 'a' }, 'one'));
  const result = apply(one, { replicas: 2, image: 'b' }, 'two');
  assert.ok(result.kind === 'conflict');
  assert.equal(
    result.message,
    'Apply failed with 2 conflicts: conflicts with "one":\n- .spec.image\n- .spec.replicas',
  );
  assert.deepEqual(result.causes[0], {
    reason: 'FieldManagerConflict',
    message: 'conflict with "one"',
    field: '.spec.image',
  });
});

test('the same value is shared, and goes only with its last owner', () => {
  const one = applied(apply(undefined, { replicas: 1, image: 'a' }, 'one'));
  const both = applied(apply(one, { image: 'a' }, 'two'));
  const left = applied(apply(both, { replicas: 1 }, 'one'));
  assert.deepEqual(specOf(left), { replicas: 1, image: 'a' });
  const gone = applied(apply(left, {}, 'two'));
  assert.deepEqual(specOf(gone), { replicas: 1 });
});

test('what an applier leaves out is removed, what others put beside it stays', () => {
  const one = applied(
    apply(undefined, { ports: [{ port: 80 }, { port: 81 }], env: { A: '1', B: '2' } }, 'one'),
  );
  const other = trackUpdate({
    ...at,
    manager: 'other',
    live: one,
    next: {
      ...one,
      spec: { ports: [{ port: 80 }, { port: 81, name: 'x' }, { port: 82 }], env: { A: '1', B: '2', C: '3' } },
    } as never,
  });
  const left = applied(apply(other, { env: { B: '2' } }, 'one'));
  assert.deepEqual(specOf(left), { ports: [{ port: 82 }], env: { B: '2', C: '3' } });
});

test('list keys with a default are found without it', () => {
  const live = created({ ports: [{ port: 80, protocol: 'TCP' }] });
  const object = applied(apply(live, { ports: [{ port: 80, name: 'web' }] }));
  assert.deepEqual(specOf(object), { ports: [{ port: 80, protocol: 'TCP', name: 'web' }] });
  assert.deepEqual(fieldsOf(object, 'me'), {
    'f:spec': { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {}, 'f:name': {} } } },
  });
});

test('atomic lists and maps are owned and replaced whole', () => {
  const one = applied(apply(undefined, { command: ['a', 'b'], selector: { a: '1' } }, 'one'));
  const two = applied(apply(one, { command: ['c'], selector: { b: '2' } }, { manager: 'two', force: true }));
  assert.deepEqual(specOf(two), { command: ['c'], selector: { b: '2' } });
  assert.deepEqual(fieldsOf(two, 'two'), { 'f:spec': { 'f:command': {}, 'f:selector': {} } });
  assert.equal(fieldsOf(two, 'one'), undefined);
});

// Not so for what becomes empty: it is null until the codec of its kind drops it.
test('applying twice changes nothing, not even a time', () => {
  const value = fc.record(
    {
      replicas: fc.integer({ min: 0, max: 3 }),
      tags: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
      env: fc.dictionary(fc.constantFrom('A', 'B'), fc.constantFrom('1', '2'), { minKeys: 1 }),
      command: fc.array(fc.constantFrom('x', 'y')),
    },
    { requiredKeys: [] },
  );
  const step = fc.tuple(fc.constantFrom('one', 'two'), value);
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => {
      let live: KubeObject | undefined;
      for (const [manager, spec] of steps) live = applied(apply(live, spec, { manager, force: true }));
      const [manager, spec] = steps.at(-1) as [string, object];
      const again = applied(apply(live, spec, { manager, now: '2025-05-05T05:05:05Z' }));
      assert.deepEqual(again, live);
    }),
  );
});

test('a configuration that does not fit the schema is refused in the words of Kubernetes', () => {
  const cases: readonly (readonly [object, string])[] = [
    [{ nope: 1 }, '.spec.nope: field not declared in schema'],
    [{ replicas: 'x' }, '.spec.replicas: expected numeric (int or float), got string'],
    [{ image: 1 }, '.spec.image: expected string, got &value.valueUnstructured{Value:1}'],
    [{ ports: [{ port: 1 }, { port: 1 }] }, '.spec.ports: duplicate entries for key [port=1,protocol="TCP"]'],
    [{ env: [] }, '.spec.env: expected map, got &{[]}'],
  ];
  for (const [spec, words] of cases) {
    const result = apply(undefined, spec);
    assert.ok(result.kind === 'refused', JSON.stringify(result));
    assert.equal(result.code, 500);
    assert.equal(result.message, `failed to create typed patch object (/a; x.io/v1, Kind=Thing): ${words}`);
  }
  const own = applyPatch({ ...at, applied: thing({}, { managedFields: [] }), manager: 'me' });
  assert.deepEqual(own, { kind: 'refused', code: 400, message: 'metadata.managedFields must be nil' });
});

test('an update takes fields over from their appliers, and entries of one manager merge', () => {
  const one = applied(apply(undefined, { replicas: 1, image: 'a' }, 'one'));
  const scaled = trackUpdate({
    ...at,
    manager: 'scaler',
    live: one,
    next: { ...one, spec: { replicas: 5, image: 'a' } } as never,
  });
  assert.deepEqual(fieldsOf(scaled, 'one'), { 'f:spec': { 'f:image': {} } });
  assert.deepEqual(fieldsOf(scaled, 'scaler'), { 'f:spec': { 'f:replicas': {} } });
  const more = trackUpdate({
    ...at,
    manager: 'scaler',
    live: scaled,
    next: { ...scaled, spec: { replicas: 5, image: 'a', env: { A: '1' } } } as never,
  });
  assert.deepEqual(fieldsOf(more, 'scaler'), {
    'f:spec': { 'f:env': { '.': {}, 'f:A': {} }, 'f:replicas': {} },
  });
});

test('one manager applies and updates in two entries, and a subresource has its own', () => {
  const one = applied(apply(undefined, { replicas: 1 }, 'one'));
  const live = { ...one, metadata: { ...one.metadata, uid: 'u' } };
  const status = trackUpdate({
    ...at,
    manager: 'one',
    subresource: 'status',
    live,
    next: { ...live, status: { ready: 1 } } as never,
    reset: resetFields({ status: true, subresource: 'status' }),
  });
  assert.deepEqual(
    status.metadata.managedFields?.map(({ operation, subresource }) => [operation, subresource]),
    [
      ['Apply', undefined],
      ['Update', 'status'],
    ],
  );
});

test('the main endpoint does not come to own the status', () => {
  const next = { ...thing({ replicas: 1 }), status: { ready: 1 } } as never;
  const object = trackUpdate({ ...at, manager: 'm', next, reset: resetFields({ status: true }) });
  assert.deepEqual(fieldsOf(object, 'm'), { 'f:spec': { '.': {}, 'f:replicas': {} } });
});

test('an update that sends no managed fields keeps them; [] and [{}] forget the owners', () => {
  const live = created({ replicas: 1 });
  const { managedFields: _, ...metadata } = live.metadata;
  assert.equal(
    trackUpdate({ ...at, manager: 'm', live, next: { ...live, metadata } }).metadata.managedFields,
    live.metadata.managedFields,
  );
  for (const managedFields of [[], [{}]]) {
    const next = { ...live, metadata: { ...metadata, managedFields } };
    assert.equal(trackUpdate({ ...at, manager: 'm', live, next }).metadata.managedFields, undefined);
  }
  const broken = { ...live, metadata: { ...metadata, managedFields: [{ operation: 'Apply' as const }] } };
  assert.equal(trackUpdate({ ...at, manager: 'm', live, next: broken }).metadata.managedFields?.length, 1);
});

test('the first apply to an untracked object knows what was there before', () => {
  const live = thing({ replicas: 1, image: 'a' }, { uid: 'u' });
  const result = apply(live, { replicas: 2 });
  assert.ok(result.kind === 'conflict');
  assert.match(result.message, /conflict with "before-first-apply" using x.io\/v1: .spec.replicas/);
});

test('more than ten updaters: the oldest become ancient-changes', () => {
  let live = created({ env: {} }, 'u0');
  for (let index = 1; index <= 12; index++) {
    const env = { ...(specOf(live) as { env: object }).env, [`E${index}`]: '1' };
    const now = `2024-01-01T00:00:${String(index).padStart(2, '0')}Z`;
    live = trackUpdate({ ...at, now, manager: `u${index}`, live, next: { ...live, spec: { env } } as never });
  }
  const names = live.metadata.managedFields?.map(({ manager }) => manager);
  assert.equal(names?.length, 10);
  assert.ok(names?.includes('ancient-changes'));
});

test('client-side apply becomes server-side apply without a conflict with itself', () => {
  const last = JSON.stringify({ ...thing({ replicas: 1 }) });
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': last };
  const live = trackUpdate({
    ...at,
    manager: 'kubectl-client-side-apply',
    next: thing({ replicas: 1, image: 'a' }, { uid: 'u', annotations }),
  });
  const object = applied(apply(live, { replicas: 2 }, 'kubectl'));
  assert.deepEqual(specOf(object), { replicas: 2, image: 'a' });
  const kept = object.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'] ?? '';
  assert.equal(JSON.parse(kept).spec.replicas, 2);
  assert.equal(apply(live, { image: 'b' }, 'kubectl').kind, 'conflict');
});

test('a time alone is no change', () => {
  const live = created({ replicas: 1 });
  const later = structuredClone<KubeObject>(live);
  const entry = { ...later.metadata.managedFields?.[0], time: '2030-01-01T00:00:00Z' };
  const next = { ...later, metadata: { ...later.metadata, managedFields: [entry] } };
  assert.ok(sameExceptTimes(live, next));
  assert.ok(!sameExceptTimes(live, { ...next, metadata: { ...next.metadata, labels: { a: 'b' } } }));
});
