import { type Case, del, get, given, patch, post, put, together } from '../case.ts';
import { bare } from '../kinds.ts';

/** Without controllers nobody says what is used: the case does. */
const quota = (
  hard: Readonly<Record<string, string>>,
  used: Readonly<Record<string, string>>,
  more: object = {},
) => [
  given(post('resourcequotas', { metadata: { name: 'q' }, spec: { hard, ...more } })),
  given(put('resourcequotas/q/status', { metadata: { name: 'q' }, spec: { hard }, status: { hard, used } })),
];

const pod = (name: string, resources: object = {}, more: object = {}) => ({
  metadata: { name },
  spec: {
    automountServiceAccountToken: false,
    containers: [{ name: 'c', image: 'i', resources }],
    ...more,
  },
});

const map = (name: string) => ({ metadata: { name } });

/** Resource quotas: what counts, what is refused in which words, what a quota shows of it. */
export const cases: readonly Case[] = [
  {
    title: 'What is created is counted, up to the quota',
    bullet: 'life',
    steps: [
      ...quota({ configmaps: '1', 'count/secrets': '0' }, { configmaps: '0', 'count/secrets': '0' }),
      post('configmaps', map('a')),
      get('resourcequotas/q'),
      post('configmaps', map('b')),
      post('secrets', { metadata: { name: 's' } }),
    ],
  },
  {
    title: 'A name that is taken does not get past a full quota',
    bullet: 'life',
    steps: [
      given(post('endpoints', map('a'))),
      ...quota({ 'count/endpoints': '1' }, { 'count/endpoints': '1' }),
      post('endpoints', map('a')),
    ],
  },
  {
    title: 'A dry run is held to the quota and not counted',
    bullet: 'life',
    steps: [
      ...quota({ 'count/endpoints': '1' }, { 'count/endpoints': '0' }),
      post('endpoints?dryRun=All', map('a')),
      get('resourcequotas/q'),
    ],
  },
  together(
    'A quota over pods',
    [
      {
        title: 'A quota over cpu and memory wants to know what each container takes',
        bullet: 'life',
        steps: [
          ...quota({ cpu: '1', 'limits.memory': '1Gi' }, { cpu: '0', 'limits.memory': '0' }),
          post(
            'pods',
            pod('p', { requests: { cpu: '100m' } }, { initContainers: [{ name: 'i', image: 'i' }] }),
          ),
        ],
      },
      {
        title: 'Requests and limits are added up, and all that is exceeded is told',
        bullet: 'life',
        steps: [
          ...quota(
            { pods: '10', 'requests.cpu': '1', 'limits.memory': '1Gi' },
            { pods: '0', 'requests.cpu': '500m', 'limits.memory': '512Mi' },
          ),
          post('pods', pod('a', { requests: { cpu: '250m' }, limits: { memory: '256Mi' } })),
          get('resourcequotas/q'),
          post('pods', pod('b', { requests: { cpu: '1' }, limits: { memory: '1Gi' } })),
        ],
      },
      {
        title: 'A quota for pods that last leaves the others alone',
        bullet: 'life',
        steps: [
          ...quota({ pods: '0' }, { pods: '0' }, { scopes: ['NotTerminating'] }),
          post('pods', pod('short', {}, { activeDeadlineSeconds: 10 })),
          post('pods', pod('long')),
        ],
      },
      {
        title: 'A quota by priority class',
        bullet: 'life',
        steps: [
          ...quota(
            { pods: '0' },
            { pods: '0' },
            {
              scopeSelector: {
                matchExpressions: [
                  { scopeName: 'PriorityClass', operator: 'In', values: ['system-cluster-critical'] },
                ],
              },
            },
          ),
          post('pods', pod('plain')),
          post('pods', pod('urgent', {}, { priorityClassName: 'system-cluster-critical' })),
        ],
      },
    ],
    'pods',
    'resourcequotas',
  ),
  {
    title: 'A quota whose use nobody has counted yet',
    bullet: 'life',
    steps: [
      ...quota({ services: '1', 'services.nodeports': '1' }, { services: '0' }),
      post('services', { metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } }),
    ],
  },
  {
    title: 'A service that becomes a node port counts more',
    bullet: 'life',
    steps: [
      ...quota({ 'services.nodeports': '0' }, { 'services.nodeports': '0' }),
      given(post('services', { metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } })),
      patch({ path: 'services/s', as: 'merge' }, { spec: { type: 'NodePort' } }),
    ],
  },
  {
    title: 'Storage counts by class, too',
    bullet: 'life',
    steps: [
      ...quota(
        { 'gold.storageclass.storage.k8s.io/requests.storage': '5Gi', persistentvolumeclaims: '9' },
        { 'gold.storageclass.storage.k8s.io/requests.storage': '0', persistentvolumeclaims: '0' },
      ),
      post('persistentvolumeclaims', {
        metadata: { name: 'a' },
        spec: {
          storageClassName: 'gold',
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '10Gi' } },
        },
      }),
    ],
  },
  {
    title: 'A quota in the care of its controller',
    bullet: 'life',
    controllers: true,
    steps: [
      given(post('secrets', bare('before'))),
      given(
        post('resourcequotas', {
          metadata: { name: 'q' },
          spec: { hard: { 'count/secrets': '2', pods: '1' } },
        }),
      ),
      given(
        get('resourcequotas/q', {
          until: { has: { status: { used: { 'count/secrets': '1', pods: '0' } } } },
        }),
      ),
      post('secrets', bare('a')),
      post('secrets', bare('b')),
      given(del('secrets/a')),
      given(get('resourcequotas/q', { until: { has: { status: { used: { 'count/secrets': '1' } } } } })),
      post('secrets', bare('b')),
    ],
  },
];
