import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import {
  clusterRole,
  clusterRoleBinding,
  give,
  openRbacWorld,
  RBAC,
  role,
  roleBinding,
} from './world.fixture.ts';

const world = await openRbacWorld();
after(() => world[Symbol.asyncDispose]());

const readMaps = { verbs: ['get', 'list'], apiGroups: [''], resources: ['configmaps'] };
await world.admin.post('/api/v1/namespaces', { metadata: { name: 'team-a' } });
await give(
  world,
  'team-a',
  role('reader', readMaps),
  roleBinding('readers', 'Role/reader', 'User/ann', 'Group/ops', 'ServiceAccount/team-a/bot'),
  roleBinding('viewers', 'ClusterRole/system:aggregate-to-view', 'User/vic'),
  clusterRole('one-map', {
    verbs: ['get', 'list', 'watch'],
    apiGroups: [''],
    resources: ['configmaps'],
    resourceNames: ['x'],
  }),
  clusterRoleBinding('one-map', 'ClusterRole/one-map', 'User/otto'),
  roleBinding('lost', 'ClusterRole/lost', 'User/lea'),
);

const maps = (namespace: string): string => `/api/v1/namespaces/${namespace}/configmaps`;

describe('access by roles', () => {
  const situations: readonly [string, readonly [string, ...string[]], string, number][] = [
    ['a user who is bound reads', ['ann'], maps('team-a'), 200],
    ['a group that is bound reads', ['olga', 'ops'], maps('team-a'), 200],
    ['a service account that is bound reads', ['system:serviceaccount:team-a:bot'], maps('team-a'), 200],
    ['a user of another name does not', ['anne'], maps('team-a'), 403],
    ['a user with the name of a group does not', ['ops'], maps('team-a'), 403],
    ['a role holds in its own namespace only', ['ann'], maps('default'), 403],
    ['a role of a namespace does not hold for all of them', ['ann'], '/api/v1/configmaps', 403],
    ['what is not there is missing for whoever may read it', ['ann'], `${maps('team-a')}/none`, 404],
    ['what is not there is refused to whoever may not', ['anne'], `${maps('team-a')}/none`, 403],
    ['a kind that nobody knows is refused to whoever may not', ['ann'], '/apis/no.such/v1/things', 403],
    ['a cluster role by a binding in a namespace holds there', ['vic'], maps('team-a'), 200],
    ['and nowhere else', ['vic'], maps('default'), 403],
    [
      'whoever reads one object lists what is no more than it',
      ['otto'],
      `${maps('a')}?fieldSelector=metadata.name%3Dx`,
      200,
    ],
    ['but not the others', ['otto'], `${maps('a')}?fieldSelector=metadata.name%3Dy`, 403],
    ['nor all', ['otto'], maps('a'), 403],
    ['everybody sees what kinds there are', ['nobody'], '/apis', 200],
    ['everybody sees the version', ['nobody'], '/version', 200],
    ['nobody without a role sees a path that is not there', ['nobody'], '/metrics', 403],
  ];
  for (const [title, [name, ...groups], path, status] of situations) {
    it(title, async () => assert.equal((await world.as(name, ...groups).get(path)).status, status));
  }

  it('is refused in the words of Kubernetes', async () => {
    const cases: readonly [string, string, string][] = [
      [
        'anne',
        maps('team-a'),
        'configmaps is forbidden: User "anne" cannot list resource "configmaps" in API group "" in the namespace "team-a"',
      ],
      [
        'anne',
        '/apis/apps/v1/namespaces/b/deployments/web/scale',
        'deployments.apps "web" is forbidden: User "anne" cannot get resource "deployments/scale" in API group "apps" in the namespace "b"',
      ],
      [
        'anne',
        '/api/v1/namespaces/b',
        'namespaces "b" is forbidden: User "anne" cannot get resource "namespaces" in API group "" in the namespace "b"',
      ],
      [
        'anne',
        '/api/v1/nodes?watch=1',
        'nodes is forbidden: User "anne" cannot watch resource "nodes" in API group "" at the cluster scope',
      ],
      ['a<b>', '/metrics', 'forbidden: User "a&lt;b&gt;" cannot get path "/metrics"'],
      [
        'lea',
        maps('team-a'),
        'configmaps is forbidden: User "lea" cannot list resource "configmaps" in API group "" in the namespace "team-a": RBAC: clusterrole.rbac.authorization.k8s.io "lost" not found',
      ],
    ];
    for (const [name, path, message] of cases) {
      const { status, body } = await world.as(name).get(path);
      assert.equal(status, 403);
      assert.equal(body.message, message);
    }
  });

  it('is as new as the last write', async () => {
    const zoe = world.as('zoe');
    assert.equal((await zoe.get(maps('default'))).status, 403);
    await give(world, 'default', roleBinding('zoe', 'ClusterRole/system:aggregate-to-view', 'User/zoe'));
    assert.equal((await zoe.get(maps('default'))).status, 200);
    const path = `${RBAC}/namespaces/default/rolebindings/zoe`;
    await world.admin.patch(path, {
      subjects: [{ kind: 'User', name: 'other', apiGroup: 'rbac.authorization.k8s.io' }],
    });
    assert.equal((await zoe.get(maps('default'))).status, 403);
    await world.admin.patch(path, {
      subjects: [{ kind: 'User', name: 'zoe', apiGroup: 'rbac.authorization.k8s.io' }],
    });
    assert.equal((await zoe.get(maps('default'))).status, 200);
    await world.admin.delete(path);
    assert.equal((await zoe.get(maps('default'))).status, 403);
  });

  it('to make something by a PUT or an apply asks for the verb create', async () => {
    await give(
      world,
      'default',
      role('patcher', {
        verbs: ['patch', 'update', 'get'],
        apiGroups: ['', 'coordination.k8s.io'],
        resources: ['configmaps', 'leases'],
      }),
      roleBinding('patchers', 'Role/patcher', 'User/pat'),
    );
    const pat = world.as('pat');
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'made' } };
    const applied = await pat.apply(`${maps('default')}/made?fieldManager=pat`, map);
    assert.equal(applied.status, 403);
    assert.equal(
      applied.body.message,
      'configmaps "made" is forbidden: User "pat" cannot create resource "configmaps" in API group "" in the namespace "default"',
    );
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'made' } };
    const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
    assert.equal((await pat.put(`${leases}/made`, lease)).status, 403);
    await world.admin.post(leases, lease);
    assert.equal((await pat.apply(`${leases}/made?fieldManager=pat`, lease)).status, 200);
  });
});
