import { controllerOf, kind, pods, replicaSets, replicationControllers } from '@fairlead/kube';
import { pod, template, workload } from '../parts.ts';
import { apply, patch, remove, says, states, type Story } from '../story.ts';

const told = { tells: [replicaSets], sizes: [replicaSets] };
const set = (spec: object) => apply(replicaSets, 'web', workload(spec));
const isUp = (replicas: number) => says(replicaSets, 'web', { replicas, availableReplicas: replicas });
const quotas = kind({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  resource: 'resourcequotas',
  namespaced: true,
});

export const stories: readonly Story[] = [
  {
    title: 'A ReplicaSet is made larger and smaller',
    ...told,
    steps: [
      { does: [set({ replicas: 3 })], until: isUp(3) },
      { does: [set({ replicas: 1 })], until: isUp(1) },
    ],
  },
  {
    title: 'A ReplicaSet takes pods that nobody has',
    ...told,
    steps: [
      {
        does: [apply(pods, 'orphan', pod())],
        until: async ({ one }) => (await one(pods, 'orphan'))?.status?.phase === 'Running',
      },
      { does: [set({ replicas: 2 })], until: isUp(2) },
    ],
  },
  {
    title: 'A pod that changes its labels leaves its set, which makes another',
    ...told,
    steps: [
      {
        does: [apply(pods, 'orphan', pod()), set({ replicas: 1 })],
        until: async ({ one }) =>
          controllerOf((await one(pods, 'orphan')) ?? ({ metadata: {} } as never)) !== undefined,
      },
      {
        does: [patch(pods, 'orphan', { metadata: { labels: { app: 'other' } } })],
        until: async ({ all }) =>
          (await all(pods)).filter(({ status }) => status?.phase === 'Running').length === 2,
      },
      { does: [], until: isUp(1) },
    ],
  },
  {
    title: 'A ReplicaSet that may not make as many pods as it should says so',
    ...told,
    steps: [
      {
        does: [apply(quotas, 'few', { spec: { hard: { pods: '1' } } })],
        until: async ({ one }) =>
          ((await one(quotas, 'few')) as { status?: { hard?: object } } | undefined)?.status?.hard !==
          undefined,
      },
      { does: [set({ replicas: 2 })], until: states(replicaSets, 'web', 'ReplicaFailure=True FailedCreate') },
      { does: [], until: says(replicaSets, 'web', { replicas: 1, availableReplicas: 1 }) },
    ],
  },
  {
    title: 'A ReplicaSet that is orphaned leaves its pods',
    ...told,
    steps: [
      { does: [set({ replicas: 2 })], until: isUp(2) },
      {
        does: [remove(replicaSets, 'web', 'Orphan')],
        until: async ({ one, all }) =>
          (await one(replicaSets, 'web')) === undefined &&
          (await all(pods)).every((each) => controllerOf(each) === undefined),
      },
    ],
  },
  {
    title: 'A ReplicationController does what its successor does',
    tells: [replicationControllers],
    sizes: [replicationControllers],
    steps: [
      {
        does: [
          apply(replicationControllers, 'web', {
            spec: { replicas: 3, selector: { app: 'web' }, template: template() },
          }),
        ],
        until: says(replicationControllers, 'web', { replicas: 3, availableReplicas: 3 }),
      },
      {
        does: [patch(replicationControllers, 'web', { spec: { replicas: 1 } })],
        until: says(replicationControllers, 'web', { replicas: 1, availableReplicas: 1 }),
      },
    ],
  },
];
