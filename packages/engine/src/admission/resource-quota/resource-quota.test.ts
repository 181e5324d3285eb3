import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type FrontDoor, openFrontDoor } from '../../testing/front-door.ts';

const core = '/api/v1/namespaces/default';
const quotas = `${core}/resourcequotas`;

type Amounts = Readonly<Record<string, string>>;

/** A quota that has been counted: without controllers nobody else does it. */
const openWithQuota = async (hard: Amounts, used: Amounts, spec: object = {}): Promise<FrontDoor> => {
  const door = await openFrontDoor();
  await door.post(quotas, { metadata: { name: 'q' }, spec: { hard, ...spec } });
  await door.patch(`${quotas}/q/status`, { status: { hard, used } });
  return door;
};

const usedOf = async (door: FrontDoor): Promise<Amounts> => (await door.get(`${quotas}/q`)).body.status.used;

const pod = (name: string, requests: object = {}, more: object = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: 'c', image: 'i', resources: { requests } }], ...more },
});

describe('a resource quota', () => {
  test('lets in as many as there is room for, however many come at once', async () => {
    await using door = await openWithQuota({ configmaps: '10' }, { configmaps: '0' });
    const made = Array.from({ length: 50 }, (_, index) =>
      door.post(`${core}/configmaps`, { metadata: { name: `m-${index}` } }),
    );
    const answers = await Promise.all(made);
    assert.equal(answers.filter(({ status }) => status === 201).length, 10);
    const refused = answers.find(({ status }) => status === 403);
    assert.match(
      refused?.body.message,
      /^configmaps "m-\d+" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=10, limited: configmaps=10$/,
    );
    assert.deepEqual(await usedOf(door), { configmaps: '10' });
  });

  test('is charged in the commit of what it counts', async () => {
    await using door = await openWithQuota({ configmaps: '10' }, { configmaps: '0' });
    const before = (await door.get(`${quotas}/q`)).body.metadata.resourceVersion;
    const { body } = await door.post(`${core}/configmaps`, { metadata: { name: 'm' } });
    const after = (await door.get(`${quotas}/q`)).body;
    assert.equal(Number(after.metadata.resourceVersion), Number(body.metadata.resourceVersion) - 1);
    assert.notEqual(after.metadata.resourceVersion, before);
    const writers = after.metadata.managedFields.map((entry: Record<string, string>) => entry['manager']);
    assert.deepEqual(writers, ['kube-apiserver', 'test', 'test']);
  });

  test('is not charged for what is not made', async () => {
    await using door = await openWithQuota({ configmaps: '2' }, { configmaps: '0' });
    await door.post(`${core}/configmaps?dryRun=All`, { metadata: { name: 'm' } });
    await door.post(`${core}/configmaps`, { metadata: { name: 'm' } });
    const again = await door.post(`${core}/configmaps`, { metadata: { name: 'm' } });
    const wrong = await door.post(`${core}/configmaps`, { metadata: { name: 'No Name' } });
    assert.deepEqual([again.status, wrong.status], [409, 422]);
    assert.deepEqual(await usedOf(door), { configmaps: '1' });
  });

  test('adds up what pods request', async () => {
    const hard = { 'requests.cpu': '1', pods: '5' };
    await using door = await openWithQuota(hard, { 'requests.cpu': '0', pods: '0' });
    await door.post(`${core}/pods`, pod('a', { cpu: '600m' }));
    const { body } = await door.post(`${core}/pods`, pod('b', { cpu: '500m' }));
    assert.equal(
      body.message,
      'pods "b" is forbidden: exceeded quota: q, requested: requests.cpu=500m, used: requests.cpu=600m, limited: requests.cpu=1',
    );
    assert.deepEqual(await usedOf(door), { 'requests.cpu': '600m', pods: '1' });
    const silent = await door.post(`${core}/pods`, pod('c'));
    assert.equal(
      silent.body.message,
      'pods "c" is forbidden: failed quota: q: must specify requests.cpu for: c',
    );
  });

  const scoped: readonly (readonly [scopes: readonly string[], spec: object, counts: boolean])[] = [
    [['Terminating'], { activeDeadlineSeconds: 5 }, true],
    [['Terminating'], {}, false],
    [['NotTerminating'], {}, true],
    [['BestEffort'], {}, true],
    [['NotBestEffort'], {}, false],
    [['PriorityClass'], { priorityClassName: 'system-node-critical' }, true],
    [['PriorityClass'], {}, false],
    [['BestEffort', 'NotTerminating'], {}, true],
  ];
  for (const [scopes, spec, counts] of scoped) {
    const title = `of the scope ${scopes.join()} is ${counts ? '' : 'not '}about ${JSON.stringify(spec)}`;
    test(title, async () => {
      await using door = await openWithQuota({ pods: '0' }, { pods: '0' }, { scopes });
      const { status } = await door.post(`${core}/pods`, pod('p', {}, spec));
      assert.equal(status, counts ? 403 : 201);
    });
  }
});
