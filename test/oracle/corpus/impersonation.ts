import { type Case, del, get, given, post } from '../case.ts';
import { granted, grantedEverywhere, IN_NS, RBAC, reading, roleRef, user } from '../roles.ts';

const whoami = (headers: Readonly<Record<string, string>>, more: object = {}) =>
  post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {}, { headers, ...more });

export const cases: readonly Case[] = [
  {
    title: 'Who is impersonated is who asks',
    bullet: 'rbac',
    steps: [
      whoami({ 'impersonate-user': 'eve' }),
      whoami({ 'impersonate-user': 'eve', 'impersonate-group': 'ops' }),
      whoami({ 'impersonate-user': 'eve', 'impersonate-group': 'system:authenticated' }),
      whoami({ 'impersonate-user': 'eve', 'impersonate-group': 'system:unauthenticated' }),
      whoami({ 'impersonate-user': 'eve', 'impersonate-uid': 'u-1' }),
      whoami({
        'impersonate-user': 'eve',
        'impersonate-extra-scopes': 'view',
        'impersonate-extra-acme.com%2fproject': 'x',
      }),
    ],
  },
  {
    title: 'Service accounts and the anonymous have groups of their own',
    bullet: 'rbac',
    steps: [
      whoami({ 'impersonate-user': 'system:serviceaccount:{{ns}}:default' }),
      whoami({ 'impersonate-user': 'system:serviceaccount:{{ns}}:default', 'impersonate-group': 'ops' }),
      whoami({ 'impersonate-user': 'system:anonymous' }),
      whoami({ 'impersonate-user': 'system:serviceaccount:odd' }),
    ],
  },
  {
    title: 'Groups of nobody are an error',
    bullet: 'rbac',
    steps: [
      get('serviceaccounts', { headers: { 'impersonate-group': 'ops' } }),
      get('serviceaccounts', { headers: { 'impersonate-uid': 'u-1' } }),
      get('serviceaccounts', { headers: { 'impersonate-extra-scopes': 'view' } }),
    ],
  },
  {
    title: 'Who may not impersonate is refused',
    bullet: 'rbac',
    steps: [
      get('serviceaccounts', { user: 'alice', headers: { 'impersonate-user': 'bob' } }),
      get('serviceaccounts', {
        user: 'alice',
        headers: { 'impersonate-user': 'system:serviceaccount:{{ns}}:default' },
      }),
      get('/version', { user: 'anonymous', headers: { 'impersonate-user': 'bob' } }),
      get('serviceaccounts', { token: 'nobodys', headers: { 'impersonate-user': 'bob' } }),
    ],
  },
  {
    title: 'The impersonated may what they may, and no more',
    bullet: 'rbac',
    steps: [
      ...granted(user('{{ns}}-reader'), reading),
      get('serviceaccounts/none', { headers: { 'impersonate-user': '{{ns}}-reader' } }),
      get('secrets/none', { headers: { 'impersonate-user': '{{ns}}-reader' } }),
      get('secrets/none', {
        headers: { 'impersonate-user': '{{ns}}-reader', 'impersonate-group': 'system:masters' },
      }),
    ],
  },
  {
    title: 'Each thing that is impersonated needs leave of its own',
    bullet: 'rbac',
    steps: [
      ...grantedEverywhere(
        user('bob'),
        { verbs: ['impersonate'], apiGroups: [''], resources: ['users'], resourceNames: ['{{ns}}-eve'] },
        {
          verbs: ['impersonate'],
          apiGroups: ['authentication.k8s.io'],
          resources: ['userextras/scopes'],
          resourceNames: ['view'],
        },
      ),
      whoami({ 'impersonate-user': '{{ns}}-eve' }, { user: 'bob' }),
      whoami({ 'impersonate-user': '{{ns}}-other' }, { user: 'bob' }),
      whoami({ 'impersonate-user': '{{ns}}-eve', 'impersonate-group': 'system:masters' }, { user: 'bob' }),
      whoami({ 'impersonate-user': '{{ns}}-eve', 'impersonate-uid': 'u-1' }, { user: 'bob' }),
      whoami({ 'impersonate-user': '{{ns}}-eve', 'impersonate-extra-scopes': 'view' }, { user: 'bob' }),
      whoami({ 'impersonate-user': '{{ns}}-eve', 'impersonate-extra-scopes': 'edit' }, { user: 'bob' }),
      // Or other cases would find what is bound to bob.
      given(del(`${RBAC}/clusterrolebindings/{{ns}}-granted`)),
    ],
  },
  {
    title: 'A service account is impersonated by a role in its namespace',
    bullet: 'rbac',
    steps: [
      ...granted(user('alice'), { verbs: ['impersonate'], apiGroups: [''], resources: ['serviceaccounts'] }),
      given(
        post(`${IN_NS}/rolebindings`, {
          metadata: { name: 'account' },
          roleRef: roleRef('Role', 'granted'),
          subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: '{{ns}}' }],
        }),
      ),
      whoami({ 'impersonate-user': 'system:serviceaccount:{{ns}}:default' }, { user: 'alice' }),
      whoami({ 'impersonate-user': 'system:serviceaccount:default:default' }, { user: 'alice' }),
    ],
  },
];
