import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject, ManagedFieldsEntry } from '@fairlead/kube';
import fc from 'fast-check';
import { builtinKind } from '../schema/builtin.ts';
import type { Schema } from '../schema/structural.ts';
import { setOfPath } from './field-set.ts';
import { encodeOwners, type Owners } from './managers.ts';
import { takeOwnership, trackUpdate, type Update } from './update.ts';

const plain = { noNullPrototype: true };
const texts = fc.dictionary(fc.string(), fc.string(), plain);
const metadata = fc.record(
  {
    name: fc.string(),
    namespace: fc.string(),
    uid: fc.string(),
    generation: fc.nat(),
    creationTimestamp: fc.constant('2024-01-01T00:00:00Z'),
    labels: texts,
    annotations: texts,
    finalizers: fc.uniqueArray(fc.string()),
  },
  { ...plain, requiredKeys: ['name'] },
);
const containers = fc.uniqueArray(fc.record({ name: fc.string(), image: fc.string() }, plain), {
  selector: (one) => one.name,
});

const kinds: readonly (readonly [title: string, schema: Schema, content: fc.Arbitrary<object>])[] = [
  [
    'ConfigMap',
    builtinKind('core.v1.ConfigMap'),
    fc.record({ data: texts, immutable: fc.boolean() }, { ...plain, requiredKeys: [] }),
  ],
  [
    'Deployment',
    builtinKind('apps.v1.Deployment'),
    fc.record(
      {
        spec: containers.map((list) => ({
          replicas: 1,
          selector: {},
          template: { spec: { containers: list } },
        })),
        status: fc.record({ replicas: fc.nat() }, { ...plain, requiredKeys: [] }),
      },
      { ...plain, requiredKeys: [] },
    ),
  ],
  [
    'custom resource',
    { type: 'any' },
    fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.jsonValue(), plain),
  ],
];

/** As if the object had been changed from one of which nobody owned anything. */
const foundByChange = (update: Update): readonly ManagedFieldsEntry[] | undefined => {
  const owners: Owners = new Map();
  takeOwnership(update, owners);
  return encodeOwners(owners);
};

for (const [title, schema, content] of kinds) {
  test(`Who creates a ${title} owns what somebody owns who changes nothing into it`, () => {
    fc.assert(
      fc.property(metadata, content, fc.boolean(), (about, rest, status) => {
        const next = { ...rest, apiVersion: 'v1', kind: 'Thing', metadata: about } as KubeObject;
        const update: Update = {
          schema,
          next,
          manager: 'kubectl',
          apiVersion: 'v1',
          now: '2024-01-01T00:00:00Z',
          ...(status && { reset: setOfPath('f:status') }),
        };
        const { managedFields } = trackUpdate(update).metadata;
        assert.equal(JSON.stringify(managedFields), JSON.stringify(foundByChange(update)));
      }),
    );
  });
}
