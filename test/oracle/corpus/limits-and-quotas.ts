import { type Case, get, given, patch, post, put, together } from '../case.ts';

const range = (title: string, ...limits: readonly object[]): Case => ({
  title,
  bullet: 'kinds',
  steps: [post('limitranges', { metadata: { name: 'r' }, spec: { limits } })],
});

const quota = (title: string, spec: object): Case => ({
  title,
  bullet: 'kinds',
  steps: [post('resourcequotas', { metadata: { name: 'q' }, spec })],
});

const priority = (operator: string, more: object = {}) => ({
  matchExpressions: [{ scopeName: 'PriorityClass', operator, ...more }],
});

/** The rules of LimitRange and ResourceQuota. */
export const cases: readonly Case[] = [
  together(
    'Limit ranges with what follows from them, or contradicts',
    [
      range('A range with defaults that follow from its limits', {
        type: 'Container',
        max: { cpu: '2', memory: '1Gi' },
        min: { cpu: '100m' },
      }),
      range('A range with a minimum above its maximum', {
        type: 'Container',
        max: { cpu: '1' },
        min: { cpu: '2' },
      }),
      range('A range with a default above its maximum', {
        type: 'Container',
        max: { cpu: '1' },
        default: { cpu: '2' },
        defaultRequest: { cpu: '1' },
      }),
      range('A range for pods with defaults', {
        type: 'Pod',
        default: { cpu: '1' },
        defaultRequest: { cpu: '1' },
      }),
      range('A range for claims that limits nothing', { type: 'PersistentVolumeClaim' }),
      range('A range with a ratio that cannot be', {
        type: 'Container',
        max: { cpu: '2' },
        min: { cpu: '1' },
        maxLimitRequestRatio: { cpu: '4' },
      }),
      range('A range with a ratio below one', { type: 'Pod', maxLimitRequestRatio: { cpu: '500m' } }),
      range('A range of a type and a resource that there are not', { type: 'Volume', max: { disk: '1' } }),
      range(
        'A range that has a type twice',
        { type: 'Pod', max: { cpu: '1' } },
        { type: 'Pod', max: { cpu: '2' } },
      ),
    ],
    'limitranges',
  ),
  together(
    'Quotas over what there is, and over what cannot be',
    [
      quota('A quota over all that can be counted', {
        hard: {
          pods: '10',
          'requests.cpu': '4',
          'limits.memory': '8Gi',
          'count/deployments.apps': '3',
          'requests.nvidia.com/gpu': '2',
          'gold.storageclass.storage.k8s.io/requests.storage': '5Gi',
        },
      }),
      quota('A quota over what cannot be counted', { hard: { storage: '1', disk: '2' } }),
      quota('A quota of a negative number and of a half', { hard: { 'requests.cpu': '-1', pods: '500m' } }),
      quota('A quota of scopes that exclude each other', {
        hard: { pods: '1' },
        scopes: ['Terminating', 'NotTerminating'],
      }),
      quota('A quota of a scope that there is not', { hard: { pods: '1' }, scopes: ['Lazy'] }),
      quota('A quota of a scope that its resources have not', {
        hard: { services: '1' },
        scopes: ['BestEffort'],
      }),
      quota('A quota by priority without a class', { hard: { pods: '1' }, scopeSelector: priority('In') }),
      quota('A quota by priority with a class too many', {
        hard: { pods: '1' },
        scopeSelector: priority('Exists', { values: ['high'] }),
      }),
      quota('A quota by priority of what has none', {
        hard: { services: '1' },
        scopeSelector: priority('Exists'),
      }),
      quota('A quota by an operator that there is not', {
        hard: { pods: '1' },
        scopeSelector: priority('Matches', { values: ['high'] }),
      }),
    ],
    'resourcequotas',
  ),
  {
    title: 'The scopes of a quota stay, its amounts may change',
    bullet: 'kinds',
    steps: [
      given(
        post('resourcequotas', {
          metadata: { name: 'q' },
          spec: { hard: { pods: '1' }, scopes: ['BestEffort'] },
        }),
      ),
      patch({ path: 'resourcequotas/q', as: 'merge' }, { spec: { scopes: ['NotBestEffort'] } }),
      patch({ path: 'resourcequotas/q', as: 'merge' }, { spec: { hard: { pods: '2' } } }),
    ],
  },
  {
    title: 'The status of a quota is held to the same names',
    bullet: 'kinds',
    steps: [
      given(post('resourcequotas', { metadata: { name: 'q' }, spec: { hard: { pods: '1' } } })),
      put('resourcequotas/q/status', { metadata: { name: 'q' }, status: { hard: { disk: '1' } } }),
      put('resourcequotas/q/status', {
        metadata: { name: 'q' },
        status: { hard: { pods: '1' }, used: { pods: '0' } },
      }),
      get('resourcequotas/q'),
    ],
  },
];
