import { type Case, changed, del, get, given, named, patch, post, put, type Step } from '../case.ts';

const apps = '/apis/apps/v1/namespaces/{{ns}}';
const template = {
  metadata: { labels: { app: 'a' } },
  spec: { containers: [{ name: 'main', image: 'nginx:1' }] },
};
const set = (spec: object = {}): object => ({
  metadata: { name: 'a' },
  spec: { replicas: 1, selector: { matchLabels: { app: 'a' } }, template, ...spec },
});
const made = (kind: string, spec: object = {}): Step =>
  given(named('first', post(`${apps}/${kind}`, set(spec))));
const merge = (path: string, body: unknown): Step => patch({ path: `${apps}/${path}`, as: 'merge' }, body);
const other = { spec: { selector: { matchLabels: { app: 'b' } } } };

const steps: Readonly<Record<string, readonly Step[]>> = {
  'A deployment as it is made': [post(`${apps}/deployments`, set())],
  'What raises the generation of a deployment': [
    made('deployments'),
    merge('deployments/a', { metadata: { labels: { a: 'b' } } }),
    merge('deployments/a', { metadata: { annotations: { a: 'b' } } }),
    merge('deployments/a', { spec: { replicas: 2 } }),
    merge('deployments/a', { spec: { paused: true } }),
    merge('deployments/a/status', {
      metadata: { labels: { c: 'd' }, annotations: { c: 'd' } },
      status: { replicas: 1 },
    }),
    get(`${apps}/deployments/a`),
  ],
  'The selector of a deployment does not change': [made('deployments'), merge('deployments/a', other)],
  'A deployment by PUT, with a version and without': [
    made('deployments'),
    put(`${apps}/deployments/a`, set({ replicas: 3 })),
    put(`${apps}/deployments/a`, changed('first', { spec: { replicas: 4 } })),
    put(`${apps}/deployments/none`, { ...set(), metadata: { name: 'none' } }),
  ],
  'The status of a deployment counts': [
    made('deployments'),
    merge('deployments/a/status', {
      status: { replicas: 1, readyReplicas: 2, availableReplicas: 3, collisionCount: -1 },
    }),
    merge('deployments/a/status', { status: { replicas: 1, readyReplicas: 1, collisionCount: 2 } }),
    merge('deployments/a/status', { status: { collisionCount: 1 } }),
  ],
  'A deployment is scaled': [
    made('deployments'),
    get(`${apps}/deployments/a/scale`),
    merge('deployments/a/scale', { spec: { replicas: 3 } }),
    merge('deployments/a/scale', { spec: { replicas: -1 } }),
  ],
  'The selector of a replica set does not change': [
    made('replicasets'),
    merge('replicasets/a', other),
    merge('replicasets/a/status', { status: { replicas: 1, readyReplicas: 2 } }),
  ],
  'Little of a stateful set changes': [
    made('statefulsets', { serviceName: 's' }),
    merge('statefulsets/a', { spec: { serviceName: 't' } }),
    merge('statefulsets/a', { spec: { podManagementPolicy: 'Parallel' } }),
    merge('statefulsets/a', { spec: { replicas: 2, minReadySeconds: 1 } }),
    merge('statefulsets/a/status', { status: { replicas: 1, currentReplicas: 2 } }),
  ],
  'A daemon set counts its templates': [
    named('set', post(`${apps}/daemonsets`, set({ replicas: undefined }))),
    merge('daemonsets/a', { spec: { template: { metadata: { annotations: { a: 'b' } } } } }),
    merge('daemonsets/a', { metadata: { annotations: { 'deprecated.daemonset.template.generation': '9' } } }),
    merge('daemonsets/a', other),
    merge('daemonsets/a/status', { status: { numberReady: -1 } }),
  ],
  'A deployment with warnings': [
    post(`${apps}/deployments`, {
      ...set({
        template: {
          ...template,
          spec: {
            containers: [
              {
                name: 'main',
                image: 'nginx',
                env: [
                  { name: 'A', value: '1' },
                  { name: 'A', value: '2' },
                ],
                ports: [
                  { containerPort: 80, name: 'web' },
                  { containerPort: 80, name: 'web2', hostPort: 8080 },
                ],
              },
              { name: 'side', image: 'nginx', ports: [{ containerPort: 81, name: 'web' }] },
            ],
            nodeSelector: { 'beta.kubernetes.io/os': 'linux' },
          },
        },
      }),
      metadata: { name: 'a.b' },
    }),
  ],
  'A deployment goes': [made('deployments'), del(`${apps}/deployments/a`), get(`${apps}/deployments/a`)],
};

export const cases: readonly Case[] = Object.entries(steps).map(
  ([title, of]): Case => ({ title, bullet: 'kinds', steps: of }),
);
