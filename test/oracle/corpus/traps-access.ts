import { type Case, del, get, given, post } from '../case.ts';
import { bare } from '../kinds.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/{{ns}}';
const reader = given(
  post(`${rbac}/roles`, {
    metadata: { name: 'reader' },
    rules: [{ apiGroups: [''], resources: ['serviceaccounts'], verbs: ['get', 'list'] }],
  }),
);
const bound = given(
  post(`${rbac}/rolebindings`, {
    metadata: { name: 'alice-reads' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'alice' }],
  }),
);
/** A real server learns of a binding a moment later. */
const known = given(get('serviceaccounts', { user: 'alice', until: { status: 200 } }));

export const cases: readonly Case[] = [
  { title: 'Without a token', bullet: 'rbac', steps: [get('serviceaccounts', { user: 'anonymous' })] },
  { title: 'With a token of nobody', bullet: 'rbac', steps: [get('serviceaccounts', { token: 'wrong' })] },
  {
    title: 'With credentials of another kind',
    bullet: 'rbac',
    steps: [get('serviceaccounts', { user: 'anonymous', headers: { authorization: 'Basic YTpi' } })],
  },
  {
    title: 'Who may do nothing hears of nothing: 403 comes before 404',
    bullet: 'rbac',
    steps: [
      get('serviceaccounts/none', { user: 'bob' }),
      get('/api/v1/namespaces/{{ns}}-none', { user: 'bob' }),
      get('/apis/example.com/v1/things', { user: 'bob' }),
      get('/nowhere', { user: 'bob' }),
    ],
  },
  {
    title: 'Anonymous hears that somebody is at home',
    bullet: 'rbac',
    steps: [
      get('/readyz', { user: 'anonymous' }),
      get('/livez', { user: 'anonymous' }),
      get('/api', { user: 'anonymous' }),
      get('/openapi/v3', { user: 'anonymous' }),
    ],
  },
  {
    title: 'A binding grants what its role says and no more',
    bullet: 'rbac',
    steps: [
      reader,
      bound,
      known,
      given(post('serviceaccounts', bare('a'))),
      get('serviceaccounts/a', { user: 'alice' }),
      get('serviceaccounts/none', { user: 'alice' }),
      get('secrets', { user: 'alice' }),
      del('serviceaccounts/a', undefined, { user: 'alice' }),
      post('serviceaccounts', bare('b'), { user: 'alice' }),
      get('/api/v1/serviceaccounts', { user: 'alice' }),
    ],
  },
];
