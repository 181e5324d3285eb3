import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openFrontDoor } from '../testing/front-door.ts';

const pods = '/api/v1/namespaces/default/pods';
const classes = '/apis/scheduling.k8s.io/v1/priorityclasses';
const pod = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
});

describe('the priority of a pod', () => {
  test('is that of its class; without one that of the default class, or zero', async () => {
    await using door = await openFrontDoor();
    const plain = await door.post(pods, pod('plain'));
    assert.deepEqual(
      [plain.body.spec.priority, plain.body.spec.preemptionPolicy],
      [0, 'PreemptLowerPriority'],
    );
    const system = await door.post(pods, pod('system', { priorityClassName: 'system-cluster-critical' }));
    assert.equal(system.body.spec.priority, 2_000_000_000);
    const usual = { metadata: { name: 'usual' }, value: 7, globalDefault: true, preemptionPolicy: 'Never' };
    await door.post(classes, usual);
    const { spec } = (await door.post(pods, pod('silent'))).body;
    assert.deepEqual([spec.priorityClassName, spec.priority, spec.preemptionPolicy], ['usual', 7, 'Never']);
  });

  const refused: readonly (readonly [spec: object, why: string])[] = [
    [{ priorityClassName: 'none' }, 'no PriorityClass with name none was found'],
    [
      { priority: 5 },
      'the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
    ],
    [
      { preemptionPolicy: 'Never' },
      'the string value of PreemptionPolicy (Never) must not be provided in pod spec; priority admission controller computed PreemptLowerPriority from the given PriorityClass name',
    ],
  ];
  for (const [spec, why] of refused) {
    test(`is refused: ${why.slice(0, 45)}`, async () => {
      await using door = await openFrontDoor();
      const { status, body } = await door.post(pods, pod('p', spec));
      assert.deepEqual([status, body.message], [403, `pods "p" is forbidden: ${why}`]);
    });
  }

  test('has one default class at most', async () => {
    await using door = await openFrontDoor();
    const made = (name: string) => door.post(classes, { metadata: { name }, value: 1, globalDefault: true });
    await made('first');
    const { status, body } = await made('second');
    assert.equal(status, 403);
    assert.equal(
      body.message,
      'priorityclasses.scheduling.k8s.io "second" is forbidden: PriorityClass first is already marked as default. Only one default can exist',
    );
  });
});

test('A pod stays five minutes on a node in trouble, unless it says how long', async () => {
  await using door = await openFrontDoor();
  const own = {
    key: 'node.kubernetes.io/not-ready',
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 1,
  };
  const { body } = await door.post(pods, pod('p', { tolerations: [own] }));
  const added = { ...own, key: 'node.kubernetes.io/unreachable', tolerationSeconds: 300 };
  assert.deepEqual(body.spec.tolerations, [own, added]);
});

test('Claims and ingresses without a class get the newest default one', async () => {
  await using door = await openFrontDoor();
  const marked = (key: string, name: string) => ({ name, annotations: { [key]: 'true' } });
  const storage = 'storageclass.kubernetes.io/is-default-class';
  for (const name of ['b', 'a']) {
    await door.post('/apis/storage.k8s.io/v1/storageclasses', {
      metadata: marked(storage, name),
      provisioner: 'p',
    });
  }
  const ingress = 'ingressclass.kubernetes.io/is-default-class';
  await door.post('/apis/networking.k8s.io/v1/ingressclasses', {
    metadata: marked(ingress, 'edge'),
    spec: { controller: 'example.com/c' },
  });
  const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  const claims = '/api/v1/namespaces/default/persistentvolumeclaims';
  const silent = await door.post(claims, { metadata: { name: 'c' }, spec: claim });
  assert.equal(silent.body.spec.storageClassName, 'a', 'made in one second: by name');
  const none = await door.post(claims, { metadata: { name: 'd' }, spec: { ...claim, storageClassName: '' } });
  assert.equal(none.body.spec.storageClassName, '');
  const made = await door.post('/apis/networking.k8s.io/v1/namespaces/default/ingresses', {
    metadata: { name: 'i' },
    spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } } },
  });
  assert.equal(made.body.spec.ingressClassName, 'edge');
});

test('A claim grows only when it is bound and its class can give more', async () => {
  await using door = await openFrontDoor();
  const claims = '/api/v1/namespaces/default/persistentvolumeclaims';
  const sized = (storage: string) => ({ resources: { requests: { storage } } });
  await door.post('/apis/storage.k8s.io/v1/storageclasses', {
    metadata: { name: 'rubber' },
    provisioner: 'p',
    allowVolumeExpansion: true,
  });
  for (const [name, storageClassName] of [
    ['c', 'rubber'],
    ['d', 'glass'],
  ]) {
    const spec = { accessModes: ['ReadWriteOnce'], storageClassName, ...sized('1Gi') };
    await door.post(claims, { metadata: { name }, spec });
  }
  const grow = (name: string) => door.patch(`${claims}/${name}`, { spec: sized('2Gi') });
  // The claim's own rules speak before this step does.
  assert.match((await grow('c')).body.message, /spec is immutable after creation except resources.requests/);
  for (const name of ['c', 'd']) await door.patch(`${claims}/${name}/status`, { status: { phase: 'Bound' } });
  assert.equal((await grow('c')).status, 200);
  assert.match(
    (await grow('d')).body.message,
    /the storageclass that provisions the pvc must support resize$/,
  );
});

test('What is no pod yet is not shaped; whether it is refused is for its rules to say', async () => {
  await using door = await openFrontDoor();
  for (const body of [{}, { spec: {} }]) {
    const answer = await door.post(pods, { ...body, metadata: { generateName: 'p-' } });
    assert.ok([201, 422].includes(answer.status), JSON.stringify(answer.body));
  }
});
