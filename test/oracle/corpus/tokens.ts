import { type Case, del, get, given, named, post } from '../case.ts';
import { granted, reading, account } from '../roles.ts';

const TOKEN = 'serviceaccounts/default/token';
const review = (token: string, audiences?: readonly string[]) =>
  post('/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token, ...(audiences && { audiences }) } });
const whoami = (token: string) => post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {}, { token });

const TOKEN_OF = '{{made.status.token}}';

const pod = (name: string) => ({
  metadata: { name },
  spec: {
    serviceAccountName: 'default',
    automountServiceAccountToken: false,
    containers: [{ name: 'web', image: 'web:1' }],
  },
});

export const cases: readonly Case[] = [
  {
    title: 'A token for a service account',
    bullet: 'rbac',
    steps: [
      named('made', post(TOKEN, {})),
      whoami(TOKEN_OF),
      review(TOKEN_OF),
      get('serviceaccounts', { token: TOKEN_OF }),
    ],
  },
  {
    title: 'With its token a service account does what its roles allow',
    bullet: 'rbac',
    steps: [
      ...granted(account('default'), reading),
      given(named('made', post(TOKEN, { spec: { expirationSeconds: 600 } }))),
      get('serviceaccounts/none', { token: TOKEN_OF }),
      get('secrets/none', { token: TOKEN_OF }),
    ],
  },
  {
    title: 'A token for others is not for this server',
    bullet: 'rbac',
    steps: [
      named('made', post(TOKEN, { spec: { audiences: ['vault', 'other'], expirationSeconds: 1200 } })),
      get('serviceaccounts', { token: TOKEN_OF }),
      review(TOKEN_OF),
      review(TOKEN_OF, ['vault']),
      review(TOKEN_OF, ['nobody']),
    ],
  },
  {
    title: 'A token lives ten minutes at least',
    bullet: 'rbac',
    steps: [
      post(TOKEN, { spec: { expirationSeconds: 599 } }),
      post(TOKEN, { spec: { expirationSeconds: 4294967297 } }),
      post(TOKEN, { spec: { expirationSeconds: 0 } }),
      post(TOKEN, { spec: { expirationSeconds: 'long' } }),
    ],
  },
  {
    title: 'A token for a service account that is not there',
    bullet: 'rbac',
    steps: [
      post('serviceaccounts/none/token', {}),
      post('serviceaccounts/default/token', { metadata: { name: 'other' } }),
      post('serviceaccounts/default/token', { metadata: { namespace: 'other' } }),
      post('serviceaccounts/default/token', { metadata: { uid: 'other' } }),
      post('serviceaccounts/default/token', {}, { user: 'alice' }),
      get('serviceaccounts/default/token'),
    ],
  },
  {
    title: 'A token falls with its service account',
    bullet: 'rbac',
    steps: [
      given(post('serviceaccounts', { metadata: { name: 'short' } })),
      given(named('made', post('serviceaccounts/short/token', {}))),
      whoami(TOKEN_OF),
      given(del('serviceaccounts/short')),
      get('serviceaccounts', { token: TOKEN_OF, until: { status: 401 } }),
      given(post('serviceaccounts', { metadata: { name: 'short' } })),
      get('serviceaccounts', { token: TOKEN_OF }),
    ],
  },
  {
    title: 'A token bound to a secret falls with it',
    bullet: 'rbac',
    steps: [
      given(named('bound', post('secrets', { metadata: { name: 'bound' } }))),
      named(
        'made',
        post(TOKEN, {
          spec: {
            boundObjectRef: {
              kind: 'Secret',
              apiVersion: 'v1',
              name: 'bound',
              uid: '{{bound.metadata.uid}}',
            },
          },
        }),
      ),
      whoami(TOKEN_OF),
      given(del('secrets/bound')),
      get('serviceaccounts', { token: TOKEN_OF, until: { status: 401 } }),
      given(post('secrets', { metadata: { name: 'bound' } })),
      get('serviceaccounts', { token: TOKEN_OF }),
    ],
  },
  {
    title: 'A token bound to a pod says so, and falls with it',
    bullet: 'rbac',
    steps: [
      given(named('bound', post('pods', pod('bound')))),
      named(
        'made',
        post(TOKEN, { spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'bound' } } }),
      ),
      whoami(TOKEN_OF),
      given(del('pods/bound?gracePeriodSeconds=0')),
      get('serviceaccounts', { token: TOKEN_OF, until: { status: 401 } }),
    ],
  },
  {
    title: 'What a token cannot be bound to',
    bullet: 'rbac',
    steps: [
      given(post('pods', pod('bound'))),
      given(post('serviceaccounts', { metadata: { name: 'other' } })),
      post(TOKEN, { spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'none' } } }),
      post(TOKEN, { spec: { boundObjectRef: { kind: 'Secret', apiVersion: 'v1', name: 'none' } } }),
      post(TOKEN, { spec: { boundObjectRef: { kind: 'ConfigMap', apiVersion: 'v1', name: 'none' } } }),
      post(TOKEN, { spec: { boundObjectRef: { kind: 'Deployment', apiVersion: 'apps/v1', name: 'none' } } }),
      post(TOKEN, {
        spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'bound', uid: 'other' } },
      }),
      post('serviceaccounts/other/token', {
        spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'bound' } },
      }),
      post(TOKEN, { spec: { boundObjectRef: {} } }),
    ],
  },
  {
    title: 'A token bound to a node',
    bullet: 'rbac',
    steps: [
      given(post('/api/v1/nodes', { metadata: { name: '{{ns}}-node' } })),
      named(
        'made',
        post(TOKEN, { spec: { boundObjectRef: { kind: 'Node', apiVersion: 'v1', name: '{{ns}}-node' } } }),
      ),
      whoami(TOKEN_OF),
      given(del('/api/v1/nodes/{{ns}}-node')),
      get('serviceaccounts', { token: TOKEN_OF, until: { status: 401 } }),
    ],
  },
];
