import { type Case, get, given, patch, post, together } from '../case.ts';

const range = (...limits: readonly object[]) =>
  given(post('limitranges', { metadata: { name: 'range' }, spec: { limits } }));

const pod = (resources: object, more: object = {}) => ({
  metadata: { name: 'p' },
  spec: {
    automountServiceAccountToken: false,
    containers: [{ name: 'c', image: 'i', resources }],
    ...more,
  },
});

const claim = (storage: string) => ({
  metadata: { name: 'c' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
});

const refused = (title: string, limit: object, resources: object): Case => ({
  title,
  bullet: 'life',
  steps: [range(limit), post('pods', pod(resources))],
});

/** Limit ranges: defaults, minimum, maximum and ratio, of containers, pods and claims. */
export const cases: readonly Case[] = [
  together(
    'A pod under a limit range gets its defaults, or is refused',
    [
      {
        title: 'A limit range fills in what a container does not say, and notes it',
        bullet: 'life',
        steps: [
          range({
            type: 'Container',
            default: { cpu: '500m', memory: '64Mi' },
            defaultRequest: { cpu: '100m' },
          }),
          post('pods', pod({ limits: { memory: '32Mi' } }, { initContainers: [{ name: 'i', image: 'i' }] })),
        ],
      },
      {
        title: 'A pod that says everything is taken as it is',
        bullet: 'life',
        steps: [
          range({ type: 'Container', default: { cpu: '1' }, min: { cpu: '100m' }, max: { cpu: '2' } }),
          post('pods', pod({ requests: { cpu: '1' }, limits: { cpu: '1500m' } })),
        ],
      },
      refused(
        'A request below the minimum',
        { type: 'Container', min: { memory: '100Mi' } },
        { requests: { memory: '50Mi' }, limits: { memory: '200Mi' } },
      ),
      refused('No limit where the pod as a whole has a maximum', { type: 'Pod', max: { cpu: '1' } }, {}),
      refused(
        'A limit and a request above the maximum',
        { type: 'Container', max: { memory: '1Gi' } },
        { limits: { memory: '2Gi' } },
      ),
      refused(
        'A limit too far above the request',
        { type: 'Container', maxLimitRequestRatio: { cpu: '2' } },
        { requests: { cpu: '100m' }, limits: { cpu: '350m' } },
      ),
      refused(
        'A ratio where nothing is requested',
        { type: 'Pod', maxLimitRequestRatio: { memory: '2' } },
        {},
      ),
    ],
    'pods',
    'limitranges',
  ),
  {
    title: 'A claim above the maximum of its namespace',
    bullet: 'life',
    steps: [
      range({ type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '5Gi' } }),
      post('persistentvolumeclaims', claim('10Gi')),
      post('persistentvolumeclaims', claim('100Mi')),
    ],
  },
  {
    title: 'A limit range that comes later leaves pods that are there alone',
    bullet: 'life',
    steps: [
      given(post('pods', pod({}))),
      range({ type: 'Container', max: { cpu: '1' } }),
      patch({ path: 'pods/p', as: 'merge' }, { metadata: { labels: { a: 'b' } } }),
      get('pods/p'),
    ],
  },
];
