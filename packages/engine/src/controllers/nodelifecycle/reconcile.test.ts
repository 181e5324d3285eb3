import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Node, nodes, type Pod, pods } from '@fairlead/kube';
import { isReady } from '../pods/state.ts';
import { conditionsOf, type ControllersWorld, openControllersWorld } from '../world.fixture.ts';
import { patience } from './signs.ts';

const node = (name: string, ready: string | undefined, labels: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/os': 'linux', ...labels } },
  status: {
    allocatable: { cpu: '4', memory: '8Gi', pods: '110' },
    ...(ready === undefined
      ? {}
      : { conditions: [{ type: 'Ready', status: ready, lastTransitionTime: '2026-01-01T00:00:00Z' }] }),
  },
});

const shop = (tolerations: object[] = []) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'shop', namespace: 'default' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'shop' } },
    template: {
      metadata: { labels: { app: 'shop' } },
      spec: { nodeSelector: { here: 'yes' }, tolerations, containers: [{ name: 'app', image: 'shop:1' }] },
    },
  },
});

/** `not-ready:NoSchedule`, sorted. */
async function taints(world: ControllersWorld, name: string): Promise<readonly string[]> {
  const { spec }: Node = await world.client.resource(nodes).get({ name });
  return (spec?.taints ?? []).map(({ key, effect }) => `${key.split('/')[1]}:${effect}`).toSorted();
}

const where = async (world: ControllersWorld): Promise<readonly string[]> =>
  (await world.all(pods))
    .filter((pod: Pod) => pod.metadata.deletionTimestamp === undefined)
    .map(({ spec }) => spec.nodeName ?? '');

describe('a node', () => {
  it('is kept free of pods while it is not ready, under pressure, or set aside', async () => {
    await using world = await openControllersWorld();
    await world.declare(node('two', 'False'));
    await world.rest();
    assert.deepEqual(await taints(world, 'two'), ['not-ready:NoExecute', 'not-ready:NoSchedule']);
    await world.declare(node('two', 'True'));
    await world.rest();
    assert.deepEqual(await taints(world, 'two'), []);

    const conditions = [
      { type: 'Ready', status: 'True' },
      { type: 'DiskPressure', status: 'True' },
      { type: 'NetworkUnavailable', status: 'False' },
    ];
    await world.client
      .resource(nodes)
      .status.patch({ name: 'two' }, { type: 'merge', body: { status: { conditions } } });
    await world.client
      .resource(nodes)
      .patch({ name: 'two' }, { type: 'merge', body: { spec: { unschedulable: true } } });
    await world.rest();
    assert.deepEqual(await taints(world, 'two'), ['disk-pressure:NoSchedule', 'unschedulable:NoSchedule']);
  });

  it('is greeted, has its labels under their older names too, and is missed when it goes', async () => {
    await using world = await openControllersWorld();
    await world.declare(node('two', 'True'));
    await world.rest();
    const { metadata } = await world.client.resource(nodes).get({ name: 'two' });
    assert.equal(metadata.labels?.['beta.kubernetes.io/os'], 'linux');
    await world.client.resource(nodes).delete({ name: 'two' });
    await world.rest();
    assert.deepEqual((await world.eventsOf('two')).toSorted(), [
      'Normal RegisteredNode Node two event: Registered Node two in Controller',
      'Normal RemovingNode Node two event: Removing Node two from Controller',
    ]);
  });

  it('that falls silent is not known any more, and its pods are not sent requests', async () => {
    await using world = await openControllersWorld(patience);
    await world.declare(node('one', 'True', { here: 'yes' }), node('two', 'True'), shop());
    await world.rest();
    assert.equal((await world.all(pods)).filter(isReady).length, 2);
    await world.advance(49_000);
    await world.client.resource(nodes).status.patch(
      { name: 'two' },
      {
        type: 'merge',
        body: {
          status: {
            conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: '2026-01-01T00:00:49Z' }],
          },
        },
      },
    );
    await world.rest();
    await world.advance(1000);
    const one = await world.client.resource(nodes).get({ name: 'one' });
    assert.ok(conditionsOf(one).includes('Ready=Unknown NodeStatusUnknown'));
    assert.ok(conditionsOf(one).includes('MemoryPressure=Unknown NodeStatusNeverUpdated'));
    assert.deepEqual(await taints(world, 'one'), ['unreachable:NoExecute', 'unreachable:NoSchedule']);
    assert.deepEqual(await taints(world, 'two'), []);
    assert.equal((await world.all(pods)).filter(isReady).length, 0);
    assert.ok(
      (await world.eventsOf('one')).includes('Normal NodeNotReady Node one status is now: NodeNotReady'),
    );
  });

  it('loses its pods after the time that they tolerate, unless no node at all answers', async () => {
    await using world = await openControllersWorld();
    await world.declare(node('one', 'True', { here: 'yes' }), node('two', 'True', { here: 'yes' }));
    await world.rest();
    await world.declare(shop());
    await world.rest();
    assert.deepEqual((await where(world)).toSorted(), ['one', 'two']);
    await world.declare(node('one', 'False', { here: 'yes' }));
    await world.rest();
    await world.advance(299_000);
    assert.deepEqual((await where(world)).toSorted(), ['one', 'two']);
    await world.advance(1000);
    assert.deepEqual(await where(world), ['two', 'two']);

    await world.declare(node('two', 'False', { here: 'yes' }));
    await world.rest();
    assert.deepEqual(await taints(world, 'one'), ['not-ready:NoSchedule']);
    assert.deepEqual(await taints(world, 'two'), ['not-ready:NoSchedule']);
    for (let minutes = 0; minutes < 60; minutes += 4) await world.advance(240_000);
    assert.deepEqual(await where(world), ['two', 'two']);
  });

  it('of the same zone falls after the others, not with them', async () => {
    await using world = await openControllersWorld();
    await world.declare(
      node('one', 'True'),
      node('two', 'True'),
      node('three', 'True'),
      node('four', 'True'),
    );
    await world.rest();
    await world.declare(node('two', 'False'), node('three', 'False'));
    await world.rest();
    const driven = async (): Promise<number> => {
      const all = await Promise.all(['two', 'three'].map((name) => taints(world, name)));
      return all.filter((each) => each.includes('not-ready:NoExecute')).length;
    };
    assert.equal(await driven(), 1);
    await world.advance(10_000);
    assert.equal(await driven(), 2);
  });
});

describe('a taint that drives pods away', () => {
  it('takes at once what does not tolerate it, and what tolerates it for a while after that', async () => {
    await using world = await openControllersWorld();
    const key = 'example.com/fire';
    const pod = (name: string, toleration: object[]) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default' },
      spec: { tolerations: toleration, containers: [{ name: 'app', image: 'a' }] },
    });
    await world.declare(
      pod('never', []),
      pod('short', [{ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 }]),
      pod('always', [{ key, operator: 'Exists' }]),
    );
    await world.rest();
    const names = async () => (await world.all(pods)).map(({ metadata }) => metadata.name);
    const taint = (list: object[] | null) =>
      world.client
        .resource(nodes)
        .patch({ name: 'one' }, { type: 'merge', body: { spec: { taints: list } } });
    await taint([{ key, effect: 'NoExecute' }]);
    await world.rest();
    assert.deepEqual(await names(), ['always', 'short']);
    await taint(null);
    await world.advance(60_000);
    assert.deepEqual(await names(), ['always', 'short']);
    assert.ok(
      (await world.eventsOf('short')).includes(
        'Normal TaintManagerEviction Cancelling deletion of Pod default/short',
      ),
    );
    await taint([{ key, effect: 'NoExecute' }]);
    await world.rest();
    await world.advance(30_000);
    assert.deepEqual(await names(), ['always']);
    assert.ok(
      (await world.eventsOf('never')).includes(
        'Normal TaintManagerEviction Marking for deletion Pod default/never',
      ),
    );
  });
});
