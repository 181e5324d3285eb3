import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type PodDisruptionBudget, podDisruptionBudgets, pods } from '@fairlead/kube';
import { behaviour } from '../kubelet.fixture.ts';
import { conditionsOf, type ControllersWorld, openControllersWorld } from '../world.fixture.ts';

const budget = (spec: object) => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'shop', namespace: 'default' },
  spec: { selector: { matchLabels: { app: 'shop' } }, ...spec },
});

const template = (behaves: string) => ({
  metadata: { labels: { app: 'shop' }, annotations: { [behaviour]: behaves } },
  spec: { containers: [{ name: 'app', image: 'shop:1' }] },
});

const workload = (kind: string, replicas: number, behaves = 'serve') => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'shop', namespace: 'default' },
  spec: {
    ...(kind === 'DaemonSet' ? {} : { replicas }),
    selector: { matchLabels: { app: 'shop' } },
    template: template(behaves),
  },
});

const status = async (world: ControllersWorld): Promise<NonNullable<PodDisruptionBudget['status']>> => {
  const { status: said } = await world.one(podDisruptionBudgets, 'shop');
  assert.ok(said !== undefined);
  return said;
};

const counts = async (world: ControllersWorld) => {
  const { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods } = await status(world);
  return [disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods];
};

const evict = (world: ControllersWorld, name: string): Promise<unknown> =>
  world.client.json({
    method: 'POST',
    path: `/api/v1/namespaces/default/pods/${name}/eviction`,
    body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'default' } },
  });

describe('a PodDisruptionBudget', () => {
  const rows: readonly [string, object, string, readonly number[]][] = [
    ['a number that must be there', { minAvailable: 2 }, 'Deployment', [2, 4, 2, 4]],
    ['a share that must be there, rounded up', { minAvailable: '60%' }, 'Deployment', [1, 4, 3, 4]],
    ['a number that may be missing', { maxUnavailable: 1 }, 'StatefulSet', [1, 4, 3, 4]],
    ['a share that may be missing, rounded up', { maxUnavailable: '30%' }, 'ReplicaSet', [2, 4, 2, 4]],
  ];
  for (const [title, spec, kind, expected] of rows)
    it(`counts by ${title}`, async () => {
      await using world = await openControllersWorld();
      await world.declare(budget(spec), workload(kind, 4));
      await world.rest();
      assert.deepEqual(await counts(world), expected);
      assert.deepEqual(conditionsOf(await world.one(podDisruptionBudgets, 'shop')), [
        'DisruptionAllowed=True SufficientPods',
      ]);
    });

  it('allows nothing while not enough are healthy, nor without pods', async () => {
    await using world = await openControllersWorld();
    await world.declare(budget({ maxUnavailable: 0 }));
    await world.rest();
    assert.deepEqual(await counts(world), [0, 0, 0, 0]);
    assert.deepEqual(await world.eventsOf('shop'), ['Normal NoPods No matching pods found']);
    await world.declare(budget({ maxUnavailable: 1 }), workload('Deployment', 3, 'never-ready'));
    await world.rest();
    assert.deepEqual(await counts(world), [0, 0, 2, 3]);
    assert.deepEqual(conditionsOf(await world.one(podDisruptionBudgets, 'shop')), [
      'DisruptionAllowed=False InsufficientPods',
    ]);
  });

  it('lets as many pods be evicted as it says, and more when the next ones are there', async () => {
    await using world = await openControllersWorld();
    await world.declare(budget({ maxUnavailable: 1 }), workload('Deployment', 3, 'linger'));
    await world.rest();
    const [first, second] = await world.all(pods);
    await evict(world, first?.metadata.name ?? '');
    await assert.rejects(
      evict(world, second?.metadata.name ?? ''),
      /would violate the pod's disruption budget/,
    );
    await world.rest();
    assert.deepEqual(await counts(world), [1, 3, 2, 3]);
    assert.equal((await status(world)).disruptedPods, undefined);
    await evict(world, second?.metadata.name ?? '');
  });

  it('says when it cannot tell how many pods there should be', async () => {
    await using world = await openControllersWorld();
    await world.declare(budget({ maxUnavailable: 1 }), workload('DaemonSet', 0));
    await world.rest();
    const { conditions, disruptionsAllowed } = await status(world);
    assert.deepEqual(
      [conditions?.[0]?.reason, conditions?.[0]?.message, disruptionsAllowed],
      ['SyncFailed', 'daemonsets.apps does not implement the scale subresource', 0],
    );
  });

  it('tells of pods that belong to nobody', async () => {
    await using world = await openControllersWorld();
    const loose = { apiVersion: 'v1', kind: 'Pod', ...template('serve') };
    await world.declare(budget({ maxUnavailable: 1 }), {
      ...loose,
      metadata: { ...loose.metadata, name: 'a', namespace: 'default' },
    });
    await world.rest();
    const [told] = await world.eventsOf('shop');
    assert.match(
      told ?? '',
      /^Warning UnmanagedPods Pods selected by this PodDisruptionBudget \(selector: &LabelSelector\{MatchLabels:map\[string\]string\{app: shop,\},MatchExpressions:\[\]LabelSelectorRequirement\{\},\}\)/,
    );
  });

  it('no longer waits for the end of an evicted pod that does not come', async () => {
    await using world = await openControllersWorld();
    await world.declare(workload('Deployment', 2), budget({ maxUnavailable: 1 }));
    await world.rest();
    const [pod] = await world.all(pods);
    const name = pod?.metadata.name ?? '';
    const evicted = new Date(world.clock.now()).toISOString().replace('.000', '');
    const body = { status: { disruptedPods: { [name]: evicted } } };
    const shop = { namespace: 'default', name: 'shop' };
    await world.client.resource(podDisruptionBudgets).status.patch(shop, { type: 'merge', body });
    await world.rest();
    assert.deepEqual(await counts(world), [0, 1, 1, 2]);
    await world.advance(121_000);
    assert.deepEqual(await counts(world), [1, 2, 1, 2]);
    assert.equal((await world.eventsOf(name)).filter((line) => line.includes('NotDeleted')).length, 1);
  });
});

describe('the announcement of a disruption', () => {
  it('is taken back when nothing came of it', async () => {
    await using world = await openControllersWorld();
    await world.declare(workload('Deployment', 1));
    await world.rest();
    const [pod] = await world.all(pods);
    const announced = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'EvictionByEvictionAPI',
      lastTransitionTime: new Date(world.clock.now()).toISOString(),
    };
    const body = { status: { conditions: [...(pod?.status?.conditions ?? []), announced] } };
    await world.client.resource(pods).status.patch(pod?.metadata ?? { name: '' }, { type: 'merge', body });
    await world.rest();
    const said = async () =>
      (await world.all(pods))[0]?.status?.conditions?.find(({ type }) => type === 'DisruptionTarget')?.status;
    assert.equal(await said(), 'True');
    await world.advance(120_000);
    assert.equal(await said(), 'False');
  });
});
