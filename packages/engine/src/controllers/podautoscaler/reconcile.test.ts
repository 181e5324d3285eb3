import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deployments, type HorizontalPodAutoscaler, horizontalPodAutoscalers, pods } from '@fairlead/kube';
import { conditionsOf, type ControllersWorld, openControllersWorld } from '../world.fixture.ts';

const shop = (replicas: number, name = 'shop') => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'shop' } },
    template: {
      metadata: { labels: { app: 'shop' } },
      spec: { containers: [{ name: 'app', image: 'shop:1', resources: { requests: { cpu: '100m' } } }] },
    },
  },
});

const cpu = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
};

const scaler = (spec: object = {}, name = 'shop') => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name, namespace: 'default' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' },
    minReplicas: 1,
    maxReplicas: 10,
    metrics: [cpu],
    ...spec,
  },
});

/** Kinds whose objects are what a metrics server would answer: the API is the same. */
const served = (group: string, kind: string, plural: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: `${plural}.${group}`,
    annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' },
  },
  spec: {
    group,
    scope: 'Namespaced',
    names: { kind, plural, singular: kind.toLowerCase() },
    versions: [
      {
        name: 'v1beta1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
});

async function openMeasured(): Promise<ControllersWorld> {
  const world = await openControllersWorld();
  await world.declare(served('metrics.k8s.io', 'PodMetrics', 'pods'));
  await world.declare(served('external.metrics.k8s.io', 'ExternalMetricValue', 'orders'));
  // Past the time in which pods are taken to be starting.
  await world.declare(shop(2));
  await world.rest();
  await world.advance(600_000);
  return world;
}

/** Every pod uses so much. */
async function use(world: ControllersWorld, amount: string): Promise<void> {
  for (const { metadata } of await world.all(pods)) {
    const measured = {
      apiVersion: 'metrics.k8s.io/v1beta1',
      kind: 'PodMetrics',
      metadata: { name: metadata.name, namespace: 'default', labels: metadata.labels ?? {} },
      timestamp: new Date(world.clock.now()).toISOString(),
      window: '30s',
      containers: [{ name: 'app', usage: { cpu: amount, memory: '20Mi' } }],
    };
    await world.declare(measured);
  }
}

const autoscaler = (world: ControllersWorld): Promise<HorizontalPodAutoscaler> =>
  world.one(horizontalPodAutoscalers, 'shop');

const size = async (world: ControllersWorld): Promise<number | undefined> =>
  (await world.one(deployments, 'shop')).spec.replicas;

describe('a HorizontalPodAutoscaler', () => {
  it('grows with what the pods use, says why, and shrinks when it has been quiet for a while', async () => {
    await using world = await openMeasured();
    await use(world, '90m');
    await world.declare(scaler());
    await world.rest();
    assert.equal(await size(world), 4);
    const { status, ...rest } = await autoscaler(world);
    assert.deepEqual(status?.currentMetrics, [
      {
        type: 'Resource',
        resource: { name: 'cpu', current: { averageUtilization: 90, averageValue: '90m' } },
      },
    ]);
    assert.deepEqual([status?.currentReplicas, status?.desiredReplicas], [2, 4]);
    assert.deepEqual(conditionsOf({ ...rest, status } as HorizontalPodAutoscaler), [
      'AbleToScale=True SucceededRescale',
      'ScalingActive=True ValidMetricFound',
      'ScalingLimited=False DesiredWithinRange',
    ]);
    assert.deepEqual(
      await world.eventsOf('shop').then((lines) => lines.filter((line) => line.includes('Rescale'))),
      [
        'Normal SuccessfulRescale New size: 4; reason: cpu resource utilization (percentage of request) above target',
      ],
    );

    await use(world, '10m');
    await world.advance(60_000);
    assert.equal(await size(world), 4);
    assert.ok(conditionsOf(await autoscaler(world)).includes('AbleToScale=True ScaleDownStabilized'));
    await world.advance(400_000);
    await use(world, '10m');
    await world.advance(15_000);
    assert.equal(await size(world), 1);
  });

  it('keeps to its bounds before it measures', async () => {
    await using world = await openControllersWorld();
    await world.declare(shop(1), scaler({ minReplicas: 3 }));
    await world.rest();
    assert.equal(await size(world), 3);
    await world.declare(shop(7), scaler({ minReplicas: 1, maxReplicas: 5 }));
    await world.advance(15_000);
    assert.equal(await size(world), 5);
  });

  it('says what it cannot measure, and leaves the number as it is', async () => {
    await using world = await openControllersWorld();
    await world.declare(shop(2), scaler());
    await world.rest();
    assert.equal(await size(world), 2);
    const { status } = await autoscaler(world);
    assert.deepEqual(status?.currentMetrics, [{ type: '' }]);
    const active = status?.conditions?.find(({ type }) => type === 'ScalingActive');
    assert.equal(active?.reason, 'FailedGetResourceMetric');
    const why =
      'failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)';
    assert.equal(active?.message, `the HPA was unable to compute the replica count: ${why}`);
    const warnings = (await world.eventsOf('shop')).filter((line) => line.startsWith('Warning'));
    assert.deepEqual(warnings.toSorted(), [
      `Warning FailedComputeMetricsReplicas invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${why}`,
      `Warning FailedGetResourceMetric ${why}`,
    ]);
  });

  it('says when its target is not there, or has been put to rest', async () => {
    await using world = await openControllersWorld();
    await world.declare(scaler());
    await world.rest();
    assert.deepEqual(conditionsOf(await autoscaler(world)), ['AbleToScale=False FailedGetScale']);
    assert.ok(
      (await world.eventsOf('shop')).includes('Warning FailedGetScale deployments.apps "shop" not found'),
    );
    await world.declare(shop(0));
    await world.advance(15_000);
    assert.deepEqual(conditionsOf(await autoscaler(world)), [
      'AbleToScale=True SucceededGetScale',
      'ScalingActive=False ScalingDisabled',
    ]);
  });

  it('goes by a number from outside, as a whole or for each pod', async () => {
    await using world = await openMeasured();
    await world.declare({
      apiVersion: 'external.metrics.k8s.io/v1beta1',
      kind: 'ExternalMetricValue',
      metadata: { name: 'a', namespace: 'default', labels: { queue: 'new' } },
      value: '30',
    } as never);
    const external = (target: object) => ({
      type: 'External',
      external: { metric: { name: 'orders', selector: { matchLabels: { queue: 'new' } } }, target },
    });
    await world.declare(scaler({ metrics: [external({ type: 'AverageValue', averageValue: '10' })] }));
    await world.rest();
    assert.equal(await size(world), 3);
    assert.ok(
      (await world.eventsOf('shop')).includes(
        'Normal SuccessfulRescale New size: 3; reason: external metric orders(&LabelSelector{MatchLabels:map[string]string{queue: new,},MatchExpressions:[]LabelSelectorRequirement{},}) above target',
      ),
    );
    await world.declare(scaler({ metrics: [external({ type: 'Value', value: '15' })] }));
    await world.advance(15_000);
    assert.equal(await size(world), 6);
    const [metric] = (await autoscaler(world)).status?.currentMetrics ?? [];
    assert.deepEqual(metric?.external, {
      metric: { name: 'orders', selector: { matchLabels: { queue: 'new' } } },
      current: { value: '30' },
    });
  });

  it('does not share its pods with another', async () => {
    await using world = await openMeasured();
    await use(world, '50m');
    await world.declare(scaler());
    await world.rest();
    await world.declare(scaler({}, 'other'));
    await world.advance(15_000);
    for (const { status } of await world.all(horizontalPodAutoscalers)) {
      const active = status?.conditions?.find(({ type }) => type === 'ScalingActive');
      assert.equal(active?.reason, 'AmbiguousSelector');
      assert.equal(
        active?.message,
        'pods by selector app=shop are controlled by multiple HPAs: [default/other default/shop]',
      );
    }
  });
});
