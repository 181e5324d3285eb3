import { apply, type Case, del, get, given, patch, post, put, watch, together } from '../case.ts';
import {
  account,
  as,
  granted,
  grantedEverywhere,
  group,
  IN_NS,
  RBAC,
  reading,
  roleRef,
  user,
} from '../roles.ts';

const map = { metadata: { name: 'a' }, data: { k: '1' } };

export const cases: readonly Case[] = [
  together('Who shows nothing, or nothing that is known', [
    {
      title: 'Who shows nothing is anonymous',
      bullet: 'rbac',
      steps: [
        get('serviceaccounts', { user: 'anonymous' }),
        get('/apis/apps/v1/namespaces/{{ns}}/deployments/none', { user: 'anonymous' }),
        get('/api/v1/nodes', { user: 'anonymous' }),
        get('/api', { user: 'anonymous' }),
        get('/apis', { user: 'anonymous' }),
        get('/openapi/v3', { user: 'anonymous' }),
        get('/nowhere', { user: 'anonymous' }),
        get('/', { user: 'anonymous' }),
      ],
    },
    {
      title: 'Who shows nothing learns that somebody is at home',
      bullet: 'rbac',
      steps: [
        get('/readyz', { user: 'anonymous' }),
        get('/livez', { user: 'anonymous' }),
        get('/healthz', { user: 'anonymous' }),
        get('/readyz/ping', { user: 'anonymous' }),
        post('/version', {}, { user: 'anonymous' }),
      ],
    },
    {
      title: 'Who shows a token that is nobody’s is not let in',
      bullet: 'rbac',
      steps: [
        get('serviceaccounts', { token: 'nobodys' }),
        get('/readyz', { token: 'nobodys' }),
        get('/nowhere', { token: 'nobodys' }),
        get('serviceaccounts', { token: 'a.b.c' }),
      ],
    },
    {
      title: 'What is no bearer token shows nothing',
      bullet: 'rbac',
      steps: [
        get('serviceaccounts', { user: 'anonymous', headers: { authorization: 'Basic YTpi' } }),
        get('serviceaccounts', { user: 'anonymous', headers: { authorization: 'Bearer' } }),
        get('serviceaccounts', { user: 'anonymous', headers: { authorization: 'nonsense' } }),
      ],
    },
  ]),
  {
    title: 'Who has no role may do nothing, and does not learn what is there',
    bullet: 'rbac',
    steps: [
      given(post('serviceaccounts', map)),
      get('serviceaccounts/a', { user: 'alice' }),
      get('serviceaccounts/none', { user: 'alice' }),
      get('serviceaccounts', { user: 'alice' }),
      get('/apis/no.such.group/v1/things', { user: 'alice' }),
      get('/api/v1/namespaces/{{ns}}', { user: 'alice' }),
      get('/api/v1/namespaces/{{ns}}/status', { user: 'alice' }),
      get('/api/v1/namespaces/none-such', { user: 'alice' }),
    ],
  },
  {
    title: 'Every verb is refused by its name',
    bullet: 'rbac',
    steps: [
      post('serviceaccounts', map, { user: 'alice' }),
      put('serviceaccounts/a', map, { user: 'alice' }),
      patch({ path: 'serviceaccounts/a', as: 'merge' }, {}, { user: 'alice' }),
      apply('serviceaccounts/a?fieldManager=me', map, { user: 'alice' }),
      del('serviceaccounts/a', undefined, { user: 'alice' }),
      del('serviceaccounts', undefined, { user: 'alice' }),
      get('serviceaccounts?watch=true', { user: 'alice' }),
      get('pods/a/log', { user: 'alice' }),
      put('/apis/apps/v1/namespaces/{{ns}}/deployments/web/scale', {}, { user: 'alice' }),
    ],
  },
  {
    title: 'A role allows what its rules name',
    bullet: 'rbac',
    steps: [
      ...granted(user('alice'), reading),
      given(post('serviceaccounts', map)),
      get('serviceaccounts/a', { user: 'alice' }),
      get('serviceaccounts/none', { user: 'alice' }),
      get('secrets/none', { user: 'alice' }),
      get('/api/v1/serviceaccounts', { user: 'alice' }),
      del('serviceaccounts/a', undefined, { user: 'alice' }),
    ],
  },
  {
    title: 'A role for a group holds for its members',
    bullet: 'rbac',
    steps: [
      ...granted(group('developers'), reading),
      get('serviceaccounts/none', { user: 'alice' }),
      get('serviceaccounts/none', { user: 'bob' }),
    ],
  },
  {
    title: 'A rule with names is about objects of these names',
    bullet: 'rbac',
    steps: [
      ...granted(user('alice'), { ...reading, verbs: ['get', 'list', 'watch'], resourceNames: ['a'] }),
      get('serviceaccounts/a', { user: 'alice' }),
      get('serviceaccounts/b', { user: 'alice' }),
      get('serviceaccounts?fieldSelector=metadata.name%3Db', { user: 'alice' }),
      get('serviceaccounts', { user: 'alice' }),
      watch(
        'serviceaccounts?fieldSelector=metadata.name%3Da&timeoutSeconds=1&resourceVersion=0',
        { toItsEnd: true },
        { user: 'alice' },
      ),
    ],
  },
  {
    title: 'A role in a namespace may be about that namespace',
    bullet: 'rbac',
    steps: [
      ...granted(user('alice'), { verbs: ['get'], apiGroups: [''], resources: ['namespaces'] }),
      get('/api/v1/namespaces/{{ns}}/status', { user: 'alice' }),
      get('/api/v1/namespaces', { user: 'alice' }),
    ],
  },
  {
    title: 'A part of an object is a resource of its own',
    bullet: 'rbac',
    steps: [
      ...granted(user('alice'), { verbs: ['get', 'update'], apiGroups: ['apps'], resources: ['*/scale'] }),
      get('/apis/apps/v1/namespaces/{{ns}}/deployments/none/scale', { user: 'alice' }),
      get('/apis/apps/v1/namespaces/{{ns}}/deployments/none', { user: 'alice' }),
    ],
  },
  {
    title: 'A star is every verb on every resource',
    bullet: 'rbac',
    steps: [
      ...granted(user('alice'), { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }),
      post('serviceaccounts', map, { user: 'alice' }),
      get('/apis/apps/v1/namespaces/{{ns}}/deployments/none/scale', { user: 'alice' }),
      get('/apis/no.such.group/v1/namespaces/{{ns}}/things', { user: 'alice' }),
      get('/api/v1/nodes', { user: 'alice' }),
    ],
  },
  {
    title: 'A binding to a role that is not there is told',
    bullet: 'rbac',
    steps: [
      given(
        post(`${IN_NS}/rolebindings`, {
          metadata: { name: 'lost' },
          roleRef: roleRef('ClusterRole', '{{ns}}-lost'),
          subjects: [user('alice')],
        }),
      ),
      get('serviceaccounts', { user: 'alice' }),
      given(
        post(`${IN_NS}/rolebindings`, {
          metadata: { name: 'lost-too' },
          roleRef: roleRef('Role', 'lost'),
          subjects: [group('system:authenticated')],
        }),
      ),
      get('secrets', { user: 'bob' }),
    ],
  },
  {
    title: 'Making something by an apply or a PUT asks for the verb create',
    bullet: 'rbac',
    steps: [
      ...granted(user('alice'), {
        verbs: ['patch', 'update'],
        apiGroups: ['', 'coordination.k8s.io'],
        resources: ['serviceaccounts', 'leases'],
      }),
      apply(
        'serviceaccounts/a?fieldManager=me',
        { apiVersion: 'v1', kind: 'ServiceAccount', ...map },
        { user: 'alice' },
      ),
      put(
        '/apis/coordination.k8s.io/v1/namespaces/{{ns}}/leases/a',
        { metadata: { name: 'a' } },
        { user: 'alice' },
      ),
      given(post('serviceaccounts', map)),
      apply(
        'serviceaccounts/a?fieldManager=me',
        { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'a' } },
        { user: 'alice' },
      ),
    ],
  },
  {
    title: 'What is not allowed is refused before a method that nobody knows',
    bullet: 'rbac',
    steps: [
      put('serviceaccounts', {}, { user: 'alice' }),
      post('serviceaccounts/a', {}, { user: 'alice' }),
      post('/apis', {}, { user: 'alice' }),
    ],
  },
  {
    title: 'Everybody with a name sees which kinds there are',
    bullet: 'rbac',
    steps: [
      get('/apis/batch', { user: 'alice' }),
      get('/metrics', { user: 'alice' }),
      get('/nowhere', { user: 'alice' }),
      get('/nowhere'),
      get('/logs', { user: 'alice' }),
    ],
  },
  {
    title: 'A rule for paths',
    bullet: 'rbac',
    steps: [
      ...grantedEverywhere(user('{{ns}}-pat'), { verbs: ['get'], nonResourceURLs: ['/metrics', '/no*'] }),
      get('/nowhere', as('{{ns}}-pat')),
      get('/no', as('{{ns}}-pat')),
      get('/n', as('{{ns}}-pat')),
      post('/nowhere', {}, as('{{ns}}-pat')),
    ],
  },
  {
    title: 'A cluster role holds in all namespaces, or by a binding in one',
    bullet: 'rbac',
    steps: [
      ...grantedEverywhere(user('{{ns}}-eve'), reading),
      get('serviceaccounts/none', as('{{ns}}-eve')),
      get('/api/v1/namespaces/default/serviceaccounts/none-such', as('{{ns}}-eve')),
      given(
        post(`${IN_NS}/rolebindings`, {
          metadata: { name: 'one' },
          roleRef: roleRef('ClusterRole', '{{ns}}-granted'),
          subjects: [user('alice')],
        }),
      ),
      get('serviceaccounts/none', { user: 'alice' }),
      get('/api/v1/namespaces/default/serviceaccounts/none-such', { user: 'alice' }),
    ],
  },
  {
    title: 'A service account holds what its name or its namespace’s group is bound to',
    bullet: 'rbac',
    steps: [
      ...granted(account('default'), reading),
      get('serviceaccounts/none', as('system:serviceaccount:{{ns}}:default')),
      get('serviceaccounts/none', as('system:serviceaccount:{{ns}}:other')),
      given(
        post(`${IN_NS}/rolebindings`, {
          metadata: { name: 'all' },
          roleRef: roleRef('Role', 'granted'),
          subjects: [group('system:serviceaccounts:{{ns}}')],
        }),
      ),
      get('serviceaccounts/none', { ...as('system:serviceaccount:{{ns}}:other'), until: { status: 404 } }),
    ],
  },
  {
    title: 'The policy of a new cluster',
    bullet: 'rbac',
    steps: [
      get(`${RBAC}/clusterroles/cluster-admin`),
      get(`${RBAC}/clusterroles/system:basic-user`),
      get(`${RBAC}/clusterroles/system:aggregate-to-edit`),
      get(`${RBAC}/clusterroles/admin`),
      get(`${RBAC}/clusterrolebindings/system:public-info-viewer`),
      get(`${RBAC}/clusterrolebindings/system:controller:job-controller`),
      get(`${RBAC}/namespaces/kube-system/roles/system:controller:token-cleaner`),
      get(`${RBAC}/namespaces/kube-system/rolebindings/system::leader-locking-kube-scheduler`),
    ],
  },
];
