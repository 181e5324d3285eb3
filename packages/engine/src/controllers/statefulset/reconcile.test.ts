import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  controllerOf,
  controllerRevisions,
  type Pod,
  persistentVolumeClaims,
  pods,
  type StatefulSet,
  statefulSets,
} from '@fairlead/kube';
import { behaviour } from '../kubelet.fixture.ts';
import { type ControllersWorld, openControllersWorld } from '../world.fixture.ts';

const web = (spec: object = {}, template: { image?: string; behaves?: string } = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas: 3,
    serviceName: 'web',
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: {
        labels: { app: 'web' },
        annotations: { [behaviour]: template.behaves ?? 'serve' },
      },
      spec: { containers: [{ name: 'app', image: template.image ?? 'web:1' }] },
    },
    ...spec,
  },
});

const data = {
  volumeClaimTemplates: [
    {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
  ],
};

const volume = (name: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name },
  spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: `/data/${name}` } },
});

const set = (world: ControllersWorld): Promise<StatefulSet> => world.one(statefulSets, 'web');

/** Pods and what they run: `web-0=web:1 web-1=web:1`. */
async function running(world: ControllersWorld): Promise<string> {
  const shown = ({ metadata, spec }: Pod): string => `${metadata.name}=${spec.containers[0]?.image}`;
  return (await world.all(pods)).map(shown).toSorted().join(' ');
}

const claims = async (world: ControllersWorld): Promise<readonly string[]> =>
  (await world.all(persistentVolumeClaims))
    .map((claim) => `${claim.metadata.name} ${controllerOf(claim)?.name ?? '-'}`)
    .toSorted();

const created = async (world: ControllersWorld): Promise<readonly string[]> =>
  (await world.eventsOf('web')).filter((line) => line.includes('SuccessfulCreate')).toSorted();

describe('a StatefulSet', () => {
  it('makes its pods in order, each with a name of its own, and says so', async () => {
    await using world = await openControllersWorld();
    await world.declare(web());
    await world.rest();

    assert.equal(await running(world), 'web-0=web:1 web-1=web:1 web-2=web:1');
    const [revision] = await world.all(controllerRevisions);
    const name = revision?.metadata.name ?? '';
    assert.deepEqual((await set(world)).status, {
      observedGeneration: 1,
      replicas: 3,
      readyReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      availableReplicas: 3,
      currentRevision: name,
      updateRevision: name,
      collisionCount: 0,
    });
    const { metadata, spec } = await world.one(pods, 'web-1');
    assert.deepEqual(metadata.labels, {
      app: 'web',
      'apps.kubernetes.io/pod-index': '1',
      'controller-revision-hash': name,
      'statefulset.kubernetes.io/pod-name': 'web-1',
    });
    assert.deepEqual([spec.hostname, spec.subdomain], ['web-1', 'web']);
    assert.deepEqual(
      await created(world),
      [0, 1, 2].map((n) => `Normal SuccessfulCreate create Pod web-${n} in StatefulSet web successful`),
    );
  });

  it('makes none before the one before it is ready; a parallel one makes all', async () => {
    await using world = await openControllersWorld();
    await world.declare(web({}, { behaves: 'never-ready' }));
    await world.rest();
    assert.equal(await running(world), 'web-0=web:1');

    const parallel = web({ podManagementPolicy: 'Parallel' }, { behaves: 'never-ready' });
    await world.declare({ ...parallel, metadata: { name: 'all', namespace: 'default' } });
    await world.rest();
    assert.equal(await running(world), 'all-0=web:1 all-1=web:1 all-2=web:1 web-0=web:1');
  });

  it('waits as long as a pod must be ready', async () => {
    await using world = await openControllersWorld();
    await world.declare(web({ replicas: 2, minReadySeconds: 30 }));
    await world.rest();
    assert.equal(await running(world), 'web-0=web:1');
    await world.advance(30_000);
    assert.equal(await running(world), 'web-0=web:1 web-1=web:1');
    assert.equal((await set(world)).status?.availableReplicas, 1);
    await world.advance(30_000);
    assert.equal((await set(world)).status?.availableReplicas, 2);
  });

  it('updates from the highest down, and keeps the history to come back', async () => {
    await using world = await openControllersWorld();
    await world.declare(web());
    await world.rest();
    await world.declare(web({}, { image: 'web:2' }));
    await world.rest();
    assert.equal(await running(world), 'web-0=web:2 web-1=web:2 web-2=web:2');
    const { currentRevision, updateRevision } = (await set(world)).status ?? {};
    assert.equal(currentRevision, updateRevision);

    await world.declare(web());
    await world.rest();
    const history = (await world.all(controllerRevisions)).map(({ revision }) => String(revision));
    assert.deepEqual(history.toSorted(), ['2', '3']);
    assert.equal(await running(world), 'web-0=web:1 web-1=web:1 web-2=web:1');
  });

  it('stops an update at the first pod that does not become ready', async () => {
    await using world = await openControllersWorld();
    await world.declare(web());
    await world.rest();
    await world.declare(web({}, { image: 'web:2', behaves: 'never-ready' }));
    await world.rest();
    assert.equal(await running(world), 'web-0=web:1 web-1=web:1 web-2=web:2');
    const { currentReplicas, updatedReplicas, readyReplicas } = (await set(world)).status ?? {};
    assert.deepEqual([currentReplicas, updatedReplicas, readyReplicas], [2, 1, 2]);
  });

  it('leaves what is below the partition, also when it has to be made again', async () => {
    await using world = await openControllersWorld();
    await world.declare(web());
    await world.rest();
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 2 } };
    await world.declare(web({ updateStrategy }, { image: 'web:2' }));
    await world.rest();
    assert.equal(await running(world), 'web-0=web:1 web-1=web:1 web-2=web:2');
    await world.client.resource(pods).delete({ namespace: 'default', name: 'web-0' });
    await world.rest();
    assert.equal(await running(world), 'web-0=web:1 web-1=web:1 web-2=web:2');
  });

  it('OnDelete: the new template comes only to pods that somebody deletes', async () => {
    await using world = await openControllersWorld();
    const updateStrategy = { type: 'OnDelete' };
    await world.declare(web({ updateStrategy }));
    await world.rest();
    await world.declare(web({ updateStrategy }, { image: 'web:2' }));
    await world.rest();
    await world.client.resource(pods).delete({ namespace: 'default', name: 'web-1' });
    await world.rest();
    assert.equal(await running(world), 'web-0=web:1 web-1=web:2 web-2=web:1');
  });

  it('takes the highest away first, and can begin at another number', async () => {
    await using world = await openControllersWorld();
    await world.declare(web({ replicas: 4 }));
    await world.rest();
    await world.declare(web({ replicas: 2, ordinals: { start: 1 } }));
    await world.rest();
    assert.equal(await running(world), 'web-1=web:1 web-2=web:1');
    const gone = (await world.eventsOf('web'))
      .filter((line) => line.includes('SuccessfulDelete'))
      .map((line) => line.split(' ')[4] ?? '');
    assert.deepEqual(gone.toSorted(), ['web-0', 'web-3']);
  });

  it('makes a pod again that has ended, and one that was deleted', async () => {
    await using world = await openControllersWorld();
    await world.declare(web({ replicas: 2 }));
    await world.rest();
    const before = await world.one(pods, 'web-0');
    await world.client
      .resource(pods)
      .status.patch(before.metadata, { type: 'merge', body: { status: { phase: 'Failed' } } });
    await world.rest();
    const after = await world.one(pods, 'web-0');
    assert.notEqual(after.metadata.uid, before.metadata.uid);
    assert.equal(after.status?.phase, 'Running');
  });

  it('keeps the claims of its pods, unless told otherwise', async () => {
    await using world = await openControllersWorld();
    await world.declare(volume('v0'), volume('v1'), volume('v2'), volume('v3'));
    await world.declare(web({ replicas: 2, ...data }));
    await world.rest();
    assert.deepEqual(await claims(world), ['data-web-0 -', 'data-web-1 -']);
    const { metadata, spec } = await world.one(persistentVolumeClaims, 'data-web-0');
    assert.deepEqual([metadata.labels, spec.resources?.requests?.storage], [{ app: 'web' }, '1Gi']);
    assert.ok(
      (await created(world)).includes(
        'Normal SuccessfulCreate create Claim data-web-1 Pod web-1 in StatefulSet web success',
      ),
    );

    await world.declare(web({ replicas: 1, ...data }));
    await world.rest();
    assert.deepEqual(await claims(world), ['data-web-0 -', 'data-web-1 -']);

    const persistentVolumeClaimRetentionPolicy = { whenDeleted: 'Delete', whenScaled: 'Delete' };
    await world.declare(web({ replicas: 2, ...data, persistentVolumeClaimRetentionPolicy }));
    await world.rest();
    assert.deepEqual(await claims(world), ['data-web-0 web', 'data-web-1 web']);
    await world.declare(web({ replicas: 1, ...data, persistentVolumeClaimRetentionPolicy }));
    await world.rest();
    assert.deepEqual(await claims(world), ['data-web-0 web']);
    await world.client.resource(statefulSets).delete({ namespace: 'default', name: 'web' });
    await world.rest();
    assert.deepEqual(await claims(world), []);
  });

  it('adopts what is named like one of its pods, and lets go what no longer bears its labels', async () => {
    await using world = await openControllersWorld();
    const orphan = (name: string) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default', labels: { app: 'web' } },
      spec: { containers: [{ name: 'app', image: 'web:0' }] },
    });
    await world.declare(
      orphan('web-0'),
      orphan('other-0'),
      web({ replicas: 1, updateStrategy: { type: 'OnDelete' } }),
    );
    await world.rest();
    assert.equal(controllerOf(await world.one(pods, 'web-0'))?.name, 'web');
    assert.equal(controllerOf(await world.one(pods, 'other-0')), undefined);
    assert.equal(
      (await world.one(pods, 'web-0')).metadata.labels?.['statefulset.kubernetes.io/pod-name'],
      'web-0',
    );
  });

  it('restores a status that somebody wiped', async () => {
    await using world = await openControllersWorld();
    await world.declare(web());
    await world.rest();
    const { status, metadata } = await set(world);
    const counts = { currentReplicas: null, updatedReplicas: null, readyReplicas: null };
    const body = { status: { ...counts, replicas: 0, availableReplicas: 0, updateRevision: null } };
    await world.client.resource(statefulSets).status.patch(metadata, { type: 'merge', body });
    await world.rest();
    assert.deepEqual((await set(world)).status, status);
  });

  it('leaves nothing behind when it is deleted', async () => {
    await using world = await openControllersWorld();
    await world.declare(web());
    await world.rest();
    await world.client.resource(statefulSets).delete({ namespace: 'default', name: 'web' });
    await world.rest();
    assert.deepEqual([await world.all(controllerRevisions), await world.all(pods)], [[], []]);
  });
});
