import { type Case, changed, del, get, given, named, patch, post, put, type Step } from '../case.ts';

const container = { name: 'main', image: 'nginx' };
const pod = (spec: object = {}, metadata: object = {}): object => ({
  metadata: { name: 'a', ...metadata },
  spec: { automountServiceAccountToken: false, containers: [container], ...spec },
});
const bound = (name = 'a'): object => ({ metadata: { name }, target: { kind: 'Node', name: 'node' } });
const running: readonly Step[] = [given(post('pods', pod())), given(post('pods/a/binding', bound()))];
const eviction = (over: object = {}): object => ({ metadata: { name: 'a' }, ...over });
const budgets = '/apis/policy/v1/namespaces/{{ns}}/poddisruptionbudgets';
const selected = { labels: { app: 'a' } };
const phase = (status: object): Step =>
  given(patch({ path: 'pods/a/status', as: 'merge' }, { status: { phase: 'Running', ...status } }));

/** A running pod under a budget of which its controller says this. */
const budgeted = (status: object, spec: object = {}): readonly Step[] => [
  given(post('pods', pod({}, selected))),
  given(post('pods/a/binding', bound())),
  phase({ conditions: [{ type: 'Ready', status: 'True' }] }),
  given(
    post(budgets, {
      metadata: { name: 'b' },
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'a' } }, ...spec },
    }),
  ),
  given(patch({ path: `${budgets}/b/status`, as: 'merge' }, { status })),
];

const steps: Readonly<Record<string, readonly Step[]>> = {
  'A pod that no node runs goes at once': [given(post('pods', pod())), del('pods/a'), get('pods/a')],
  'A pod that a node runs has time to stop, and is shortened': [
    ...running,
    del('pods/a'),
    del('pods/a', { gracePeriodSeconds: 60 }),
    del('pods/a', { gracePeriodSeconds: 5 }),
    get('pods/a'),
    del('pods/a', { gracePeriodSeconds: 0 }),
    get('pods/a'),
  ],
  'A pod with a finalizer waits for that as well': [
    given(post('pods', pod({}, { finalizers: ['example.com/hold'] }))),
    given(post('pods/a/binding', bound())),
    del('pods/a', { gracePeriodSeconds: 0 }),
    patch({ path: 'pods/a', as: 'merge' }, { metadata: { finalizers: null } }),
    get('pods/a'),
  ],
  'A pod that has ended goes at once': [
    ...running,
    given(patch({ path: 'pods/a/status', as: 'merge' }, { status: { phase: 'Succeeded' } })),
    del('pods/a'),
    get('pods/a'),
  ],
  'A pod is bound once': [
    given(post('pods', pod())),
    post('pods/a/binding', { ...bound(), metadata: { name: 'a', annotations: { by: 'me' } } }),
    get('pods/a'),
    post('pods/a/binding', bound()),
    post('pods/none/binding', bound('none')),
  ],
  'Bindings that cannot be': [
    given(post('pods', pod({ schedulingGates: [{ name: 'example.com/gate' }] }))),
    post('pods/a/binding', bound()),
    post('pods/a/binding', bound('b')),
    post('pods/a/binding', { metadata: { name: 'a' }, target: { kind: 'Pod', name: '' } }),
    post('pods/a/binding', { metadata: { name: 'a', uid: 'x' }, target: { name: 'n' } }),
    get('pods/a'),
  ],
  'A pod is evicted, and says so while it stops': [
    ...running,
    post('pods/a/eviction', eviction()),
    get('pods/a'),
  ],
  'An eviction that nobody minds': [
    given(post('pods', pod())),
    post('pods/a/eviction?dryRun=All', eviction()),
    post('pods/a/eviction', { metadata: { name: 'b' } }),
    post('pods/none/eviction', { metadata: { name: 'none' } }),
    post('pods/a/eviction', eviction({ deleteOptions: { preconditions: { uid: 'x' } } })),
    post('pods/a/eviction', eviction({ apiVersion: 'policy/v1', kind: 'Eviction' })),
    get('pods/a'),
  ],
  'An eviction that a budget forbids': [
    ...budgeted({
      observedGeneration: 1,
      disruptionsAllowed: 0,
      currentHealthy: 1,
      desiredHealthy: 1,
      expectedPods: 1,
    }),
    post('pods/a/eviction', eviction()),
    get('pods/a'),
  ],
  'An eviction whose budget nobody has looked at': [
    ...budgeted({
      observedGeneration: 0,
      disruptionsAllowed: 1,
      currentHealthy: 1,
      desiredHealthy: 1,
      expectedPods: 1,
    }),
    post('pods/a/eviction', eviction()),
  ],
  'An eviction that a budget pays for': [
    ...budgeted({
      observedGeneration: 1,
      disruptionsAllowed: 1,
      currentHealthy: 2,
      desiredHealthy: 1,
      expectedPods: 2,
    }),
    post('pods/a/eviction', eviction()),
    get(`${budgets}/b`),
  ],
  'An eviction under two budgets': [
    ...budgeted({
      observedGeneration: 1,
      disruptionsAllowed: 1,
      currentHealthy: 2,
      desiredHealthy: 1,
      expectedPods: 2,
    }),
    given(post(budgets, { metadata: { name: 'c' }, spec: { selector: {} } })),
    post('pods/a/eviction', eviction()),
  ],
  'A status that a node writes': [
    ...running,
    patch(
      { path: 'pods/a/status', as: 'merge' },
      {
        metadata: { labels: { seen: 'yes' } },
        spec: { nodeName: 'other' },
        status: { phase: 'Running', qosClass: 'Guaranteed' },
      },
    ),
    patch(
      { path: 'pods/a/status', as: 'merge' },
      {
        metadata: { labels: { seen: 'yes' } },
        status: {
          phase: 'Running',
          podIPs: [{ ip: '10.0.0.1' }, { ip: 'x' }],
          conditions: [{ type: 'a b', status: 'True' }],
        },
      },
    ),
    patch(
      { path: 'pods/a/status', as: 'merge' },
      { status: { phase: 'Running', hostIPs: [{ ip: '10.0.0.1' }] } },
    ),
    patch(
      { path: 'pods/a/status', as: 'merge' },
      { metadata: { labels: { seen: 'yes' } }, status: { phase: 'Running', podIPs: [{ ip: '10.0.0.1' }] } },
    ),
  ],
  'A container that has ended does not run again': [
    given(post('pods', pod({ restartPolicy: 'Never' }))),
    given(
      patch(
        { path: 'pods/a/status', as: 'merge' },
        {
          status: {
            containerStatuses: [
              {
                name: 'main',
                image: 'x',
                imageID: 'y',
                ready: false,
                restartCount: 0,
                state: { terminated: { exitCode: 1 } },
              },
            ],
          },
        },
      ),
    ),
    patch(
      { path: 'pods/a/status', as: 'merge' },
      {
        status: {
          containerStatuses: [
            { name: 'main', image: 'x', imageID: 'y', ready: true, restartCount: 1, state: { running: {} } },
          ],
        },
      },
    ),
  ],
  'A container for debugging is added, and stays': [
    given(named('first', post('pods', pod()))),
    patch(
      { path: 'pods/a/ephemeralcontainers', as: 'strategic' },
      { spec: { ephemeralContainers: [{ name: 'debug', image: 'busybox', targetContainerName: 'main' }] } },
    ),
    patch(
      { path: 'pods/a/ephemeralcontainers', as: 'strategic' },
      {
        spec: {
          ephemeralContainers: [
            { name: 'main', image: '', targetContainerName: 'none', ports: [{ containerPort: 1 }] },
          ],
        },
      },
    ),
    put('pods/a/ephemeralcontainers', changed('first', { metadata: { resourceVersion: null } })),
    get('pods/a'),
  ],
  'A pod is resized': [
    given(
      post(
        'pods',
        pod({
          containers: [{ ...container, resources: { requests: { cpu: '100m' }, limits: { memory: '1Gi' } } }],
        }),
      ),
    ),
    patch(
      { path: 'pods/a/resize', as: 'strategic' },
      { spec: { containers: [{ name: 'main', resources: { requests: { cpu: '200m' } } }] } },
    ),
    patch(
      { path: 'pods/a/resize', as: 'strategic' },
      { spec: { containers: [{ name: 'main', resources: { requests: { cpu: null } } }] } },
    ),
    patch(
      { path: 'pods/a/resize', as: 'strategic' },
      { spec: { containers: [{ name: 'other', image: 'x' }] } },
    ),
    patch(
      { path: 'pods/a/resize', as: 'strategic' },
      { spec: { containers: [{ name: 'main', resources: { limits: { 'ephemeral-storage': '1Gi' } } }] } },
    ),
  ],
};

export const cases: readonly Case[] = Object.entries(steps).map(
  ([title, of]): Case => ({ title, bullet: 'life', steps: of }),
);
