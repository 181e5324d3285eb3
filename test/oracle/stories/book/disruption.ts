import { daemonSets, deployments, podDisruptionBudgets, pods } from '@fairlead/kube';
import { pod, selector, workload } from '../parts.ts';
import { apply, says, states, type Story } from '../story.ts';

const told = { tells: [podDisruptionBudgets] };
const budget = (spec: object) => apply(podDisruptionBudgets, 'web', { spec: { selector, ...spec } });
const web = (replicas: number) => apply(deployments, 'web', workload({ replicas }));
const counts = (members: object) => says(podDisruptionBudgets, 'web', members as never);

export const stories: readonly Story[] = [
  {
    title: 'A budget by the number that must be there',
    ...told,
    steps: [
      {
        does: [web(3), budget({ minAvailable: 2 })],
        until: counts({ disruptionsAllowed: 1, currentHealthy: 3 }),
      },
    ],
  },
  {
    title: 'A budget by the share that may be missing',
    ...told,
    steps: [
      {
        does: [web(4), budget({ maxUnavailable: '30%' })],
        until: counts({ disruptionsAllowed: 2, expectedPods: 4 }),
      },
    ],
  },
  {
    title: 'A budget without pods',
    ...told,
    steps: [
      {
        does: [budget({ minAvailable: 1 })],
        until: states(podDisruptionBudgets, 'web', 'DisruptionAllowed=False InsufficientPods'),
      },
    ],
  },
  {
    title: 'A budget over pods that belong to nobody',
    ...told,
    steps: [
      {
        does: [apply(pods, 'a', pod()), budget({ maxUnavailable: 1 })],
        until: states(podDisruptionBudgets, 'web', 'DisruptionAllowed=False InsufficientPods'),
      },
      { does: [], until: counts({ currentHealthy: 1 }) },
    ],
  },
  {
    title: 'A budget over pods of which nobody knows how many there should be',
    ...told,
    steps: [
      {
        does: [apply(daemonSets, 'web', workload())],
        until: says(daemonSets, 'web', { numberAvailable: 3 }),
      },
      {
        does: [budget({ maxUnavailable: 1 })],
        until: states(podDisruptionBudgets, 'web', 'DisruptionAllowed=False SyncFailed'),
      },
    ],
  },
];
