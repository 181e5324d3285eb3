import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  controllerOf,
  type Deployment,
  deployments,
  pods,
  type ReplicaSet,
  replicaSets,
} from '@fairlead/kube';
import { conditionsOf, type ControllersWorld, openControllersWorld } from '../world.fixture.ts';
import { behaviour } from '../kubelet.fixture.ts';
import { isActive, isReady } from '../pods/state.ts';
import { setName } from './names.ts';

const shop = (spec: object = {}, template: { image?: string; behaves?: string } = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'shop', namespace: 'default' },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'shop' } },
    template: {
      metadata: {
        labels: { app: 'shop' },
        ...(template.behaves === undefined ? {} : { annotations: { [behaviour]: template.behaves } }),
      },
      spec: { containers: [{ name: 'app', image: template.image ?? 'shop:1' }] },
    },
    ...spec,
  },
});

const deployment = (world: ControllersWorld): Promise<Deployment> => world.one(deployments, 'shop');

/** Wanted sizes by image: `shop:1=0 shop:2=3`. */
async function sizes(world: ControllersWorld): Promise<string> {
  const sets = await world.all(replicaSets);
  const shown = ({ spec }: ReplicaSet): string =>
    `${spec.template.spec.containers[0]?.image}=${spec.replicas}`;
  return sets.map(shown).toSorted().join(' ');
}

describe('a Deployment', () => {
  it('brings up its pods and says so', async () => {
    await using world = await openControllersWorld();
    await world.declare(shop());
    await world.rest();

    const { status, metadata } = await deployment(world);
    const { conditions: _, ...counts } = status ?? {};
    assert.deepEqual(counts, {
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
    });
    assert.deepEqual(conditionsOf(await deployment(world)).toSorted(), [
      'Available=True MinimumReplicasAvailable',
      'Progressing=True NewReplicaSetAvailable',
    ]);
    assert.equal(metadata.annotations?.['deployment.kubernetes.io/revision'], '1');
    assert.equal(metadata.generation, 1);
    const [set] = await world.all(replicaSets);
    const hash = set?.metadata.labels?.['pod-template-hash'];
    assert.equal(set?.metadata.name, `shop-${hash}`);
    const made = await world.all(pods);
    assert.equal(made.length, 3);
    assert.ok(made.every(({ metadata: { labels } }) => labels?.['pod-template-hash'] === hash));
    assert.deepEqual(await world.eventsOf('shop'), [
      `Normal ScalingReplicaSet Scaled up replica set shop-${hash} from 0 to 3`,
    ]);
  });

  it('rolls out a new template, and back again under a new revision', async () => {
    await using world = await openControllersWorld();
    await world.declare(shop());
    await world.rest();
    await world.declare(shop({}, { image: 'shop:2' }));
    await world.rest();
    assert.equal(await sizes(world), 'shop:1=0 shop:2=3');
    assert.equal((await world.all(pods)).length, 3);

    await world.declare(shop());
    await world.rest();
    assert.equal(await sizes(world), 'shop:1=3 shop:2=0');
    const { metadata } = await deployment(world);
    assert.equal(metadata.annotations?.['deployment.kubernetes.io/revision'], '3');
    const sets = await world.all(replicaSets);
    const back = sets.find(({ spec }) => spec.replicas === 3);
    assert.equal(back?.metadata.annotations?.['deployment.kubernetes.io/revision-history'], '1');
  });

  it('counts on from the number of a set that it adopts, however large', async () => {
    await using world = await openControllersWorld();
    const { spec } = shop();
    const older = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: 'older',
        namespace: 'default',
        labels: { app: 'shop' },
        annotations: { 'deployment.kubernetes.io/revision': '3546343826724305832' },
      },
      spec: { replicas: 1, selector: spec.selector, template: spec.template },
    };
    await world.declare(older);
    await world.rest();
    await world.declare(shop({}, { image: 'shop:2' }));
    await world.rest();
    const { metadata } = await deployment(world);
    assert.equal(metadata.annotations?.['deployment.kubernetes.io/revision'], '3546343826724305833');
  });

  it('keeps what serves when the new template does not become ready, and says when it gives up', async () => {
    await using world = await openControllersWorld();
    await world.declare(shop({ progressDeadlineSeconds: 60 }));
    await world.rest();
    await world.declare(shop({ progressDeadlineSeconds: 60 }, { image: 'shop:2', behaves: 'never-ready' }));
    await world.rest();
    assert.equal(await sizes(world), 'shop:1=3 shop:2=1');
    assert.ok(conditionsOf(await deployment(world)).includes('Progressing=True ReplicaSetUpdated'));

    await world.advance(62_000);
    const stuck = await deployment(world);
    assert.ok(conditionsOf(stuck).includes('Progressing=False ProgressDeadlineExceeded'));
    assert.ok(conditionsOf(stuck).includes('Available=True MinimumReplicasAvailable'));
    assert.equal(stuck.status?.availableReplicas, 3);
  });

  it('follows the wanted number, also while paused, and rolls out only when resumed', async () => {
    await using world = await openControllersWorld();
    await world.declare(shop());
    await world.rest();
    await world.declare(shop({ paused: true, replicas: 5 }, { image: 'shop:2' }));
    await world.rest();
    assert.equal(await sizes(world), 'shop:1=5');
    assert.ok(conditionsOf(await deployment(world)).includes('Progressing=Unknown DeploymentPaused'));

    await world.declare(shop({ replicas: 5 }, { image: 'shop:2' }));
    await world.rest();
    assert.equal(await sizes(world), 'shop:1=0 shop:2=5');
    assert.ok(conditionsOf(await deployment(world)).includes('Progressing=True NewReplicaSetAvailable'));
  });

  it('Recreate: no new pod before the last old one has ended', async () => {
    await using world = await openControllersWorld();
    const strategy = { type: 'Recreate' };
    await world.declare(shop({ strategy }, { behaves: 'linger' }));
    await world.rest();
    await world.declare(shop({ strategy }, { image: 'shop:2' }));
    await world.rest();
    assert.equal(await sizes(world), 'shop:1=0');

    for (const { metadata } of await world.all(pods))
      await world.client.resource(pods).delete(metadata, { gracePeriodSeconds: 0 });
    await world.rest();
    assert.equal(await sizes(world), 'shop:1=0 shop:2=3');
  });

  it('keeps as many old sets as its history asks for', async () => {
    await using world = await openControllersWorld();
    for (const image of ['shop:1', 'shop:2', 'shop:3', 'shop:4']) {
      await world.declare(shop({ revisionHistoryLimit: 1 }, { image }));
      await world.rest();
    }
    assert.equal(await sizes(world), 'shop:3=0 shop:4=3');
  });

  it('restores a status that somebody wiped', async () => {
    await using world = await openControllersWorld();
    await world.declare(shop());
    await world.rest();
    const { metadata } = await deployment(world);
    const counts = { replicas: null, updatedReplicas: null, readyReplicas: null, availableReplicas: null };
    const body = { status: { ...counts, conditions: null } };
    await world.client.resource(deployments).status.patch(metadata, { type: 'merge', body });
    await world.rest();
    assert.equal((await deployment(world)).status?.availableReplicas, 3);
    assert.ok(conditionsOf(await deployment(world)).includes('Progressing=True NewReplicaSetAvailable'));
  });

  it('takes another name when its set’s name belongs to somebody else', async () => {
    await using world = await openControllersWorld();
    await world.declare(shop({ paused: true }));
    await world.rest();
    const name = setName(await deployment(world));
    const other = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name, namespace: 'default' },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'other' } },
        template: {
          metadata: { labels: { app: 'other' } },
          spec: { containers: [{ name: 'a', image: 'a' }] },
        },
      },
    };
    await world.declare(other, shop({ paused: false }));
    await world.rest();
    assert.equal((await deployment(world)).status?.collisionCount, 1);
    assert.equal((await deployment(world)).status?.availableReplicas, 3);
  });

  it('in a rolling update never has fewer ready pods than allowed, nor more pods in all', async () => {
    await using world = await openControllersWorld();
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: 1 } };
    await world.declare(shop({ replicas: 8, strategy }));
    await world.rest();
    let fewest = 8;
    let most = 8;
    const count = (): void => {
      const active = world.cache.informer(pods).list('default').filter(isActive);
      fewest = Math.min(fewest, active.filter(isReady).length);
      most = Math.max(most, active.length);
    };
    world.cache.informer(pods).subscribe(count);
    await world.declare(shop({ replicas: 8, strategy }, { image: 'shop:2' }));
    await world.rest();
    assert.equal(await sizes(world), 'shop:1=0 shop:2=8');
    assert.ok(fewest >= 7 && most <= 10, `between ${fewest} ready and ${most} pods`);
  });

  it('adopts the set that an orphaning deletion left, with its pods', async () => {
    await using world = await openControllersWorld();
    await world.declare(shop());
    await world.rest();
    const before = (await world.all(pods)).map(({ metadata }) => metadata.uid);
    const { metadata } = await deployment(world);
    await world.client.resource(deployments).delete(metadata, { propagationPolicy: 'Orphan' });
    await world.rest();
    assert.deepEqual((await world.all(replicaSets)).map(controllerOf), [undefined]);

    await world.declare(shop());
    await world.rest();
    assert.deepEqual(
      (await world.all(pods)).map((pod) => pod.metadata.uid),
      before,
    );
    assert.equal((await deployment(world)).status?.availableReplicas, 3);
  });

  it('leaves nothing behind when it is deleted', async () => {
    await using world = await openControllersWorld();
    await world.declare(shop());
    await world.rest();
    await world.client.resource(deployments).delete({ namespace: 'default', name: 'shop' });
    await world.rest();
    assert.deepEqual([await world.all(replicaSets), await world.all(pods)], [[], []]);
  });
});
