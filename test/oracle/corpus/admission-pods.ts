import { type Case, given, patch, post, together } from '../case.ts';

const pod = (spec: object = {}, metadata: object = { name: 'p' }) => ({
  metadata,
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
});
const quiet = { automountServiceAccountToken: false };
const mirror = { name: 'm', annotations: { 'kubernetes.io/config.mirror': 'x' } };

/** What every pod is given on its way in: an account with its token, a priority, tolerations. */
export const cases: readonly Case[] = [
  together(
    'A pod has an account, its token, a priority and tolerations',
    [
      {
        title: 'A pod gets an account, its token, a priority and tolerations, and owns none of them',
        bullet: 'life',
        steps: [post('pods', pod())],
      },
      {
        title: 'A container with a mount of its own at the token’s place keeps it',
        bullet: 'life',
        steps: [
          post(
            'pods',
            pod({
              containers: [
                {
                  name: 'c',
                  image: 'i',
                  volumeMounts: [{ name: 'v', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }],
                },
              ],
              initContainers: [{ name: 'i', image: 'i' }],
              volumes: [{ name: 'v', emptyDir: {} }],
            }),
          ),
        ],
      },
      {
        title: 'An account that is not there',
        bullet: 'life',
        steps: [post('pods', pod({ serviceAccountName: 'nobody' }, { generateName: 'web-' }))],
      },
      {
        title: 'An account that wants no token and has pull secrets',
        bullet: 'life',
        steps: [
          given(
            post('serviceaccounts', {
              metadata: { name: 'shy' },
              automountServiceAccountToken: false,
              imagePullSecrets: [{ name: 'key' }],
            }),
          ),
          post('pods', pod({ serviceAccountName: 'shy' })),
        ],
      },
      {
        title: 'An account that limits the secrets of its pods',
        bullet: 'life',
        steps: [
          given(
            post('serviceaccounts', {
              metadata: {
                name: 'strict',
                annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' },
              },
              secrets: [{ name: 'shown' }],
            }),
          ),
          post(
            'pods',
            pod({ serviceAccountName: 'strict', volumes: [{ name: 's', secret: { secretName: 'hidden' } }] }),
          ),
          post('pods', pod({ serviceAccountName: 'strict', imagePullSecrets: [{ name: 'other' }] })),
        ],
      },
      {
        title: 'A mirror pod may not have an account',
        bullet: 'life',
        steps: [post('pods', pod({ serviceAccountName: 'default', nodeName: 'n' }, mirror))],
      },
      {
        title: 'A priority class that is not there',
        bullet: 'life',
        steps: [post('pods', pod({ ...quiet, priorityClassName: 'none' }))],
      },
      {
        title: 'A priority that is not its class’s',
        bullet: 'life',
        steps: [post('pods', pod({ ...quiet, priority: 7 }))],
      },
      {
        title: 'A priority class of its own',
        bullet: 'life',
        steps: [
          given(
            post('/apis/scheduling.k8s.io/v1/priorityclasses', {
              metadata: { name: '{{ns}}-high' },
              value: 1000,
              preemptionPolicy: 'Never',
            }),
          ),
          post('pods', pod({ ...quiet, priorityClassName: '{{ns}}-high' })),
        ],
      },
      {
        title: 'A pod that says how long it stays on a node in trouble',
        bullet: 'life',
        steps: [
          post(
            'pods',
            pod({
              ...quiet,
              tolerations: [
                {
                  key: 'node.kubernetes.io/not-ready',
                  operator: 'Exists',
                  effect: 'NoExecute',
                  tolerationSeconds: 1,
                },
              ],
            }),
          ),
        ],
      },
    ],
    'pods',
  ),
  {
    title: 'The classes that the system has from the start',
    bullet: 'life',
    steps: [
      { method: 'GET', path: '/apis/scheduling.k8s.io/v1/priorityclasses/system-node-critical' },
      { method: 'GET', path: '/apis/scheduling.k8s.io/v1/priorityclasses/system-cluster-critical' },
    ],
  },
  {
    title: 'A bound claim grows only when its class can give more',
    bullet: 'life',
    steps: [
      given(
        post('persistentvolumeclaims', {
          metadata: { name: 'c' },
          spec: {
            storageClassName: 'x',
            accessModes: ['ReadWriteOnce'],
            resources: { requests: { storage: '1Gi' } },
          },
        }),
      ),
      given(patch({ path: 'persistentvolumeclaims/c/status', as: 'merge' }, { status: { phase: 'Bound' } })),
      patch(
        { path: 'persistentvolumeclaims/c', as: 'merge' },
        { spec: { resources: { requests: { storage: '2Gi' } } } },
      ),
    ],
  },
];
