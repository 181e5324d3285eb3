import {
  apply,
  type Case,
  changed,
  del,
  get,
  given,
  named,
  patch,
  post,
  put,
  watch,
  together,
} from '../case.ts';

const first = '/apis/autoscaling/v1/namespaces/{{ns}}/horizontalpodautoscalers';
const second = '/apis/autoscaling/v2/namespaces/{{ns}}/horizontalpodautoscalers';
const notes = 'autoscaling.alpha.kubernetes.io';
const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' };
const table = { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } };

const scaler = (spec: object = {}, metadata: object = {}): object => ({
  metadata: { name: 'a', ...metadata },
  spec: { scaleTargetRef: target, maxReplicas: 3, ...spec },
});
const noted = (annotations: Record<string, string>, spec: object = {}): object =>
  scaler(spec, {
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([name, text]) => [`${notes}/${name}`, text]),
    ),
  });

const selector = { matchLabels: { b: '<1>', a: '2' } };
const metrics = [
  { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
  { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '0.5Gi' } } },
  {
    type: 'Pods',
    pods: { metric: { name: 'p', selector }, target: { type: 'AverageValue', averageValue: '0.5' } },
  },
  {
    type: 'Object',
    object: {
      describedObject: { ...target, name: 'o' },
      metric: { name: 'q' },
      target: { type: 'Value', value: '2k' },
    },
  },
  {
    type: 'External',
    external: { metric: { name: 'x', selector }, target: { type: 'AverageValue', averageValue: '3' } },
  },
  {
    type: 'ContainerResource',
    containerResource: {
      name: 'cpu',
      container: 'c',
      target: { type: 'Utilization', averageUtilization: 60 },
    },
  },
];
const behavior = { scaleDown: { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] } };
const status = {
  currentReplicas: 1,
  desiredReplicas: 2,
  lastScaleTime: '2024-05-06T07:08:09Z',
  currentMetrics: [
    {
      type: 'Resource',
      resource: { name: 'cpu', current: { averageUtilization: 40, averageValue: '100m' } },
    },
    { type: 'External', external: { metric: { name: 'x' }, current: { value: '7' } } },
  ],
  conditions: [
    {
      type: 'AbleToScale',
      status: 'True',
      lastTransitionTime: '2024-05-06T07:08:09Z',
      reason: 'Ready',
      message: 'a & b',
    },
    { type: 'ScalingActive', status: 'False' },
  ],
};

const made: readonly [string, object][] = [
  ['that says nothing of CPUs', scaler()],
  ['for a share of the CPUs', scaler({ targetCPUUtilizationPercentage: 50, minReplicas: 2 })],
  [
    'with metrics in an annotation',
    noted({
      metrics: JSON.stringify([
        { type: 'Pods', pods: { metricName: 'p', targetAverageValue: '0.5' } },
        { type: 'Object', object: { target, metricName: 'q', targetValue: '1', averageValue: '2' } },
      ]),
    }),
  ],
  [
    'with metrics in an annotation besides a share of the CPUs',
    noted(
      { metrics: '[{"type":"External","external":{"metricName":"x","targetValue":"1"}}]' },
      { targetCPUUtilizationPercentage: 80 },
    ),
  ],
  [
    'with a behavior in an annotation',
    noted({
      behavior:
        '{"ScaleUp":{"StabilizationWindowSeconds":5,"SelectPolicy":"Min","Policies":[{"Type":"Pods","Value":1,"PeriodSeconds":9}]}}',
    }),
  ],
  [
    'with a behavior in other letters',
    noted({ behavior: '{"scaleDown":{"policies":[{"type":"Pods","value":1,"periodSeconds":9}]}}' }),
  ],
  [
    'with annotations that cannot be read',
    noted({ metrics: '{', behavior: '[]', conditions: '7', other: 'kept' }),
  ],
  ['with metrics of another form', noted({ metrics: '[{"type":7}]', 'current-metrics': '[]' })],
  ['with conditions of its own', noted({ conditions: '[{"type":"a","status":"True"}]' })],
  ['with faults', scaler({ minReplicas: 0, maxReplicas: 0, targetCPUUtilizationPercentage: 0 })],
  [
    'with a fault in an annotation',
    noted({ metrics: '[{"type":"Pods","pods":{"targetAverageValue":"-1"}}]' }),
  ],
  ['with a policy missing', noted({ behavior: '{"ScaleUp":{"StabilizationWindowSeconds":5}}' })],
  ['with a field of the next version', scaler({ metrics })],
];

export const cases: readonly Case[] = [
  together(
    'Autoscalers of the first version, in many forms',
    made.map(
      ([title, body]): Case => ({
        title: `An autoscaler of the first version ${title}`,
        bullet: 'kinds',
        steps: [post(`${first}?fieldManager=m`, body), get(`${second}/a`), get(`${first}/a`)],
      }),
    ),
    first,
  ),
  {
    title: 'All metrics, conditions and behavior are there in the first version',
    bullet: 'kinds',
    steps: [
      given(post(`${second}?fieldManager=m`, scaler({ metrics, behavior }))),
      patch({ path: `${second}/a/status?fieldManager=n`, as: 'merge' }, { status }),
      get(`${first}/a`),
      get(first),
      get(`${first}/a/status`),
      get(first, table),
      get(second, table),
    ],
  },
  {
    title: 'Who writes back an autoscaler of the first version loses nothing',
    bullet: 'kinds',
    steps: [
      given(post(`${second}?fieldManager=m`, scaler({ metrics, behavior }))),
      given(patch({ path: `${second}/a/status?fieldManager=n`, as: 'merge' }, { status })),
      named('read', given(get(`${first}/a`))),
      put(`${first}/a?fieldManager=o`, changed('read', {})),
      put(`${first}/a?fieldManager=o`, changed('read', { spec: { targetCPUUtilizationPercentage: 70 } })),
      get(`${second}/a`),
    ],
  },
  {
    title: 'Annotations that go take with them what they stood for, but no status',
    bullet: 'kinds',
    steps: [
      given(post(`${second}?fieldManager=m`, scaler({ metrics, behavior }))),
      given(patch({ path: `${second}/a/status?fieldManager=n`, as: 'merge' }, { status })),
      patch({ path: `${first}/a?fieldManager=o`, as: 'merge' }, { metadata: { annotations: null } }),
      get(`${second}/a`),
    ],
  },
  {
    title: 'A status by the first version',
    bullet: 'kinds',
    steps: [
      given(post(`${first}?fieldManager=m`, scaler())),
      patch(
        { path: `${first}/a/status?fieldManager=n`, as: 'merge' },
        { status: { currentReplicas: 1, desiredReplicas: 2, currentCPUUtilizationPercentage: 30 } },
      ),
      get(`${second}/a`),
      patch({ path: `${first}/a/status?fieldManager=n`, as: 'merge' }, { status: { currentReplicas: -1 } }),
    ],
  },
  {
    title: 'Who owns what of an autoscaler that was written in both versions',
    bullet: 'apply',
    steps: [
      apply(`${first}/a?fieldManager=m`, {
        apiVersion: 'autoscaling/v1',
        kind: 'HorizontalPodAutoscaler',
        ...scaler({ targetCPUUtilizationPercentage: 50 }),
      }),
      apply(`${second}/a?fieldManager=n`, {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        ...scaler({ maxReplicas: 5 }),
      }),
      patch({ path: `${second}/a?fieldManager=o`, as: 'merge' }, { spec: { metrics } }),
      patch({ path: `${first}/a?fieldManager=p`, as: 'merge' }, { spec: { maxReplicas: 7 } }),
      get(`${first}/a`),
    ],
  },
  {
    title: 'Autoscalers of the first version that are there already, or not at all',
    bullet: 'kinds',
    steps: [
      given(post(second, scaler())),
      post(first, scaler()),
      get(`${first}/b`),
      put(`${first}/b`, scaler({}, { name: 'b' })),
      put(`${first}/a`, { ...scaler(), apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' }),
      patch({ path: `${first}/a`, as: 'merge' }, { spec: { scaleTargetRef: null } }),
    ],
  },
  {
    title: 'An autoscaler goes in both versions',
    bullet: 'life',
    steps: [
      named('made', given(post(second, scaler({ metrics }, { finalizers: ['example.com/a'] })))),
      del(`${first}/a`),
      patch({ path: `${first}/a`, as: 'merge' }, { metadata: { finalizers: null } }),
      watch(`${first}?resourceVersion={{made.metadata.resourceVersion}}`, { events: 2 }),
    ],
  },
  {
    title: 'Both versions and both groups are told of',
    bullet: 'protocol',
    steps: [
      get('/apis/autoscaling'),
      get('/apis/autoscaling/v1'),
      get('/apis/events.k8s.io'),
      get('/apis/events.k8s.io/v1'),
    ],
  },
];
