import { type Case, changed, given, named, patch, post, put, repeated, together } from '../case.ts';

const text = (value: string): string => Buffer.from(value).toString('base64');

const badSecrets: readonly (readonly [title: string, body: object])[] = [
  ['of keys that are no file names', { data: { '../a': '', '..': '' } }],
  ['for Docker, without its file', { type: 'kubernetes.io/dockerconfigjson' }],
  [
    'for Docker, that is no JSON',
    { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': text('{') } },
  ],
  [
    'for Docker of old, that is a list',
    { type: 'kubernetes.io/dockercfg', data: { '.dockercfg': text('[]') } },
  ],
  ['for TLS, with half of it', { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } }],
  ['for SSH, with an empty key', { type: 'kubernetes.io/ssh-auth', data: { 'ssh-privatekey': '' } }],
  ['for a log-in without anything', { type: 'kubernetes.io/basic-auth' }],
  ['for a token of nobody’s', { type: 'kubernetes.io/service-account-token' }],
];

const quotas: readonly (readonly [title: string, spec: object])[] = [
  ['of what cannot be counted', { hard: { apples: '1', 'a/b/c': '1' } }],
  ['of halves and less than nothing', { hard: { pods: '1500m', services: '-1' } }],
  [
    'of scopes that contradict each other',
    { hard: { pods: '1', services: '1' }, scopes: ['BestEffort', 'NotBestEffort', 'Best'] },
  ],
  [
    'of scopes that are selected in vain',
    {
      hard: { pods: '1' },
      scopeSelector: {
        matchExpressions: [
          { scopeName: 'Best', operator: 'Near' },
          { scopeName: 'BestEffort', operator: 'In', values: [] },
        ],
      },
    },
  ],
];

const limits: readonly (readonly [title: string, limits: object[]])[] = [
  ['of a type that there is not, twice', [{ type: 'Thing', max: { cpu: '1' } }, { type: 'Thing' }]],
  ['where the least is more than the most', [{ type: 'Container', min: { cpu: '2' }, max: { cpu: '1' } }]],
  [
    'where a default is beyond',
    [
      {
        type: 'Container',
        max: { memory: '1Gi' },
        default: { memory: '2Gi' },
        defaultRequest: { memory: '3Gi' },
      },
    ],
  ],
  ['of pods, with defaults', [{ type: 'Pod', default: { cpu: '1' }, defaultRequest: { cpu: '1' } }]],
  [
    'with a ratio that cannot be',
    [{ type: 'Container', min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '4' } }],
  ],
  ['of a claim without sizes', [{ type: 'PersistentVolumeClaim' }]],
  ['of what containers cannot have', [{ type: 'Container', max: { apples: '1' } }]],
];

export const cases: readonly Case[] = [
  together(
    'Secrets that cannot be',
    badSecrets.map(
      ([title, body]): Case => ({
        title: `A Secret ${title}`,
        bullet: 'kinds',
        steps: [post('secrets', { metadata: { name: 'a' }, ...body })],
      }),
    ),
  ),
  together(
    'Quotas that cannot be',
    quotas.map(
      ([title, spec]): Case => ({
        title: `A ResourceQuota ${title}`,
        bullet: 'kinds',
        steps: [post('resourcequotas', { metadata: { name: 'a' }, spec })],
      }),
    ),
  ),
  together(
    'Limit ranges that cannot be',
    limits.map(
      ([title, given]): Case => ({
        title: `A LimitRange ${title}`,
        bullet: 'kinds',
        steps: [post('limitranges', { metadata: { name: 'a' }, spec: { limits: given } })],
      }),
    ),
  ),
  {
    title: 'A Secret takes text, keeps its type, and never changes once it says so',
    bullet: 'kinds',
    steps: [
      named('first', post('secrets', { metadata: { name: 'a' }, stringData: { k: 'v' }, immutable: true })),
      patch({ path: 'secrets/a', as: 'merge' }, { type: 'other' }),
      patch({ path: 'secrets/a', as: 'merge' }, { data: { k: text('w') }, immutable: null }),
      put('secrets/a', changed('first', { metadata: { labels: { a: 'b' } }, type: null })),
    ],
  },
  {
    title: 'A Secret for TLS whose parts are none is taken with a warning',
    bullet: 'kinds',
    steps: [
      post('secrets', {
        metadata: { name: 'a' },
        type: 'kubernetes.io/tls',
        data: { 'tls.crt': text('x'), 'tls.key': '' },
      }),
    ],
  },
  {
    title: 'A Secret and a ConfigMap that are too large',
    bullet: 'kinds',
    steps: [
      post('secrets', { metadata: { name: 'a' }, stringData: { k: repeated('x', 1_048_577) } }),
      post('configmaps', { metadata: { name: 'a' }, data: { k: repeated('x', 1_048_577) } }),
    ],
  },
  {
    title: 'A ConfigMap of bad keys, and of one key in both halves',
    bullet: 'kinds',
    steps: [
      post('configmaps', { metadata: { name: 'a' }, data: { '..a': '' } }),
      post('configmaps', { metadata: { name: 'a' }, data: { k: '' }, binaryData: { k: '' } }),
    ],
  },
  {
    title: 'A ConfigMap that never changes',
    bullet: 'kinds',
    steps: [
      given(post('configmaps', { metadata: { name: 'a' }, data: { k: '1' }, immutable: true })),
      patch(
        { path: 'configmaps/a', as: 'merge' },
        { data: { k: '2' }, binaryData: { b: '' }, immutable: false },
      ),
      patch({ path: 'configmaps/a', as: 'merge' }, { metadata: { labels: { a: 'b' } } }),
    ],
  },
  {
    title: 'A bad label, annotation, owner and finalizer, made and changed',
    bullet: 'kinds',
    steps: [
      post('configmaps', {
        metadata: {
          name: 'a',
          labels: { a: '-' },
          annotations: { 'a/b/c': '' },
          finalizers: ['a'],
          ownerReferences: [{ apiVersion: 'v1', kind: 'Event', name: '', uid: '' }],
        },
      }),
      given(post('configmaps', { metadata: { name: 'a' } })),
      patch({ path: 'configmaps/a', as: 'merge' }, { metadata: { labels: { a: '-' } } }),
      patch({ path: 'configmaps/a', as: 'merge' }, { metadata: { finalizers: ['a'] } }),
    ],
  },
  {
    title: 'A quota keeps its scopes and writes its amounts canonically',
    bullet: 'kinds',
    steps: [
      post('resourcequotas', {
        metadata: { name: 'a' },
        spec: {
          hard: { 'requests.cpu': '1500m', memory: '1024Mi', pods: '1e3', 'count/apps.example.com': 3 },
        },
      }),
      patch({ path: 'resourcequotas/a', as: 'merge' }, { spec: { scopes: ['NotTerminating'] } }),
    ],
  },
  {
    title: 'A LimitRange fills in what follows from it',
    bullet: 'kinds',
    steps: [
      post('limitranges', {
        metadata: { name: 'a' },
        spec: { limits: [{ type: 'Container', max: { cpu: '2' }, min: { memory: '0.5Gi' } }] },
      }),
      put('limitranges/b', { metadata: { name: 'b' }, spec: { limits: [] } }),
    ],
  },
  {
    title: 'A service account names secrets and nothing more of them, and is warned of what goes',
    bullet: 'kinds',
    steps: [
      post('serviceaccounts', {
        metadata: { name: 'a', annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } },
        secrets: [{ name: 'b', namespace: 'other', kind: 'Secret' }],
      }),
      patch({ path: 'serviceaccounts/a', as: 'merge' }, { metadata: { labels: { a: 'b' } } }),
    ],
  },
  {
    title: 'A namespace gets its label, its finalizer and its phase, and keeps them',
    bullet: 'kinds',
    steps: [
      post('/api/v1/namespaces', {
        metadata: { name: '{{ns}}-a' },
        spec: { finalizers: ['example.com/a'] },
        status: { phase: 'Terminating' },
      }),
      given(post('/api/v1/namespaces', { metadata: { name: '{{ns}}-b' } })),
      patch(
        { path: '/api/v1/namespaces/{{ns}}-b', as: 'merge' },
        { metadata: { labels: null }, spec: { finalizers: [] } },
      ),
      patch(
        { path: '/api/v1/namespaces/{{ns}}-b/status', as: 'merge' },
        { status: { phase: 'Terminating' } },
      ),
      post('/api/v1/namespaces', { metadata: { name: 'A.b' }, spec: { finalizers: ['a', ''] } }),
    ],
  },
];
