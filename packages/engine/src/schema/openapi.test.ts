import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtinResources } from './builtin.ts';
import { parseCrdSchema } from './crd-schema.ts';
import type { ResourceDefinition } from './definition.ts';
import type { JsonObject } from './json.ts';
import { schemaToOpenApiV2, schemaToOpenApiV3 } from './openapi.ts';

const refersTo = (schemas: object): string[] =>
  [...JSON.stringify(schemas).matchAll(/"#\/(?:definitions|components\/schemas)\/([^"]+)"/g)].map(
    ([, to = '']) => to,
  );

test('every reference of every built-in kind leads somewhere', () => {
  for (const write of [schemaToOpenApiV3, schemaToOpenApiV2]) {
    for (const definition of builtinResources()) {
      for (const version of definition.versions) {
        const { name, listName, schemas } = write(definition, version);
        assert.ok(schemas[name] && schemas[listName]);
        assert.deepEqual(
          refersTo(schemas).filter((to) => schemas[to] === undefined),
          [],
        );
      }
    }
  }
});

test('what kubectl merges and explains by is in the document', () => {
  const deployments = builtinResources().find(
    ({ resource, group }) => resource === 'deployments' && group === 'apps',
  );
  const version = deployments?.versions.find((one) => one.version === 'v1');
  assert.ok(deployments && version);
  const { name, schemas } = schemaToOpenApiV3(deployments, version);
  assert.equal(name, 'io.k8s.api.apps.v1.Deployment');
  assert.deepEqual(schemas[name]?.['x-kubernetes-group-version-kind'], [
    { group: 'apps', kind: 'Deployment', version: 'v1' },
  ]);
  const pod = schemas['io.k8s.api.core.v1.PodSpec'] as { properties: Record<string, JsonObject> };
  assert.equal(pod.properties.containers?.['x-kubernetes-patch-merge-key'], 'name');
  assert.deepEqual(pod.properties.containers?.['x-kubernetes-list-map-keys'], ['name']);
});

test('a custom resource brings its descriptions, extensions and CEL rules', () => {
  const { schema } = parseCrdSchema({
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        description: 'what should be',
        'x-kubernetes-validations': [{ rule: 'true' }],
        properties: {
          n: { 'x-kubernetes-int-or-string': true },
          f: { 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
    },
  });
  const version = { version: 'v1', served: true, storage: true, schema: () => schema };
  const definition = {
    group: 'x.io',
    kind: 'Thing',
    listKind: 'ThingList',
    origin: 'custom',
  } as ResourceDefinition;
  const { name, listName, schemas } = schemaToOpenApiV3(definition, version);
  assert.deepEqual([name, listName], ['io.x.v1.Thing', 'io.x.v1.ThingList']);
  const { properties } = schemas[name] as { properties: Record<string, JsonObject> };
  assert.deepEqual(properties.spec, {
    type: 'object',
    description: 'what should be',
    properties: {
      n: { 'x-kubernetes-int-or-string': true },
      f: { 'x-kubernetes-preserve-unknown-fields': true },
    },
    'x-kubernetes-validations': [{ rule: 'true' }],
  });
});
