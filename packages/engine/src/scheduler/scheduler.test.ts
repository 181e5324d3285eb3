import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findCondition, type KubeObject, nodes, type Pod, pods } from '@fairlead/kube';
import { type ControllersWorld, openControllersWorld } from '../controllers/world.fixture.ts';

const pod = (name: string, cpu: string, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'app', image: 'a', resources: { requests: { cpu } } }], ...spec },
});

const get = (world: ControllersWorld, name: string): Promise<Pod> => world.one(pods, name);
const placed = async (world: ControllersWorld): Promise<readonly string[]> =>
  (await world.all(pods))
    .filter(({ spec }) => spec.nodeName !== undefined)
    .map(({ metadata }) => metadata.name);

describe('the scheduler', () => {
  it('gives a pod its node and tells of it', async () => {
    await using world = await openControllersWorld();
    await world.declare(pod('p', '100m'));
    await world.rest();
    const { spec, status } = await get(world, 'p');
    assert.equal(spec.nodeName, 'one');
    assert.equal(findCondition(status?.conditions, 'PodScheduled')?.status, 'True');
    assert.deepEqual(await world.eventsOf('p'), ['Normal Scheduled Successfully assigned default/p to one']);
  });

  it('never gives more than a node has, however many ask at once', async () => {
    await using world = await openControllersWorld();
    const names = Array.from({ length: 12 }, (_, index) => `p${index}`);
    await Promise.all(names.map((name) => world.client.resource(pods).create(pod(name, '900m'))));
    await world.rest();
    assert.equal((await placed(world)).length, 4);
  });

  it('says why a pod runs nowhere, once, and places it when there is room', async () => {
    await using world = await openControllersWorld();
    await world.declare(pod('big', '3'), pod('late', '2'));
    await world.rest();
    const message = '0/1 nodes are available: 1 Insufficient cpu.';
    const condition = findCondition((await get(world, 'late')).status?.conditions, 'PodScheduled');
    assert.deepEqual([condition?.reason, condition?.message], ['Unschedulable', message]);
    assert.deepEqual(await world.eventsOf('late'), [`Warning FailedScheduling ${message}`]);

    await world.client
      .resource(pods)
      .delete({ namespace: 'default', name: 'big' }, { gracePeriodSeconds: 0 });
    await world.rest();
    assert.deepEqual(await placed(world), ['late']);
  });

  it('places the more urgent pod first', async () => {
    await using world = await openControllersWorld();
    await world.client
      .resource(nodes)
      .patch({ name: 'one' }, { type: 'merge', body: { spec: { unschedulable: true } } });
    const metadata = { name: 'urgent' };
    await world.declare(
      { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata, value: 1000 } as KubeObject,
      pod('low', '3'),
      pod('high', '3', { priorityClassName: 'urgent' }),
    );
    await world.rest();
    assert.deepEqual(await placed(world), []);
    await world.client
      .resource(nodes)
      .patch({ name: 'one' }, { type: 'merge', body: { spec: { unschedulable: false } } });
    await world.rest();
    assert.deepEqual(await placed(world), ['high']);
  });

  it('leaves pods of other schedulers and gated ones alone', async () => {
    await using world = await openControllersWorld();
    await world.declare(
      pod('theirs', '1', { schedulerName: 'mine' }),
      pod('gated', '1', { schedulingGates: [{ name: 'example.com/wait' }] }),
    );
    await world.rest();
    assert.deepEqual(await placed(world), []);
    const body = { spec: { schedulingGates: [] } };
    await world.client.resource(pods).patch({ namespace: 'default', name: 'gated' }, { type: 'merge', body });
    await world.rest();
    assert.deepEqual(await placed(world), ['gated']);
  });
});
