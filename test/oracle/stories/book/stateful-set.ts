import { persistentVolumeClaims, pods, statefulSets } from '@fairlead/kube';
import { workload } from '../parts.ts';
import { apply, patch, remove, says, type Story } from '../story.ts';

const told = { tells: [statefulSets], sizes: [statefulSets] };
const web = (spec: object, image = 'app:1') =>
  apply(statefulSets, 'web', workload({ serviceName: 'web', ...spec }, { image }));
const isUp = (replicas: number) =>
  says(statefulSets, 'web', { replicas, availableReplicas: replicas, updatedReplicas: replicas });
const data = {
  volumeClaimTemplates: [
    {
      metadata: { name: 'data' },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'none',
        resources: { requests: { storage: '1Gi' } },
      },
    },
  ],
};

export const stories: readonly Story[] = [
  {
    title: 'A StatefulSet comes up in order, and goes down from the end',
    ...told,
    steps: [
      { does: [web({ replicas: 3 })], until: isUp(3) },
      { does: [web({ replicas: 1 })], until: isUp(1) },
    ],
  },
  {
    title: 'A StatefulSet is updated, and its history kept',
    tells: [statefulSets],
    steps: [
      { does: [web({ replicas: 2 })], until: isUp(2) },
      { does: [web({ replicas: 2 }, 'app:2')], until: isUp(2) },
      { does: [web({ replicas: 2 })], until: isUp(2) },
    ],
  },
  {
    title: 'An update of a StatefulSet leaves what is below the partition',
    ...told,
    steps: [
      { does: [web({ replicas: 3 })], until: isUp(3) },
      {
        does: [
          web(
            { replicas: 3, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } },
            'app:2',
          ),
        ],
        until: says(statefulSets, 'web', { updatedReplicas: 1, currentReplicas: 2, availableReplicas: 3 }),
      },
    ],
  },
  {
    title: 'A StatefulSet that is updated by hand only',
    ...told,
    steps: [
      { does: [web({ replicas: 2, updateStrategy: { type: 'OnDelete' } })], until: isUp(2) },
      {
        does: [web({ replicas: 2, updateStrategy: { type: 'OnDelete' } }, 'app:2')],
        until: says(statefulSets, 'web', { availableReplicas: 2, currentReplicas: 2 }),
      },
      {
        does: [remove(pods, 'web-0')],
        until: says(statefulSets, 'web', { availableReplicas: 2, updatedReplicas: 1 }),
      },
    ],
  },
  {
    title: 'A pod of a StatefulSet waits for its claim',
    tells: [statefulSets, persistentVolumeClaims],
    steps: [
      {
        does: [web({ replicas: 2, ...data })],
        until: async ({ one }) =>
          (await one(persistentVolumeClaims, 'data-web-0'))?.status?.phase === 'Pending',
      },
      {
        does: [],
        until: async ({ one }) =>
          ((await one(pods, 'web-0'))?.status?.conditions ?? []).some(
            ({ reason }) => reason === 'Unschedulable',
          ),
      },
    ],
  },
  {
    title: 'A parallel StatefulSet makes all pods at once',
    ...told,
    steps: [
      {
        does: [web({ replicas: 3, podManagementPolicy: 'Parallel', ordinals: { start: 4 } })],
        until: isUp(3),
      },
      {
        does: [patch(statefulSets, 'web', { spec: { replicas: 0 } })],
        until: says(statefulSets, 'web', { replicas: 0 }),
      },
    ],
  },
];
