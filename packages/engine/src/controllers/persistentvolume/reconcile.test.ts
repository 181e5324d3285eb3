import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { persistentVolumeClaims, persistentVolumes, pods } from '@fairlead/kube';
import { type ControllersWorld, openControllersWorld } from '../world.fixture.ts';

const claim = (spec: object = {}, name = 'data') => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace: 'default' },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'slow',
    resources: { requests: { storage: '2Gi' } },
    ...spec,
  },
});

const volume = (name: string, storage: string, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name, labels: { name } },
  spec: {
    capacity: { storage },
    accessModes: ['ReadWriteOnce', 'ReadOnlyMany'],
    storageClassName: 'slow',
    hostPath: { path: `/data/${name}` },
    ...spec,
  },
});

const storageClass = (volumeBindingMode: string, provisioner = 'kubernetes.io/no-provisioner') => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'slow' },
  provisioner,
  volumeBindingMode,
});

const user = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'user', namespace: 'default' },
  spec: {
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
    containers: [{ name: 'app', image: 'a' }],
  },
};

const node = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': name } },
  status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110' } },
});

const onNode = (name: string) => ({
  nodeAffinity: {
    required: {
      nodeSelectorTerms: [
        { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [name] }] },
      ],
    },
  },
});

/** `data Bound to big`, `big Bound`, sorted. */
async function shown(world: ControllersWorld): Promise<readonly string[]> {
  const claims = (await world.all(persistentVolumeClaims)).map(
    ({ metadata, spec, status }) => `${metadata.name} ${status?.phase} to ${spec.volumeName ?? '-'}`,
  );
  const { items } = await world.client.resource(persistentVolumes).list();
  return [...claims, ...items.map(({ metadata, status }) => `${metadata.name} ${status?.phase}`)].toSorted();
}

describe('a claim on storage', () => {
  it('gets the smallest volume that is large enough, of its class and its modes', async () => {
    await using world = await openControllersWorld();
    await world.declare(
      volume('small', '1Gi'),
      volume('big', '5Gi'),
      volume('right', '3Gi'),
      volume('other', '2Gi', { storageClassName: 'fast' }),
      volume('shared', '2Gi', { accessModes: ['ReadOnlyMany'] }),
      claim(),
    );
    await world.rest();
    assert.deepEqual(await shown(world), [
      'big Available',
      'data Bound to right',
      'other Available',
      'right Bound',
      'shared Available',
      'small Available',
    ]);
    const { metadata, status } = await world.one(persistentVolumeClaims, 'data');
    assert.equal(metadata.annotations?.['pv.kubernetes.io/bind-completed'], 'yes');
    assert.deepEqual(
      [status?.capacity, status?.accessModes],
      [{ storage: '3Gi' }, ['ReadWriteOnce', 'ReadOnlyMany']],
    );
  });

  it('waits, says why, and takes what comes; two never get the same', async () => {
    await using world = await openControllersWorld();
    await world.declare(claim({ storageClassName: '' }), claim({ storageClassName: '' }, 'more'));
    await world.rest();
    assert.deepEqual(await shown(world), ['data Pending to -', 'more Pending to -']);
    assert.deepEqual(await world.eventsOf('data'), [
      'Normal FailedBinding no persistent volumes available for this claim and no storage class is set',
    ]);
    await world.declare(volume('one', '2Gi', { storageClassName: '' }));
    await world.rest();
    assert.equal((await shown(world)).filter((line) => line.includes('Bound to one')).length, 1);
  });

  it('gets the volume that is kept for it, and the one that it names', async () => {
    await using world = await openControllersWorld();
    const claimRef = { namespace: 'default', name: 'data' };
    await world.declare(volume('kept', '9Gi', { claimRef }), volume('named', '9Gi'), volume('small', '2Gi'));
    await world.rest();
    await world.declare(claim(), claim({ volumeName: 'named' }, 'more'));
    await world.rest();
    assert.deepEqual(await shown(world), [
      'data Bound to kept',
      'kept Bound',
      'more Bound to named',
      'named Bound',
      'small Available',
    ]);
  });

  it('leaves its volume behind when it goes, and is lost when the volume goes', async () => {
    await using world = await openControllersWorld();
    await world.declare(volume('one', '2Gi'), claim());
    await world.rest();
    await world.client.resource(persistentVolumeClaims).delete({ namespace: 'default', name: 'data' });
    await world.rest();
    assert.deepEqual(await shown(world), ['one Released']);

    await world.declare(volume('two', '2Gi'), claim({}, 'more'));
    await world.rest();
    const body = { metadata: { finalizers: null } };
    await world.client.resource(persistentVolumes).patch({ name: 'two' }, { type: 'merge', body });
    await world.client.resource(persistentVolumes).delete({ name: 'two' });
    await world.rest();
    assert.deepEqual(await shown(world), ['more Lost to two', 'one Released']);
    assert.ok((await world.eventsOf('more')).some((line) => line.startsWith('Warning ClaimLost')));
  });

  it('says who is to make its volume', async () => {
    await using world = await openControllersWorld();
    await world.declare(storageClass('Immediate', 'example.com/disks'), claim());
    await world.rest();
    const { metadata } = await world.one(persistentVolumeClaims, 'data');
    assert.equal(metadata.annotations?.['volume.kubernetes.io/storage-provisioner'], 'example.com/disks');
    assert.match(
      (await world.eventsOf('data')).join(),
      /Normal ExternalProvisioning Waiting for a volume to be created/,
    );
  });
});

describe('a pod with a claim', () => {
  it('waits until the claim is bound', async () => {
    await using world = await openControllersWorld();
    await world.declare(storageClass('Immediate'), claim(), user);
    await world.rest();
    const why = (await world.one(pods, 'user')).status?.conditions?.find(
      ({ type }) => type === 'PodScheduled',
    );
    assert.equal(why?.message, '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.');
    await world.declare(volume('one', '2Gi'));
    await world.rest();
    assert.equal((await world.one(pods, 'user')).spec.nodeName, 'one');
  });

  it('goes where its volume is', async () => {
    await using world = await openControllersWorld();
    await world.declare(
      node('two'),
      volume('far', '2Gi', onNode('two')),
      storageClass('Immediate'),
      claim(),
      user,
    );
    await world.rest();
    assert.equal((await world.one(pods, 'user')).spec.nodeName, 'two');
  });

  it('decides which volume a claim gets that waits for it', async () => {
    await using world = await openControllersWorld();
    await world.declare(node('two'), storageClass('WaitForFirstConsumer'), claim());
    await world.declare(volume('near', '2Gi', onNode('one')), volume('far', '2Gi', onNode('two')));
    await world.rest();
    assert.deepEqual(await shown(world), ['data Pending to -', 'far Available', 'near Available']);
    assert.match(
      (await world.eventsOf('data')).join(),
      /WaitForFirstConsumer waiting for first consumer to be created before binding/,
    );
    const chooser = { ...user, spec: { ...user.spec, nodeSelector: { 'kubernetes.io/hostname': 'two' } } };
    await world.declare(chooser);
    await world.rest();
    assert.deepEqual(await shown(world), ['data Bound to far', 'far Bound', 'near Available']);
    assert.equal((await world.one(pods, 'user')).spec.nodeName, 'two');
  });

  it('has a volume made where it goes', async () => {
    await using world = await openControllersWorld();
    await world.declare(storageClass('WaitForFirstConsumer', 'example.com/disks'), claim(), user);
    await world.rest();
    const { metadata } = await world.one(persistentVolumeClaims, 'data');
    assert.equal(metadata.annotations?.['volume.kubernetes.io/selected-node'], 'one');
    const { uid = '' } = metadata;
    await world.declare(volume('made', '2Gi', { claimRef: { namespace: 'default', name: 'data', uid } }));
    await world.rest();
    assert.equal((await world.one(pods, 'user')).spec.nodeName, 'one');
  });

  it('says which claim is not there', async () => {
    await using world = await openControllersWorld();
    await world.declare(user);
    await world.rest();
    const why = (await world.one(pods, 'user')).status?.conditions?.find(
      ({ type }) => type === 'PodScheduled',
    );
    assert.equal(why?.message, '0/1 nodes are available: persistentvolumeclaim "data" not found.');
  });
});
