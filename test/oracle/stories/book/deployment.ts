import { deployments, isTrue, pods, replicaSets } from '@fairlead/kube';
import { workload } from '../parts.ts';
import { apply, patch, says, states, type Story } from '../story.ts';

const told = { tells: [deployments, replicaSets], sizes: [replicaSets] };
const oneMore = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
const oneLess = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };
const web = (spec: object, image = 'app:1', does = 'serve') =>
  apply(deployments, 'web', workload(spec, { image, does }));
const isUp = (replicas: number): ReturnType<typeof says> =>
  says(deployments, 'web', { replicas, updatedReplicas: replicas, availableReplicas: replicas });

export const stories: readonly Story[] = [
  {
    title: 'A Deployment comes up and is scaled',
    ...told,
    steps: [
      { does: [web({ replicas: 2 })], until: isUp(2) },
      { does: [patch(deployments, 'web', { spec: { replicas: 5 } })], until: isUp(5) },
      { does: [patch(deployments, 'web', { spec: { replicas: 1 } })], until: isUp(1) },
    ],
  },
  {
    title: 'A rolling update with one more pod than wanted',
    ...told,
    steps: [
      { does: [web({ replicas: 3, strategy: oneMore })], until: isUp(3) },
      { does: [web({ replicas: 3, strategy: oneMore }, 'app:2')], until: isUp(3) },
    ],
  },
  {
    title: 'A rolling update with one pod less than wanted, and back again',
    ...told,
    steps: [
      { does: [web({ replicas: 3, strategy: oneLess })], until: isUp(3) },
      { does: [web({ replicas: 3, strategy: oneLess }, 'app:2')], until: isUp(3) },
      { does: [web({ replicas: 3, strategy: oneLess })], until: isUp(3) },
    ],
  },
  {
    title: 'A Deployment that makes everything anew',
    ...told,
    steps: [
      { does: [web({ replicas: 2, strategy: { type: 'Recreate' } })], until: isUp(2) },
      { does: [web({ replicas: 2, strategy: { type: 'Recreate' } }, 'app:2')], until: isUp(2) },
    ],
  },
  {
    title: 'A paused Deployment is scaled and not updated',
    ...told,
    steps: [
      { does: [web({ replicas: 2 })], until: isUp(2) },
      {
        does: [web({ replicas: 3, paused: true }, 'app:2')],
        until: says(deployments, 'web', { replicas: 3, availableReplicas: 3 }),
      },
    ],
  },
  {
    title: 'An update that does not become ready is given up in time',
    ...told,
    steps: [
      { does: [web({ replicas: 2, strategy: oneMore, progressDeadlineSeconds: 5 })], until: isUp(2) },
      {
        does: [web({ replicas: 2, strategy: oneMore, progressDeadlineSeconds: 5 }, 'app:2', 'never-ready')],
        until: states(deployments, 'web', 'Progressing=False ProgressDeadlineExceeded'),
      },
    ],
  },
  {
    title: 'Old sets go, but for as many as the history holds',
    ...told,
    steps: [1, 2, 3].map((version) => ({
      does: [web({ replicas: 1, revisionHistoryLimit: 1 }, `app:${version}`)],
      until: async ({ one, all }) => {
        const web = await one(deployments, 'web');
        const ready = (await all(pods)).filter(({ status }) => isTrue(status?.conditions, 'Ready'));
        const isThere = ready.length === 1 && ready[0]?.spec.containers[0]?.image === `app:${version}`;
        return (
          isThere && web?.status?.replicas === 1 && (await all(replicaSets)).length <= Math.min(version, 2)
        );
      },
    })),
  },
];
