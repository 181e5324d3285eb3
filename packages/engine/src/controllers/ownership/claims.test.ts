import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject, OwnerReference } from '@fairlead/kube';
import { decideClaims } from './claims.ts';

const owner = (deleting = false): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'shop', uid: 'me', ...(deleting ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) },
});

const reference = (uid: string, controller = true): OwnerReference => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  name: uid,
  uid,
  controller,
});

const child = (app: string, owners: OwnerReference[] = [], deleting = false): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'child',
    labels: { app },
    ownerReferences: owners,
    ...(deleting ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
  },
});

describe('what an owner claims', () => {
  const rows: { title: string; child: KubeObject; deleting?: boolean; as: string }[] = [
    { title: 'its own that it selects', child: child('shop', [reference('me')]), as: 'owned' },
    { title: 'an orphan that it selects', child: child('shop'), as: 'adopt' },
    {
      title: 'one that has owners, but no controller',
      child: child('shop', [reference('x', false)]),
      as: 'adopt',
    },
    { title: 'its own that changed its label', child: child('other', [reference('me')]), as: 'release' },
    { title: 'another owner’s that it would select', child: child('shop', [reference('x')]), as: 'nothing' },
    { title: 'an orphan that it does not select', child: child('other'), as: 'nothing' },
    { title: 'an orphan that is being deleted', child: child('shop', [], true), as: 'nothing' },
    {
      title: 'an orphan, while it is being deleted itself',
      child: child('shop'),
      deleting: true,
      as: 'nothing',
    },
    {
      title: 'a relabelled one, while it is being deleted itself',
      child: child('other', [reference('me')]),
      deleting: true,
      as: 'nothing',
    },
  ];
  for (const { title, child: object, deleting, as } of rows) {
    it(`${title}: ${as}`, () => {
      const selector = { matchLabels: { app: 'shop' } };
      const claims = decideClaims({ owner: owner(deleting), selector, objects: [object] });
      const [kind = 'nothing'] = Object.entries(claims).find(([, objects]) => objects.length > 0) ?? [];
      assert.equal(kind, as);
    });
  }
});
