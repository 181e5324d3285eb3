import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeResponse } from '@fairlead/kube';
import { createRegistry } from '../resources/registry.ts';
import { builtinResources } from '../schema/builtin.ts';
import { serveOpenApi } from './openapi.ts';

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly type?: string }[];
  readonly responses: Readonly<Record<string, { readonly schema?: { readonly $ref: string } }>>;
  readonly 'x-kubernetes-action': string;
  readonly 'x-kubernetes-group-version-kind': object;
}

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

const registry = createRegistry(builtinResources(), {});

const documentAt = (...path: string[]) => {
  const request = { method: 'GET', path: '', query: '', headers: {} } as const;
  const { body } = serveOpenApi(registry, { request, path }) as KubeResponse;
  assert.ok(body.kind === 'object');
  return body.value() as {
    readonly paths: Paths;
    readonly definitions?: object;
    readonly components?: object;
  };
};

const { paths } = documentAt('v2');

const scale = '/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale';
const names: readonly (readonly [method: string, path: string, name: string, action: string])[] = [
  ['get', '/api/v1/namespaces/{namespace}/pods', 'listCoreV1NamespacedPod', 'list'],
  ['get', '/api/v1/pods', 'listCoreV1PodForAllNamespaces', 'list'],
  ['post', '/api/v1/namespaces/{namespace}/pods', 'createCoreV1NamespacedPod', 'post'],
  [
    'delete',
    '/api/v1/namespaces/{namespace}/pods',
    'deleteCoreV1CollectionNamespacedPod',
    'deletecollection',
  ],
  ['get', '/api/v1/nodes/{name}', 'readCoreV1Node', 'get'],
  ['patch', scale, 'patchAppsV1NamespacedDeploymentScale', 'patch'],
  ['put', scale, 'replaceAppsV1NamespacedDeploymentScale', 'put'],
  ['get', '/apis/rbac.authorization.k8s.io/v1/clusterroles', 'listRbacAuthorizationV1ClusterRole', 'list'],
];

for (const [method, path, name, action] of names) {
  test(`Generated clients call ${method.toUpperCase()} ${path} ${name}`, () => {
    assert.equal(paths[path]?.[method]?.operationId, name);
    assert.equal(paths[path]?.[method]?.['x-kubernetes-action'], action);
  });
}

test('An operation says what it is of, what is sent and what comes back', () => {
  const put = paths[scale]?.put;
  assert.deepEqual(put?.tags, ['apps_v1']);
  assert.deepEqual(put?.['x-kubernetes-group-version-kind'], {
    group: 'autoscaling',
    version: 'v1',
    kind: 'Scale',
  });
  assert.deepEqual(
    put?.parameters.map((one) => one.name),
    ['body', 'dryRun', 'fieldManager', 'fieldValidation'],
  );
  assert.equal(put?.responses['200']?.schema?.$ref, '#/definitions/io.k8s.api.autoscaling.v1.Scale');
});

test('Parameters have their types', () => {
  const list = paths['/api/v1/namespaces/{namespace}/pods']?.get?.parameters ?? [];
  const types = Object.fromEntries(list.map(({ name, type }) => [name, type]));
  assert.equal(types['limit'], 'integer');
  assert.equal(types['watch'], 'boolean');
  assert.equal(types['labelSelector'], 'string');
});

test('No name of an operation comes twice', () => {
  const all = Object.values(paths).flatMap((item) =>
    Object.values(item).flatMap(({ operationId }) => (operationId === undefined ? [] : [operationId])),
  );
  assert.deepEqual(all.length, new Set(all).size);
});

for (const [edition, place] of [
  [['v2'], 'definitions'],
  [['v3', 'api', 'v1'], 'schemas'],
  [['v3', 'apis', 'apps', 'v1'], 'schemas'],
] as const) {
  test(`Everything that ${edition.join('/')} refers to is in it`, () => {
    const document = documentAt(...edition);
    const known = Object.keys(
      document.definitions ?? (document.components as { readonly schemas: object }).schemas,
    );
    const references = JSON.stringify(document).matchAll(
      new RegExp(`#/(?:components/)?${place}/([^"]+)`, 'g'),
    );
    const missing = [...references].flatMap(([, name = '']) => (known.includes(name) ? [] : [name]));
    assert.deepEqual(missing, []);
  });
}
