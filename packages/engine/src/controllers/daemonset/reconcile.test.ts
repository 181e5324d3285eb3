import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  controllerOf,
  controllerRevisions,
  type DaemonSet,
  daemonSets,
  nodes,
  type Pod,
  pods,
} from '@fairlead/kube';
import { behaviour } from '../kubelet.fixture.ts';
import { isActive, isReady } from '../pods/state.ts';
import { type ControllersWorld, openControllersWorld } from '../world.fixture.ts';

const agent = (spec: object = {}, template: { image?: string; behaves?: string; spec?: object } = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'agent', namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: 'agent' } },
    template: {
      metadata: { labels: { app: 'agent' }, annotations: { [behaviour]: template.behaves ?? 'serve' } },
      spec: { containers: [{ name: 'app', image: template.image ?? 'agent:1' }], ...template.spec },
    },
    ...spec,
  },
});

const node = (name: string, given: { labels?: object; taints?: object[] } = {}) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': name, ...given.labels } },
  spec: { taints: given.taints ?? [] },
  status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110' } },
});

const set = (world: ControllersWorld): Promise<DaemonSet> => world.one(daemonSets, 'agent');

/** Where what runs: `one=agent:1 two=agent:1`. */
async function placed(world: ControllersWorld): Promise<string> {
  const shown = ({ spec }: Pod): string => `${spec.nodeName}=${spec.containers[0]?.image}`;
  return (await world.all(pods)).filter(isActive).map(shown).toSorted().join(' ');
}

async function openThree(): Promise<ControllersWorld> {
  const world = await openControllersWorld();
  await world.declare(node('two'), node('three'));
  await world.rest();
  return world;
}

describe('a DaemonSet', () => {
  it('has a pod on every node, placed by the scheduler, and says so', async () => {
    await using world = await openThree();
    await world.declare(agent());
    await world.rest();
    assert.equal(await placed(world), 'one=agent:1 three=agent:1 two=agent:1');
    assert.deepEqual((await set(world)).status, {
      currentNumberScheduled: 3,
      numberMisscheduled: 0,
      desiredNumberScheduled: 3,
      numberReady: 3,
      observedGeneration: 1,
      updatedNumberScheduled: 3,
      numberAvailable: 3,
    });
    const [pod] = await world.all(pods);
    const [revision] = await world.all(controllerRevisions);
    const hash = revision?.metadata.labels?.['controller-revision-hash'] ?? '';
    assert.equal(revision?.metadata.name, `agent-${hash}`);
    // Others compare what a revision holds byte by byte, with members in order of their names.
    assert.match(JSON.stringify(revision?.data), /^\{"spec":\{"template":\{"\$patch":"replace","metadata":/);
    assert.match(JSON.stringify(revision?.data), /"containers":\[\{"image":.*"name":/);
    assert.deepEqual(pod?.metadata.labels, {
      app: 'agent',
      'controller-revision-hash': hash,
      'pod-template-generation': '1',
    });
    assert.equal(
      pod?.spec.tolerations?.filter(({ key }) => key?.startsWith('node.kubernetes.io/')).length,
      6,
    );
    const told = await world.eventsOf('agent');
    assert.equal(told.filter((line) => line.includes('SuccessfulCreate Created pod: agent-')).length, 3);
  });

  it('comes to a new node, and goes where it is no longer wanted', async () => {
    await using world = await openControllersWorld();
    const template = { spec: { nodeSelector: { disk: 'fast' } } };
    await world.declare(agent({}, template), node('two', { labels: { disk: 'fast' } }));
    await world.rest();
    assert.equal(await placed(world), 'two=agent:1');
    await world.declare(
      node('three', { labels: { disk: 'fast' } }),
      node('two', { labels: { disk: 'slow' } }),
    );
    await world.rest();
    assert.equal(await placed(world), 'three=agent:1');
  });

  it('is not started on a tainted node; one that is there stays, unless it must not be there at all', async () => {
    await using world = await openThree();
    await world.declare(agent());
    await world.rest();
    const taint = (effect: string) => [{ key: 'own', value: 'x', effect }];
    await world.declare(
      node('two', { taints: taint('NoSchedule') }),
      node('four', { taints: taint('NoSchedule') }),
    );
    await world.rest();
    assert.equal(await placed(world), 'one=agent:1 three=agent:1 two=agent:1');
    const { desiredNumberScheduled, numberMisscheduled } = (await set(world)).status ?? {};
    assert.deepEqual([desiredNumberScheduled, numberMisscheduled], [2, 1]);
    await world.declare(node('two', { taints: taint('NoExecute') }));
    await world.rest();
    assert.equal(await placed(world), 'one=agent:1 three=agent:1');
  });

  it('updates node by node, and never leaves more of them without than allowed', async () => {
    await using world = await openThree();
    await world.declare(agent());
    await world.rest();
    let fewest = 3;
    world.cache.informer(pods).subscribe(() => {
      const ready = world.cache.informer(pods).list('default').filter(isActive).filter(isReady).length;
      fewest = Math.min(fewest, ready);
    });
    await world.declare(agent({}, { image: 'agent:2' }));
    await world.rest();
    assert.equal(await placed(world), 'one=agent:2 three=agent:2 two=agent:2');
    assert.equal(fewest, 2);
    assert.equal((await set(world)).status?.updatedNumberScheduled, 3);
    assert.equal((await world.all(controllerRevisions)).length, 2);
  });

  it('stops an update at the first pod that does not become ready', async () => {
    await using world = await openThree();
    await world.declare(agent());
    await world.rest();
    await world.declare(agent({}, { image: 'agent:2', behaves: 'never-ready' }));
    await world.rest();
    const { updatedNumberScheduled, numberAvailable, numberUnavailable } = (await set(world)).status ?? {};
    assert.deepEqual([updatedNumberScheduled, numberAvailable, numberUnavailable], [1, 2, 1]);
  });

  it('with a surge every node is served all the time', async () => {
    await using world = await openThree();
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
    await world.declare(agent({ updateStrategy }));
    await world.rest();
    let fewest = 3;
    let most = 3;
    world.cache.informer(pods).subscribe(() => {
      const active = world.cache.informer(pods).list('default').filter(isActive);
      fewest = Math.min(fewest, active.filter(isReady).length);
      most = Math.max(most, active.length);
    });
    await world.declare(agent({ updateStrategy }, { image: 'agent:2' }));
    await world.rest();
    assert.equal(await placed(world), 'one=agent:2 three=agent:2 two=agent:2');
    assert.deepEqual([fewest, most], [3, 4]);
  });

  it('OnDelete: the new template comes only to pods that somebody deletes', async () => {
    await using world = await openThree();
    const updateStrategy = { type: 'OnDelete' };
    await world.declare(agent({ updateStrategy }));
    await world.rest();
    await world.declare(agent({ updateStrategy }, { image: 'agent:2' }));
    await world.rest();
    const victim = (await world.all(pods)).find(({ spec }) => spec.nodeName === 'two');
    await world.client.resource(pods).delete(victim?.metadata ?? { name: '' });
    await world.rest();
    assert.equal(await placed(world), 'one=agent:1 three=agent:1 two=agent:2');
  });

  it('replaces a pod that failed, each time after a longer pause', async () => {
    await using world = await openControllersWorld();
    await world.declare(agent({}, { behaves: 'fail' }));
    await world.rest();
    const failures = async (): Promise<number> =>
      (await world.eventsOf('agent')).filter((line) => line.includes('Warning FailedDaemonPod')).length;
    assert.equal(await failures(), 1);
    await world.advance(1000);
    assert.equal(await failures(), 2);
    await world.advance(1000);
    assert.equal(await failures(), 2);
    await world.advance(1000);
    assert.equal(await failures(), 3);
  });

  it('takes a pod away that waits for a node that is gone', async () => {
    await using world = await openControllersWorld();
    await world.declare(node('two'));
    const full = { status: { allocatable: { pods: '0' } } };
    await world.client.resource(nodes).status.patch({ name: 'two' }, { type: 'merge', body: full });
    await world.declare(agent());
    await world.rest();
    assert.equal(await placed(world), 'one=agent:1 undefined=agent:1');
    await world.client.resource(nodes).delete({ name: 'two' });
    await world.rest();
    assert.equal(await placed(world), 'one=agent:1');
  });

  it('adopts what bears its labels, and leaves nothing behind when it is deleted', async () => {
    await using world = await openThree();
    await world.declare(agent());
    await world.rest();
    const name = { namespace: 'default', name: 'agent' };
    await world.client.resource(daemonSets).delete(name, { propagationPolicy: 'Orphan' });
    await world.rest();
    const before = (await world.all(pods)).map(({ metadata }) => metadata.uid);
    await world.declare(agent());
    await world.rest();
    const adopted = await world.all(pods);
    assert.deepEqual(
      adopted.map(({ metadata }) => metadata.uid),
      before,
    );
    assert.ok(adopted.every((pod) => controllerOf(pod)?.kind === 'DaemonSet'));
    assert.equal((await world.all(controllerRevisions)).length, 1);
    await world.client.resource(daemonSets).delete(name);
    await world.rest();
    assert.deepEqual([await world.all(controllerRevisions), await world.all(pods)], [[], []]);
  });
});
