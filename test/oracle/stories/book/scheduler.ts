import { deployments, persistentVolumeClaims, pods } from '@fairlead/kube';
import { container, pod, template } from '../parts.ts';
import { apply, type Story } from '../story.ts';

const told = { tells: [pods] };
const app = { app: 'web' };
const asks = (requests: object) => ({ containers: [container('app:1', { resources: { requests } })] });

/** The scheduler has said that a pod can go nowhere. */
const isStuck: Story['steps'][number]['until'] = async ({ one }) =>
  ((await one(pods, 'a'))?.status?.conditions ?? []).some(({ reason }) => reason === 'Unschedulable');

export const stories: readonly Story[] = [
  {
    title: 'A pod that asks for too much',
    ...told,
    steps: [{ does: [apply(pods, 'a', pod(app, asks({ cpu: '100' })))], until: isStuck }],
  },
  {
    title: 'A pod that wants a node that there is not',
    ...told,
    steps: [{ does: [apply(pods, 'a', pod(app, { nodeSelector: { place: 'nowhere' } }))], until: isStuck }],
  },
  {
    title: 'A pod goes to the node that it wants',
    tells: [],
    steps: [
      {
        does: [apply(pods, 'a', pod(app, { nodeSelector: { place: 'here' } }))],
        until: async ({ one }) => (await one(pods, 'a'))?.spec.nodeName === 'node-1',
      },
    ],
  },
  {
    title: 'A pod that waits for a claim that is not there',
    ...told,
    steps: [
      {
        does: [
          apply(
            pods,
            'a',
            pod(app, { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] }),
          ),
        ],
        until: isStuck,
      },
    ],
  },
  {
    title: 'A claim that nobody can fulfil',
    tells: [persistentVolumeClaims],
    steps: [
      {
        does: [
          apply(persistentVolumeClaims, 'data', {
            spec: {
              accessModes: ['ReadWriteOnce'],
              storageClassName: '',
              resources: { requests: { storage: '1Gi' } },
            },
          }),
        ],
        until: async ({ one }) => (await one(persistentVolumeClaims, 'data'))?.status?.phase === 'Pending',
      },
    ],
  },
  {
    title: 'Pods are spread over the nodes when they must be',
    tells: [],
    steps: [
      {
        does: [
          apply(deployments, 'web', {
            spec: {
              replicas: 3,
              selector: { matchLabels: app },
              template: template(
                {},
                {
                  topologySpreadConstraints: [
                    {
                      maxSkew: 1,
                      topologyKey: 'kubernetes.io/hostname',
                      whenUnsatisfiable: 'DoNotSchedule',
                      labelSelector: { matchLabels: app },
                    },
                  ],
                },
              ),
            },
          }),
        ],
        until: async ({ all }) =>
          new Set((await all(pods)).map(({ spec }) => spec.nodeName).filter(Boolean)).size === 3,
      },
    ],
  },
];
