import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { gatewayDefinitions, startEngine } from '@fairlead/engine';
import { clusterRoles, createClient, type KubeObject } from '@fairlead/kube';
import { createReviewAuth } from '../../auth/index.ts';
import { ensureKinds } from './objects.ts';
import { parts } from './roles.ts';

const engine = await startEngine({ controllers: true });
after(() => engine.close());
const admin = createClient(engine.transport());
await ensureKinds(admin, gatewayDefinitions() as unknown as KubeObject[]);

/** Kubernetes' own role gathers ours a moment after it is there. */
const gathered = async (name: string): Promise<void> => {
  const signal = AbortSignal.timeout(30_000);
  const options = { fieldSelector: `metadata.name=${name}`, signal };
  for await (const { type, object } of admin.resource(clusterRoles).watch(options)) {
    const rules = type === 'BOOKMARK' || type === 'ERROR' ? [] : (object.rules ?? []);
    if (rules.some(({ apiGroups }) => apiGroups?.includes('fairlead.dev'))) return;
  }
};

const bound = async (user: string, role: string): Promise<void> => {
  await admin.json({
    method: 'POST',
    path: '/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings',
    body: {
      metadata: { name: user },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'User', name: user }],
    },
  });
};

describe('whoever has one of Kubernetes’ own roles in a namespace', async () => {
  const { authorize } = createReviewAuth(createClient(engine.transport(parts.platform)));
  const verbs = ['get', 'list', 'create', 'patch', 'update', 'delete'] as const;
  const situations = [
    ['view', 'apps', ['get', 'list']],
    ['view', 'releases', ['get', 'list']],
    ['edit', 'apps', [...verbs]],
    ['edit', 'releases', ['get', 'list']],
    ['admin', 'apps', [...verbs]],
  ] as const;
  for (const role of ['view', 'edit', 'admin']) {
    await gathered(role);
    await bound(`user-${role}`, role);
  }
  for (const [role, resource, expected] of situations) {
    it(`${role} may ${expected.join(', ')} ${resource} in it, and nothing elsewhere`, async () => {
      const user = { name: `user-${role}`, groups: ['system:authenticated'] };
      const may = async (namespace: string): Promise<string[]> => {
        const asked = verbs.map(async (verb) => {
          const access = { verb, group: 'fairlead.dev', resource, namespace, name: 'shop' };
          return (await authorize(user, access)) ? [verb] : [];
        });
        return (await Promise.all(asked)).flat();
      };
      assert.deepEqual(await may('default'), expected);
      assert.deepEqual(await may('kube-system'), []);
    });
  }
});
