import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFrontDoor } from '../testing/front-door.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const pods = '/api/v1/namespaces/default/pods';
const pod = { metadata: { name: 'one' }, spec: { containers: [{ name: 'web', image: 'web' }] } };

test('What is deleted is gone, and the answer says what it was', async () => {
  await using door = await openFrontDoor();
  const { body: one } = await door.post(configMaps, { metadata: { name: 'one' } });
  const { status, body } = await door.delete(`${configMaps}/one`);
  assert.equal(status, 200);
  assert.deepEqual(body, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name: 'one', kind: 'configmaps', uid: one.metadata.uid },
  });
  assert.equal((await door.get(`${configMaps}/one`)).status, 404);
  assert.equal((await door.delete(`${configMaps}/one`)).status, 404);
});

test('An object with finalizers goes when the last of them is taken away', async () => {
  await using door = await openFrontDoor();
  await door.post(configMaps, { metadata: { name: 'one', finalizers: ['example.com/mine'] } });
  const { body: going } = await door.delete(`${configMaps}/one`);
  assert.equal(going.kind, 'ConfigMap');
  assert.equal(going.metadata.deletionGracePeriodSeconds, 0);
  const again = await door.delete(`${configMaps}/one`);
  assert.equal(again.body.metadata.deletionTimestamp, going.metadata.deletionTimestamp);
  assert.equal(again.body.metadata.resourceVersion, going.metadata.resourceVersion);
  const added = await door.patch(`${configMaps}/one`, {
    metadata: { finalizers: ['example.com/mine', 'a.b/c'] },
  });
  assert.equal(added.status, 422);
  assert.match(added.body.message, /no new finalizers can be added if the object is being deleted/);
  await door.patch(`${configMaps}/one`, { metadata: { finalizers: null } });
  assert.equal((await door.get(`${configMaps}/one`)).status, 404);
});

test('Foreground and orphan become finalizers for the garbage collector', async () => {
  await using door = await openFrontDoor();
  for (const [policy, finalizer] of [
    ['Foreground', 'foregroundDeletion'],
    ['Orphan', 'orphan'],
  ] as const) {
    await door.post(configMaps, { metadata: { name: policy.toLowerCase() } });
    const { body } = await door.delete(`${configMaps}/${policy.toLowerCase()}`, {
      propagationPolicy: policy,
    });
    assert.deepEqual(body.metadata.finalizers, [finalizer]);
  }
});

test('Preconditions are kept', async () => {
  await using door = await openFrontDoor();
  await door.post(configMaps, { metadata: { name: 'one' } });
  const { status, body } = await door.delete(`${configMaps}/one`, { preconditions: { uid: 'other' } });
  assert.equal(status, 409);
  assert.match(body.message, /the UID in the precondition \(other\) does not match the UID in record/);
});

test('A pod that nobody runs goes at once; one on a node is given its time', async () => {
  await using door = await openFrontDoor();
  await door.post(pods, pod);
  assert.equal((await door.delete(`${pods}/one`)).body.kind, 'Pod');
  assert.equal((await door.get(`${pods}/one`)).status, 404);

  await door.post(pods, pod);
  await door.post(`${pods}/one/binding`, { metadata: { name: 'one' }, target: { name: 'here' } });
  const { body: going } = await door.delete(`${pods}/one`);
  assert.equal(going.metadata.deletionGracePeriodSeconds, 30);
  const shorter = await door.delete(`${pods}/one`, { gracePeriodSeconds: 5 });
  assert.equal(shorter.body.metadata.deletionGracePeriodSeconds, 5);
  await door.delete(`${pods}/one`, { gracePeriodSeconds: 0 });
  assert.equal((await door.get(`${pods}/one`)).status, 404);
});

test('A collection is deleted as far as the selector goes', async () => {
  await using door = await openFrontDoor();
  for (const app of ['a', 'a', 'b'])
    await door.post(configMaps, { metadata: { generateName: 'x-', labels: { app } } });
  const { body } = await door
    .transport({
      method: 'DELETE',
      path: configMaps,
      query: 'labelSelector=app%3Da',
      headers: {},
    })
    .then(async ({ body: found, status }) => ({
      status,
      body: found.kind === 'object' ? found.value() : {},
    }));
  assert.equal((body as { items: unknown[] }).items.length, 2);
  assert.equal((await door.get(configMaps)).body.items.length, 1);
});

test('A namespace is terminating until somebody has emptied it; nothing new is made in it', async () => {
  await using door = await openFrontDoor();
  await door.post('/api/v1/namespaces', { metadata: { name: 'team' } });
  const { body: going } = await door.delete('/api/v1/namespaces/team');
  assert.equal(going.status.phase, 'Terminating');
  const refused = await door.post('/api/v1/namespaces/team/configmaps', { metadata: { name: 'x' } });
  assert.equal(refused.status, 403);
  assert.equal(
    refused.body.message,
    'configmaps "x" is forbidden: unable to create new content in namespace team because it is being terminated',
  );
  assert.equal(refused.body.details.causes[0].reason, 'NamespaceTerminating');
  await door.put('/api/v1/namespaces/team/finalize', { ...going, spec: { finalizers: [] } });
  assert.equal((await door.get('/api/v1/namespaces/team')).status, 404);
});

test('Some namespaces stay', async () => {
  await using door = await openFrontDoor();
  const { status, body } = await door.delete('/api/v1/namespaces/default');
  assert.equal(status, 403);
  assert.equal(body.message, 'namespaces "default" is forbidden: this namespace may not be deleted');
});

test('A job leaves its pods unless it is told otherwise', async () => {
  await using door = await openFrontDoor();
  const jobs = '/apis/batch/v1/namespaces/default/jobs';
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'x', image: 'x' }] } };
  await door.post(jobs, { metadata: { name: 'a' }, spec: { template } });
  assert.deepEqual((await door.delete(`${jobs}/a`)).body.metadata.finalizers, ['orphan']);
  await door.post(jobs, { metadata: { name: 'b' }, spec: { template } });
  assert.equal((await door.delete(`${jobs}/b`, { propagationPolicy: 'Background' })).body.status, 'Success');
});
