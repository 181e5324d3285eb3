import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '@fairlead/kube';
import type { Attributes } from '../auth/authorizer.ts';
import { openMemoryStore } from '../store/memory.ts';
import { openPolicy } from './policy.ts';
import { clusterRole, role, roleBinding } from './world.fixture.ts';

const encoder = new TextEncoder();

/** A store with `count` namespaces, in each of which another user may read. */
const openCrowd = async (count: number) => {
  const store = await openMemoryStore();
  const put = (resource: string, namespace: string, object: KubeObject): Promise<unknown> => {
    const value = { ...object, metadata: { ...object.metadata, namespace } };
    const key = `/rbac.authorization.k8s.io/${resource}/${namespace}/${object.metadata.name}`;
    return store.put(key, () => ({ bytes: encoder.encode(JSON.stringify(value)), value }));
  };
  const reading = { verbs: ['get', 'list', 'watch'], apiGroups: [''], resources: ['pods', 'configmaps'] };
  await put('clusterroles', '', clusterRole('view', reading));
  for (let each = 0; each < count; each += 1) {
    await put('roles', `ns-${each}`, role('own', reading));
    const name = `user-${each}`;
    const to = each % 2 === 0 ? 'ClusterRole/view' : 'Role/own';
    await put('rolebindings', `ns-${each}`, roleBinding(name, to, `User/${name}`));
  }
  return { policy: openPolicy(store), store };
};

const ask = (namespace: string): Attributes => ({
  user: { name: 'user-3', groups: ['developers', 'system:authenticated'] },
  verb: 'get',
  group: '',
  version: 'v1',
  resource: 'configmaps',
  subresource: '',
  namespace,
  name: 'x',
});

const ROUNDS = 20_000;

/** Processor time of one decision, in microseconds. */
const costOf = (decide: (attributes: Attributes) => unknown): number => {
  const asked = [ask('ns-3'), ask('ns-2')];
  for (let round = 0; round < ROUNDS; round += 1) for (const each of asked) decide(each);
  const before = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round += 1) for (const each of asked) decide(each);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / ROUNDS / asked.length;
};

describe('a decision', () => {
  it('is one user’s among many', async () => {
    const { policy, store } = await openCrowd(50);
    assert.equal(policy.decide(ask('ns-3')).allowed, true);
    assert.equal(policy.decide(ask('ns-2')).allowed, false);
    assert.match(
      policy.decide(ask('ns-3')).reason,
      /^RBAC: allowed by RoleBinding "user-3\/ns-3" of Role "own" to User "user-3"$/,
    );
    policy.close();
    await store.close();
  });

  it('costs the same among ten bindings and among five thousand', async () => {
    const few = await openCrowd(10);
    const many = await openCrowd(5000);
    const costs = [costOf(few.policy.decide), costOf(many.policy.decide)] as const;
    assert.ok(costs[1] < 4 * costs[0] + 1, `${costs[0]} and ${costs[1]} µs`);
    for (const { policy, store } of [few, many]) {
      policy.close();
      await store.close();
    }
  });
});
