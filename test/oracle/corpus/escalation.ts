import { apply, type Case, del, given, named, patch, post, put, changed } from '../case.ts';
import { as, granted, grantedEverywhere, IN_NS, RBAC, reading, roleRef, user } from '../roles.ts';

/** May write roles and bindings, and reads config maps. */
const manager = [
  { verbs: ['create'], apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'] },
  reading,
];

const clusterManager = [
  {
    verbs: ['create', 'update', 'patch', 'get'],
    apiGroups: ['rbac.authorization.k8s.io'],
    resources: ['clusterroles', 'clusterrolebindings'],
  },
  reading,
];

/** Without the verbs that let one give what he has not. */
const writing = {
  verbs: ['create', 'update', 'patch', 'delete', 'get'],
  apiGroups: ['rbac.authorization.k8s.io'],
  resources: ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'],
};

const role = (name: string, ...rules: readonly object[]) => ({ metadata: { name }, rules });

const binding = (name: string, kind: string, to: string) => ({
  metadata: { name },
  roleRef: roleRef(kind, to),
  subjects: [user('bob')],
});

export const cases: readonly Case[] = [
  {
    title: 'Who writes a role must hold its rules',
    bullet: 'rbac',
    steps: [
      ...granted(user('alice'), writing, reading),
      post(`${IN_NS}/roles`, role('held', reading), { user: 'alice' }),
      post(`${IN_NS}/roles`, role('more', { ...reading, verbs: ['get', 'delete', 'create'] }), {
        user: 'alice',
      }),
      post(
        `${IN_NS}/roles`,
        role('others', {
          verbs: ['get', 'list'],
          apiGroups: ['', 'apps'],
          resources: ['pods', 'serviceaccounts'],
        }),
        { user: 'alice' },
      ),
      post(`${IN_NS}/roles`, role('all', { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }), {
        user: 'alice',
      }),
      post(`${IN_NS}/roles`, role('one', { ...reading, resourceNames: ['x'] }), { user: 'alice' }),
      post(`${IN_NS}/roles`, role('named', { ...reading, verbs: ['delete'], resourceNames: ['x', 'y'] }), {
        user: 'alice',
      }),
    ],
  },
  {
    title: 'With the verb escalate one may write any role',
    bullet: 'rbac',
    steps: [
      ...granted(user('alice'), writing, {
        verbs: ['escalate'],
        apiGroups: ['rbac.authorization.k8s.io'],
        resources: ['roles'],
      }),
      post(`${IN_NS}/roles`, role('any', { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }), {
        user: 'alice',
      }),
    ],
  },
  {
    title: 'The verb escalate on one role is for changing it',
    bullet: 'rbac',
    steps: [
      ...granted(user('alice'), writing, {
        verbs: ['escalate'],
        apiGroups: ['rbac.authorization.k8s.io'],
        resources: ['roles'],
        resourceNames: ['mine'],
      }),
      post(`${IN_NS}/roles`, role('mine', reading), { user: 'alice' }),
      given(post(`${IN_NS}/roles`, role('mine'))),
      put(`${IN_NS}/roles/mine`, role('mine', reading), { user: 'alice' }),
      given(post(`${IN_NS}/roles`, role('other'))),
      put(`${IN_NS}/roles/other`, role('other', reading), { user: 'alice' }),
    ],
  },
  {
    title: 'Who changes a role must hold what it then has',
    bullet: 'rbac',
    steps: [
      ...granted(user('alice'), writing, reading),
      given(post(`${IN_NS}/roles`, role('big', { ...reading, verbs: ['get', 'delete'] }))),
      patch(
        { path: `${IN_NS}/roles/big`, as: 'merge' },
        { metadata: { labels: { a: 'b' } } },
        { user: 'alice' },
      ),
      patch(
        { path: `${IN_NS}/roles/big`, as: 'merge' },
        { metadata: { finalizers: ['x.example.com/y'] } },
        { user: 'alice' },
      ),
      patch(
        { path: `${IN_NS}/roles/big`, as: 'merge' },
        { metadata: { finalizers: null } },
        { user: 'alice' },
      ),
      patch({ path: `${IN_NS}/roles/big`, as: 'merge' }, { rules: [reading] }, { user: 'alice' }),
      apply(
        `${IN_NS}/roles/applied?fieldManager=me`,
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'Role',
          ...role('applied', { ...reading, verbs: ['watch'] }),
        },
        { user: 'alice' },
      ),
      del(`${IN_NS}/roles/big`, undefined, { user: 'alice' }),
    ],
  },
  {
    title: 'Who binds a role must hold its rules',
    bullet: 'rbac',
    steps: [
      ...granted(user('alice'), writing, reading),
      given(post(`${IN_NS}/roles`, role('held', reading))),
      given(post(`${IN_NS}/roles`, role('more', { ...reading, verbs: ['get', 'delete'] }))),
      post(`${IN_NS}/rolebindings`, binding('good', 'Role', 'held'), { user: 'alice' }),
      post(`${IN_NS}/rolebindings`, binding('bad', 'Role', 'more'), { user: 'alice' }),
      post(`${IN_NS}/rolebindings`, binding('lost', 'Role', 'none'), { user: 'alice' }),
      post(`${IN_NS}/rolebindings`, binding('lost', 'ClusterRole', '{{ns}}-none'), { user: 'alice' }),
      post(`${IN_NS}/rolebindings`, binding('admin', 'ClusterRole', 'cluster-admin'), { user: 'alice' }),
      post(`${IN_NS}/rolebindings`, binding('lost', 'Role', 'none')),
    ],
  },
  {
    title: 'With the verb bind one may bind the role that it names',
    bullet: 'rbac',
    steps: [
      ...granted(user('alice'), writing, {
        verbs: ['bind'],
        apiGroups: ['rbac.authorization.k8s.io'],
        resources: ['clusterroles'],
        resourceNames: ['cluster-admin'],
      }),
      post(`${IN_NS}/rolebindings`, binding('admin', 'ClusterRole', 'cluster-admin'), { user: 'alice' }),
      post(`${IN_NS}/rolebindings`, binding('edit', 'ClusterRole', 'system:aggregate-to-view'), {
        user: 'alice',
      }),
    ],
  },
  {
    title: 'The subjects of a binding are changed by who may bind its role',
    bullet: 'rbac',
    steps: [
      ...granted(user('alice'), writing, reading),
      given(post(`${IN_NS}/roles`, role('more', { ...reading, verbs: ['delete'] }))),
      given(named('bound', post(`${IN_NS}/rolebindings`, binding('bad', 'Role', 'more')))),
      put(`${IN_NS}/rolebindings/bad`, changed('bound', { subjects: [user('alice')] }), { user: 'alice' }),
    ],
  },
  {
    title: 'Who writes a cluster role must hold its rules everywhere',
    bullet: 'rbac',
    steps: [
      ...grantedEverywhere(user('{{ns}}-mary'), ...clusterManager),
      post(`${RBAC}/clusterroles`, role('{{ns}}-held', reading), as('{{ns}}-mary', '{{ns}}-group')),
      post(
        `${RBAC}/clusterroles`,
        role(
          '{{ns}}-more',
          { ...reading, resources: ['secrets'] },
          { verbs: ['get', 'post'], nonResourceURLs: ['/metrics'] },
        ),
        as('{{ns}}-mary', '{{ns}}-group'),
      ),
      post(
        `${RBAC}/clusterroles`,
        {
          metadata: { name: '{{ns}}-all' },
          aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] },
        },
        as('{{ns}}-mary', '{{ns}}-group'),
      ),
      post(
        `${RBAC}/clusterrolebindings`,
        binding('{{ns}}-bad', 'ClusterRole', 'system:aggregate-to-view'),
        as('{{ns}}-mary', '{{ns}}-group'),
      ),
    ],
  },
  {
    title: 'What somebody holds may be unknown in part',
    bullet: 'rbac',
    steps: [
      ...granted(user('alice'), ...manager),
      given(
        post(`${IN_NS}/rolebindings`, {
          ...binding('lost', 'Role', 'none'),
          subjects: [user('alice')],
        }),
      ),
      given(post(`${IN_NS}/roles`, role('more', { ...reading, verbs: ['delete'] }))),
      post(`${IN_NS}/rolebindings`, binding('more', 'Role', 'more'), { user: 'alice' }),
    ],
  },
];
