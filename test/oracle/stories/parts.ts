import { behaviour, exitCode, failing } from '../../../packages/engine/src/controllers/kubelet.fixture.ts';

/** What stories are made of, as small as it may be. */

export const container = (image = 'app:1', more: object = {}) => ({ name: 'app', image, ...more });

/** A template of pods that do as they are told: serve, never-ready, succeed, fail. */
export const template = (
  {
    does = 'serve',
    image = 'app:1',
    code,
    failingIndexes,
  }: {
    readonly does?: string;
    readonly image?: string;
    readonly code?: string;
    readonly failingIndexes?: string;
  } = {},
  spec: object = {},
) => ({
  metadata: {
    labels: { app: 'web' },
    annotations: {
      [behaviour]: does,
      ...(code === undefined ? {} : { [exitCode]: code }),
      ...(failingIndexes === undefined ? {} : { [failing]: failingIndexes }),
    },
  },
  spec: { containers: [container(image)], terminationGracePeriodSeconds: 0, ...spec },
});

export const selector = { matchLabels: { app: 'web' } };

/** A workload of these pods. */
export const workload = (spec: object = {}, pods: Parameters<typeof template>[0] = {}) => ({
  spec: { selector, template: template(pods), ...spec },
});

export const job = (spec: object = {}, pods: Parameters<typeof template>[0] = {}) => ({
  spec: { template: template({ does: 'succeed', ...pods }, { restartPolicy: 'Never' }), ...spec },
});

export const pod = (
  labels: Readonly<Record<string, string>> = { app: 'web' },
  spec: object = {},
  does = 'serve',
) => ({
  metadata: { labels, annotations: { [behaviour]: does } },
  spec: { ...template({}, {}).spec, ...spec },
});
