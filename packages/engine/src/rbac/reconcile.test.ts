import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '@fairlead/kube';
import { openMemoryStore } from '../store/memory.ts';
import { startEngine } from '../engine.ts';
import { readGenerated } from '../schema/builtin-types.ts';
import { desiredObject } from './reconcile.ts';
import { clusterRole, clusterRoleBinding } from './world.fixture.ts';

const reading = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] };
const writing = { verbs: ['create'], apiGroups: [''], resources: ['pods'] };

const marked = <T extends KubeObject>(object: T, metadata: Partial<KubeObject['metadata']>): T => ({
  ...object,
  metadata: { ...object.metadata, ...metadata },
});

const wanted = marked(clusterRole('view', reading), { labels: { a: 'b' } });
const binding = clusterRoleBinding('b', 'ClusterRole/view', 'Group/g');
const protectedMark = { 'rbac.authorization.kubernetes.io/autoupdate': 'false' };

/** No annotations are as good as none at all. */
const unannotated = (object: KubeObject): object => {
  const { annotations = {}, labels = {}, ...metadata } = object.metadata;
  return { ...object, metadata: { ...metadata, annotations, labels } };
};

describe('a role of Kubernetes’ own', () => {
  const situations: readonly [string, KubeObject, KubeObject | undefined, KubeObject | undefined][] = [
    ['is made when it is not there', wanted, undefined, wanted],
    ['stays as it is', wanted, wanted, undefined],
    ['keeps what somebody added', wanted, { ...wanted, rules: [writing, reading] } as KubeObject, undefined],
    [
      'gets back what somebody took',
      wanted,
      { ...wanted, rules: [{ ...reading, verbs: ['get'] }] } as KubeObject,
      {
        ...wanted,
        rules: [
          { ...reading, verbs: ['get'] },
          { ...reading, verbs: ['list'] },
        ],
      } as KubeObject,
    ],
    [
      'gets back its labels',
      wanted,
      marked(wanted, { labels: { c: 'd' } }),
      marked(wanted, { labels: { c: 'd', a: 'b' } }),
    ],
    [
      'is left alone when somebody said so',
      wanted,
      marked(clusterRole('view'), { annotations: protectedMark }),
      undefined,
    ],
    [
      'of which nothing is bound gets back whom it is for',
      binding,
      { ...binding, subjects: [] } as KubeObject,
      binding,
    ],
  ];
  for (const [title, desired, live, expected] of situations) {
    it(title, () => {
      const found = desiredObject(desired, live);
      assert.deepEqual(found && unannotated(found), expected && unannotated(expected));
    });
  }

  it('is there from the first start on; a later one writes nothing', async () => {
    const store = await openMemoryStore();
    await (await startEngine({ store })).close();
    const policy = readGenerated('bootstrap-policy.json') as readonly unknown[];
    const stored = store.snapshot().range('/rbac.authorization.k8s.io/');
    assert.equal(stored.length, policy.length);
    const { revision } = store;
    await (await startEngine({ store })).close();
    assert.equal(store.revision, revision);
    await store.close();
  });
});
