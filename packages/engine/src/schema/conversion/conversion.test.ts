import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { builtinKind, builtinResources } from '../builtin.ts';
import { decodeTyped } from '../decode.ts';
import type { Conversion } from '../definition.ts';
import type { JsonObject } from '../json.ts';

const conversionOf = (group: string, resource: string, version: string): Conversion => {
  const definition = builtinResources().find((one) => one.group === group && one.resource === resource);
  const found = definition?.versions.find((one) => one.version === version)?.conversion;
  assert.ok(found, `${group}/${version} ${resource} has a conversion`);
  return found;
};

const scalers = conversionOf('autoscaling', 'horizontalpodautoscalers', 'v1');
const events = conversionOf('events.k8s.io', 'events', 'v1');
const note = (name: string): string => `autoscaling.alpha.kubernetes.io/${name}`;

const kept = (type: string, object: JsonObject): JsonObject =>
  decodeTyped(builtinKind(type), object).value as JsonObject;

const scaler = (spec: JsonObject, status: JsonObject = {}): JsonObject =>
  kept('autoscaling.v2.HorizontalPodAutoscaler', {
    kind: 'HorizontalPodAutoscaler',
    apiVersion: 'autoscaling/v2',
    metadata: { name: 'a', annotations: { mine: 'stays' } },
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'a' }, maxReplicas: 3, ...spec },
    status: { desiredReplicas: 2, ...status },
  });

const cpu = (percent: number) => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } },
});
const selector = { matchLabels: { a: '1' }, matchExpressions: [{ key: 'b', operator: 'Exists' }] };
const average = { type: 'AverageValue', averageValue: '500m' };
const describedObject = { kind: 'Service', name: 's', apiVersion: 'v1' };

/** Autoscalers that are the same after they were read and written back in the first version. */
const unchanged: readonly [string, JsonObject][] = [
  ['a share of the CPUs', scaler({ metrics: [cpu(50)] })],
  [
    'memory and then CPUs',
    scaler({ metrics: [{ type: 'Resource', resource: { name: 'memory', target: average } }, cpu(50)] }),
  ],
  [
    'an amount of CPUs',
    scaler({ metrics: [{ type: 'Resource', resource: { name: 'cpu', target: average } }] }),
  ],
  [
    'a metric of pods',
    scaler({ metrics: [{ type: 'Pods', pods: { metric: { name: 'p', selector }, target: average } }] }),
  ],
  [
    'a metric of an object',
    scaler({
      metrics: [
        {
          type: 'Object',
          object: { describedObject, metric: { name: 'o' }, target: { type: 'Value', value: '2' } },
        },
      ],
    }),
  ],
  [
    'a metric from outside',
    scaler({ metrics: [{ type: 'External', external: { metric: { name: 'x' }, target: average } }] }),
  ],
  [
    'a metric of a container',
    scaler({
      metrics: [
        { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'c', target: average } },
      ],
    }),
  ],
  [
    'a behavior',
    scaler({
      metrics: [cpu(50)],
      behavior: {
        scaleUp: {
          stabilizationWindowSeconds: 0,
          selectPolicy: 'Max',
          policies: [{ type: 'Pods', value: 1, periodSeconds: 9 }],
        },
        scaleDown: { tolerance: '100m' },
      },
    }),
  ],
  [
    'a status',
    scaler(
      { metrics: [cpu(50)] },
      {
        currentReplicas: 1,
        observedGeneration: 3,
        lastScaleTime: '2024-05-06T07:08:09Z',
        conditions: [{ type: 'AbleToScale', status: 'True', lastTransitionTime: null, message: '<&>' }],
        currentMetrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', current: { averageUtilization: 40, averageValue: '1' } },
          },
          {
            type: 'External',
            external: { metric: { name: 'x' }, current: { value: '7', averageValue: '2' } },
          },
        ],
      },
    ),
  ],
];

describe('An autoscaler that is read and written back in the first version', () => {
  for (const [title, stored] of unchanged) {
    it(`keeps ${title}`, () => assert.deepEqual(scalers.toStored(scalers.fromStored(stored)), stored));
  }
});

describe('An autoscaler in the first version', () => {
  it('has what the version lacks in annotations, and those of others besides', () => {
    const metrics = [cpu(50), { type: 'Pods', pods: { metric: { name: 'p' }, target: average } }];
    const { spec, metadata } = scalers.fromStored(scaler({ metrics })) as Record<string, JsonObject>;
    assert.equal(spec?.targetCPUUtilizationPercentage, 50);
    assert.deepEqual(metadata?.annotations, {
      mine: 'stays',
      [note('metrics')]: '[{"type":"Pods","pods":{"metricName":"p","targetAverageValue":"500m"}}]',
    });
  });

  const first = (annotations: JsonObject, spec: JsonObject = {}) =>
    scalers.toStored({ metadata: { name: 'a', annotations }, spec }) as Record<string, JsonObject>;

  it('is for 80 in 100 of the CPUs when it says nothing', () => {
    assert.deepEqual(first({}).spec?.metrics, [cpu(80)]);
    const external = '[{"type":"External","external":{"metricName":"x","targetValue":"1"}}]';
    const { metrics } = first({ [note('metrics')]: external }).spec as { metrics: { type: string }[] };
    assert.deepEqual(
      metrics.map(({ type }) => type),
      ['External'],
    );
  });

  for (const text of ['{', '7', '[7]', '{}', '[{"type":7}]']) {
    it(`may have an annotation that cannot be read: ${text}`, () => {
      const names = ['metrics', 'current-metrics', 'conditions', 'behavior'].map(note);
      const { spec, status, metadata } = first(Object.fromEntries(names.map((name) => [name, text])));
      assert.deepEqual([spec?.metrics, spec?.behavior], [[cpu(80)], undefined]);
      assert.deepEqual([status?.currentMetrics, status?.conditions], [null, undefined]);
      assert.equal(metadata?.annotations, undefined);
    });
  }
});

describe('An event that is read and written back in events.k8s.io', () => {
  const rows: readonly [string, JsonObject][] = [
    [
      'an older one',
      {
        message: 'm',
        count: 2,
        firstTimestamp: '2024-05-06T07:08:09Z',
        source: { component: 'c', host: 'h' },
      },
    ],
    [
      'a newer one',
      {
        eventTime: '2024-05-06T07:08:09.000001Z',
        reportingComponent: 'c',
        reportingInstance: 'i',
        action: 'A',
      },
    ],
    [
      'one of a series',
      { series: { count: 2, lastObservedTime: '2024-05-06T07:08:09.000001Z' }, related: { name: 'r' } },
    ],
    ['an empty one', {}],
  ];
  for (const [title, more] of rows) {
    it(`is the same: ${title}`, () => {
      const meta = { kind: 'Event', apiVersion: 'v1', metadata: { name: 'a' } };
      const stored = kept('core.v1.Event', { ...meta, involvedObject: { name: 'p' }, reason: 'R', ...more });
      const shown = events.fromStored(stored);
      assert.equal(shown.apiVersion, 'events.k8s.io/v1');
      assert.deepEqual(shown.regarding, { name: 'p' });
      assert.deepEqual(events.toStored(shown), stored);
    });
  }
});
