import { type Case, post, together } from '../case.ts';

const template = {
  metadata: { labels: { app: 'a' } },
  spec: { containers: [{ name: 'main', image: 'nginx' }] },
};
const set = (spec: object, metadata: object = {}): object => ({
  metadata: { name: 'a', ...metadata },
  spec: { selector: { matchLabels: { app: 'a' } }, template, ...spec },
});
const ending = (spec: object): object => ({ ...template, spec: { ...template.spec, ...spec } });
const nothing = { metadata: { name: 'a' } };

const refused: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  deployments: {
    'with nothing in it': nothing,
    'whose selector does not fit': set({ selector: { matchLabels: { app: 'b' } } }),
    'whose selector is empty': set({ selector: {} }),
    'whose selector cannot be read': set({
      selector: {
        matchExpressions: [
          { key: 'a', operator: 'Near' },
          { key: 'app', operator: 'In' },
        ],
      },
    }),
    'with an unknown strategy': set({ strategy: { type: 'BlueGreen' } }),
    'that recreates and rolls': set({ strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }),
    'that cannot roll': set({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } } }),
    'with numbers that cannot be': set({
      replicas: -1,
      minReadySeconds: 700,
      revisionHistoryLimit: -1,
      strategy: { rollingUpdate: { maxSurge: '-1', maxUnavailable: '101%' } },
    }),
    'whose pods end': set({ template: ending({ restartPolicy: 'Never', activeDeadlineSeconds: 5 }) }),
    'whose pods cannot be': set({
      template: {
        metadata: { labels: { app: 'a' }, annotations: { '/': '' } },
        spec: { containers: [{ name: 'A', image: '' }], volumes: [{ name: 'v', secret: {} }] },
      },
    }),
  },
  replicasets: {
    'with nothing in it': nothing,
    'with numbers that cannot be': set({ replicas: -1, minReadySeconds: -2 }),
    'whose selector does not fit': set({
      selector: { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] },
    }),
  },
  statefulsets: {
    'with nothing in it': { metadata: { name: 'A.b' } },
    'with policies that do not exist': set({
      podManagementPolicy: 'Odd',
      updateStrategy: { type: 'Odd' },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Odd' },
    }),
    'that waits for deletion and rolls': set({
      updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } },
    }),
    'with numbers that cannot be': set({
      replicas: -1,
      minReadySeconds: -1,
      ordinals: { start: -1 },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: -1 } },
      serviceName: 'A_b',
    }),
    'whose pods end': set({ template: ending({ restartPolicy: 'OnFailure' }) }),
    'whose selector does not fit': set({ selector: { matchLabels: { app: 'b' } } }),
  },
  daemonsets: {
    'with nothing in it': nothing,
    'that cannot roll': set({ updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } }),
    'that does not roll': set({ updateStrategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
    'with an unknown strategy': set({ updateStrategy: { type: 'Odd' } }),
    'with an empty selector and numbers that cannot be': set({
      selector: {},
      minReadySeconds: -1,
      revisionHistoryLimit: -1,
    }),
  },
};

export const cases: readonly Case[] = Object.entries(refused).map(([kind, bodies]) =>
  together(
    `What ${kind} cannot be`,
    Object.entries(bodies).map(
      ([title, body]): Case => ({
        title,
        bullet: 'kinds',
        steps: [post(`/apis/apps/v1/namespaces/{{ns}}/${kind}`, body)],
      }),
    ),
  ),
);
