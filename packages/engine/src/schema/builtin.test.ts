import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtinResources } from './builtin.ts';
import { gatewayDefinitions } from './builtin-gateway.ts';
import { builtinFields, builtinType } from './builtin-types.ts';
import type { ArraySchema, ObjectSchema, Schema } from './structural.ts';

const definition = (group: string, resource: string) => {
  const found = builtinResources().find((d) => d.group === group && d.resource === resource);
  assert.ok(found, `${resource} is there`);
  return found;
};

const schemaOf = (group: string, resource: string): Schema => {
  const version = definition(group, resource).versions[0];
  assert.ok(version);
  return version.schema();
};

/** `spec.containers[].ports` */
function at(schema: Schema, path: string): Schema {
  return path.split('.').reduce((inside, step) => {
    const field = (inside as ObjectSchema).properties[step.replace('[]', '')];
    assert.ok(field, `${step} of ${path}`);
    return step.endsWith('[]') ? (field as ArraySchema).items : field;
  }, schema);
}

/** Every schema below, each once: types contain themselves. */
function reachable(schema: Schema, seen = new Set<Schema>()): Set<Schema> {
  if (seen.has(schema)) return seen;
  seen.add(schema);
  if (schema.type === 'array') reachable(schema.items, seen);
  if (schema.type === 'map') reachable(schema.values, seen);
  if (schema.type === 'object') for (const field of Object.values(schema.properties)) reachable(field, seen);
  return seen;
}

test('every built-in resource has a structure with metadata', () => {
  assert.equal(builtinResources().length, 65);
  for (const { resource, versions } of builtinResources()) {
    assert.equal(versions.filter(({ storage }) => storage).length, 1, resource);
    for (const version of versions) assert.ok(reachable(version.schema()).size > 2, resource);
  }
});

test('lists say how apply and patch merge them', () => {
  const deployment = schemaOf('apps', 'deployments');
  const containers = at(deployment, 'spec.template.spec.containers') as ArraySchema;
  assert.deepEqual([containers.listType, containers.listMapKeys], ['map', ['name']]);
  const ports = at(deployment, 'spec.template.spec.containers[].ports') as ArraySchema;
  assert.deepEqual([ports.listType, ports.listMapKeys], ['map', ['containerPort', 'protocol']]);
  assert.deepEqual([ports.patchMergeKey, ports.patchStrategy], ['containerPort', 'merge']);
  const strategy = at(deployment, 'spec.strategy') as ObjectSchema;
  assert.equal(strategy.patchStrategy, 'retainKeys');
  assert.equal((at(deployment, 'spec.selector') as ObjectSchema).atomic, true);
});

const defaults: readonly (readonly [group: string, resource: string, path: string, value: unknown])[] = [
  ['apps', 'deployments', 'spec.replicas', 1],
  ['apps', 'deployments', 'spec.revisionHistoryLimit', 10],
  ['apps', 'deployments', 'spec.strategy.type', 'RollingUpdate'],
  ['apps', 'deployments', 'spec.template.spec.restartPolicy', 'Always'],
  ['apps', 'deployments', 'spec.template.spec.dnsPolicy', 'ClusterFirst'],
  ['apps', 'deployments', 'spec.template.spec.terminationGracePeriodSeconds', 30],
  ['apps', 'deployments', 'spec.template.spec.enableServiceLinks', undefined],
  ['', 'pods', 'spec.enableServiceLinks', true],
  ['', 'pods', 'spec.containers[].readinessProbe.periodSeconds', 10],
  ['', 'services', 'spec.type', 'ClusterIP'],
  ['', 'services', 'spec.sessionAffinity', 'None'],
  ['batch', 'jobs', 'spec.completionMode', 'NonIndexed'],
  ['batch', 'cronjobs', 'spec.jobTemplate.spec.completionMode', undefined],
  ['rbac.authorization.k8s.io', 'rolebindings', 'roleRef.apiGroup', 'rbac.authorization.k8s.io'],
];

for (const [group, resource, path, value] of defaults) {
  test(`${resource}: ${path} is ${JSON.stringify(value)} when absent`, () => {
    assert.deepEqual(at(schemaOf(group, resource), path).default, value);
  });
}

test("numbers keep Go's size, and strings with a codec of their own are told apart", () => {
  const pod = schemaOf('', 'pods');
  assert.deepEqual(at(pod, 'spec.containers[].ports[].containerPort'), {
    type: 'integer',
    format: 'int32',
    zero: 0,
  });
  assert.equal((at(pod, 'spec.terminationGracePeriodSeconds') as { format?: string }).format, 'int64');
  assert.equal(at(pod, 'metadata.creationTimestamp').type, 'time');
  assert.equal(at(pod, 'spec.containers[].livenessProbe.httpGet.port').type, 'int-or-string');
  assert.equal(at(schemaOf('', 'secrets'), 'data').type, 'map');
});

test('fields say what Go writes when they are empty', () => {
  const deployment = schemaOf('apps', 'deployments');
  assert.deepEqual(at(deployment, 'status').zero, {});
  assert.deepEqual(at(deployment, 'spec.template.spec.containers[].resources').zero, {});
  assert.equal(at(deployment, 'spec.replicas').zero, undefined);
  assert.equal(at(deployment, 'spec.minReadySeconds').omitEmpty, true);
  assert.equal(at(schemaOf('', 'events'), 'firstTimestamp').zero, null);
});

test('resources know their names, verbs and subresources', () => {
  const deployments = definition('apps', 'deployments');
  assert.deepEqual(
    [deployments.singular, deployments.shortNames, deployments.categories],
    ['deployment', ['deploy'], ['all']],
  );
  assert.deepEqual(deployments.scale?.specReplicasPath, '.spec.replicas');
  assert.equal(deployments.generation, true);
  assert.deepEqual(
    definition('', 'pods').subresources?.map(({ name }) => name),
    [
      'attach',
      'binding',
      'ephemeralcontainers',
      'eviction',
      'exec',
      'log',
      'portforward',
      'proxy',
      'resize',
      'status',
    ],
  );
  assert.equal(definition('', 'pods').fieldSelectors['status.phase'], '.status.phase');
  assert.equal(definition('coordination.k8s.io', 'leases').createOnUpdate, true);
  assert.equal(definition('batch', 'jobs').orphanByDefault, true);
  assert.deepEqual(
    definition('autoscaling', 'horizontalpodautoscalers').versions.map((v) => [v.version, v.storage]),
    [
      ['v2', true],
      ['v1', false],
    ],
  );
});

test('deletions, statuses and annotations are treated as the strategies of the kinds say', () => {
  const named = (fact: 'answersDeleted' | 'keepsStatus' | 'annotationsCount'): string[] =>
    builtinResources()
      .filter((resource) => resource[fact])
      .map(({ resource }) => resource);
  assert.deepEqual(named('annotationsCount'), ['deployments']);
  assert.deepEqual(named('keepsStatus'), ['nodes', 'servicecidrs']);
  assert.ok(named('answersDeleted').includes('pods') && !named('answersDeleted').includes('configmaps'));
});

test('types that are no kinds are known too, with their protobuf numbers', () => {
  assert.equal(
    (builtinType('meta.v1.DeleteOptions').properties.gracePeriodSeconds as { format?: string }).format,
    'int64',
  );
  assert.deepEqual(builtinFields('core.v1.Volume')?.emptyDir?.slice(0, 3), [
    '2.2',
    'core.v1.EmptyDirVolumeSource',
    'pe',
  ]);
  assert.equal(builtinFields('core.v1.Nothing'), undefined);
  assert.throws(() => builtinType('core.v1.Nothing'), /core.v1.Nothing/);
});

test("Gateway API's definitions have a structure and no prose, but keep fields named description", () => {
  const [gatewayClass, ...others] = gatewayDefinitions() as readonly { spec: CrdSpec }[];
  assert.deepEqual(
    others.map(({ spec }) => spec.names.kind),
    ['Gateway', 'HTTPRoute'],
  );
  const root = gatewayClass?.spec.versions[0]?.schema.openAPIV3Schema;
  assert.equal(root?.description, undefined);
  assert.deepEqual(root?.properties?.spec?.properties?.description, { maxLength: 64, type: 'string' });
});

interface CrdSpec {
  readonly names: { readonly kind: string };
  readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: OpenApi } }[];
}

interface OpenApi {
  readonly description?: unknown;
  readonly properties?: Readonly<Record<string, OpenApi>>;
}
