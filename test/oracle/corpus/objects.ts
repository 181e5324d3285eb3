import { type Case, changed, given, named, patch, post, put } from '../case.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const leases = '/apis/coordination.k8s.io/v1/namespaces/{{ns}}/leases';
const priorities = '/apis/scheduling.k8s.io/v1/priorityclasses';
const storageClasses = '/apis/storage.k8s.io/v1/storageclasses';

const claim = (spec: object) => ({
  metadata: { name: 'a' },
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
    storageClassName: 'none',
    ...spec,
  },
});

const event = (more: object) => ({
  metadata: { name: 'a' },
  involvedObject: { kind: 'Pod', name: 'p', namespace: '{{ns}}' },
  reason: 'R',
  message: 'm',
  ...more,
});

const badClaims: readonly (readonly [title: string, spec: object])[] = [
  ['of no size and no mode', { accessModes: [], resources: {} }],
  [
    'of modes that do not go together',
    { accessModes: ['ReadWriteOncePod', 'ReadWriteOnce', 'Read'], volumeMode: 'Blob' },
  ],
  [
    'of less than nothing',
    {
      resources: { requests: { storage: '0' } },
      storageClassName: 'A',
      selector: { matchLabels: { a: '-' } },
    },
  ],
  [
    'from two places',
    {
      dataSource: { kind: 'PersistentVolumeClaim', name: 'b' },
      dataSourceRef: { kind: 'PersistentVolumeClaim', name: 'c' },
    },
  ],
  ['from nowhere', { dataSourceRef: { apiGroup: '-', kind: '', name: '' } }],
];

const badEvents: readonly (readonly [title: string, more: object])[] = [
  ['of another namespace', { involvedObject: { kind: 'Pod', name: 'p', namespace: 'other' } }],
  ['of the newer sort, that says too little', { eventTime: '2026-01-01T00:00:00.000000Z', reason: '' }],
];

const badRoles: readonly (readonly [title: string, collection: string, body: object])[] = [
  [
    'A role that says nothing',
    'namespaces/{{ns}}/roles',
    { rules: [{}, { verbs: ['get'], nonResourceURLs: ['/x'], resources: ['pods'] }] },
  ],
  [
    'A cluster role of selectors that are none',
    'clusterroles',
    { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: '-' } }] } },
  ],
  ['A cluster role that gathers nothing', 'clusterroles', { aggregationRule: {} }],
  [
    'A binding of nobody to nothing',
    'namespaces/{{ns}}/rolebindings',
    {
      roleRef: { apiGroup: 'a', kind: 'Roll', name: '' },
      subjects: [
        { kind: 'Robot', name: 'r' },
        { kind: 'User', apiGroup: 'x', name: '' },
        { kind: 'ServiceAccount', name: 'A', apiGroup: 'x' },
      ],
    },
  ],
  [
    'A cluster binding of an account from nowhere',
    'clusterrolebindings',
    {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'a/b' },
      subjects: [{ kind: 'ServiceAccount', name: 'a' }],
    },
  ],
];

export const cases: readonly Case[] = [
  ...badClaims.map(
    ([title, spec]): Case => ({
      title: `A claim ${title}`,
      bullet: 'kinds',
      steps: [post('persistentvolumeclaims', claim(spec))],
    }),
  ),
  ...badEvents.map(
    ([title, more]): Case => ({
      title: `An event ${title}`,
      bullet: 'kinds',
      steps: [post('events', event(more))],
    }),
  ),
  ...badRoles.map(
    ([title, collection, body]): Case => ({
      title,
      bullet: 'kinds',
      steps: [post(`${rbac}/${collection}`, { metadata: { name: '{{ns}}:a' }, ...body })],
    }),
  ),
  {
    title: 'What a binding binds to stays',
    bullet: 'kinds',
    steps: [
      given(
        named(
          'first',
          post(`${rbac}/namespaces/{{ns}}/rolebindings`, {
            metadata: { name: 'a' },
            roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'b' },
          }),
        ),
      ),
      put(`${rbac}/namespaces/{{ns}}/rolebindings/a`, changed('first', { roleRef: { name: 'c' } })),
    ],
  },
  {
    title: 'A change of a role that is bad is told twice',
    bullet: 'kinds',
    steps: [
      given(post(`${rbac}/namespaces/{{ns}}/roles`, { metadata: { name: 'a' } })),
      patch({ path: `${rbac}/namespaces/{{ns}}/roles/a`, as: 'merge' }, { rules: [{ verbs: ['get'] }] }),
    ],
  },
  {
    title: 'A claim grows, shrinks and moves only as it may',
    bullet: 'kinds',
    steps: [
      given(post('persistentvolumeclaims', claim({}))),
      given(
        patch(
          { path: 'persistentvolumeclaims/a', as: 'merge' },
          { metadata: { labels: { a: 'b' } }, spec: { volumeName: 'v' } },
        ),
      ),
      patch({ path: 'persistentvolumeclaims/a', as: 'merge' }, { spec: { volumeMode: 'Block' } }),
    ],
  },
  {
    title: 'Two fields of a claim say where it comes from, and one may be made up',
    bullet: 'kinds',
    steps: [
      post('persistentvolumeclaims', claim({ dataSource: { kind: 'PersistentVolumeClaim', name: 'b' } })),
      post('persistentvolumeclaims', {
        ...claim({ dataSource: { apiGroup: 'a.b', kind: 'Thing', name: 'b' } }),
        metadata: { name: 'c' },
      }),
      post('persistentvolumeclaims', {
        ...claim({ resources: { requests: { storage: '1500m' } } }),
        metadata: { name: 'd' },
      }),
    ],
  },
  {
    title: 'A storage class is not changed',
    bullet: 'kinds',
    steps: [
      post(storageClasses, {
        metadata: { name: '{{ns}}' },
        provisioner: 'a/b/c',
        reclaimPolicy: 'Recycle',
        volumeBindingMode: 'Never',
        allowedTopologies: [
          {
            matchLabelExpressions: [
              { key: '', values: [] },
              { key: 'a', values: ['b', 'b'] },
            ],
          },
        ],
      }),
      given(
        named('first', post(storageClasses, { metadata: { name: '{{ns}}' }, provisioner: 'example.com/a' })),
      ),
      put(
        `${storageClasses}/{{ns}}`,
        changed('first', {
          provisioner: 'b',
          parameters: { a: 'b' },
          reclaimPolicy: 'Retain',
          volumeBindingMode: 'WaitForFirstConsumer',
        }),
      ),
    ],
  },
  {
    title: 'A lease is for more than no time',
    bullet: 'kinds',
    steps: [
      post(leases, {
        metadata: { name: 'a' },
        spec: { leaseDurationSeconds: 0, leaseTransitions: -1, strategy: 'Newest', preferredHolder: 'x' },
      }),
      post(leases, { metadata: { name: 'a' }, spec: { preferredHolder: 'x' } }),
    ],
  },
  {
    title: 'A priority class keeps its value, and none is the system’s',
    bullet: 'kinds',
    steps: [
      post(priorities, { metadata: { name: 'system-{{ns}}' }, value: 1 }),
      post(priorities, { metadata: { name: '{{ns}}' }, value: 1_000_000_001, preemptionPolicy: 'Sometimes' }),
      given(post(priorities, { metadata: { name: '{{ns}}' }, value: 5 })),
      patch({ path: `${priorities}/{{ns}}`, as: 'merge' }, { value: 6, preemptionPolicy: 'Never' }),
    ],
  },
  {
    title: 'A PUT makes some kinds and others not',
    bullet: 'kinds',
    steps: [
      put('endpoints/a', { metadata: { name: 'a' } }),
      put('secrets/a', { metadata: { name: 'a' } }),
      put('events/a', event({})),
      put(`${rbac}/namespaces/{{ns}}/roles/a`, { metadata: { name: 'a' } }),
      put('persistentvolumeclaims/a', claim({})),
    ],
  },
];
