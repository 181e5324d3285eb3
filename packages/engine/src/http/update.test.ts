import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFrontDoor } from '../testing/front-door.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const deployments = '/apis/apps/v1/namespaces/default/deployments';
const pods = '/api/v1/namespaces/default/pods';

const template = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'web' }] },
};
const deployment = (replicas: number) => ({
  metadata: { name: 'web' },
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template },
});

test('An update from the newest version is taken and gets a new version', async () => {
  await using door = await openFrontDoor();
  const { body: one } = await door.post(configMaps, { metadata: { name: 'one' }, data: { a: '1' } });
  const { status, body: two } = await door.put(`${configMaps}/one`, { ...one, data: { a: '2' } });
  assert.equal(status, 200);
  assert.ok(Number(two.metadata.resourceVersion) > Number(one.metadata.resourceVersion));
  assert.equal(two.metadata.uid, one.metadata.uid);
  assert.equal(two.metadata.creationTimestamp, one.metadata.creationTimestamp);
});

test('An update from an older version is a conflict', async () => {
  await using door = await openFrontDoor();
  const { body: one } = await door.post(configMaps, { metadata: { name: 'one' }, data: { a: '1' } });
  await door.put(`${configMaps}/one`, { ...one, data: { a: '2' } });
  const { status, body } = await door.put(`${configMaps}/one`, { ...one, data: { a: '3' } });
  assert.equal(status, 409);
  assert.equal(
    body.message,
    'Operation cannot be fulfilled on configmaps "one": the object has been modified; please apply your changes to the latest version and try again',
  );
  assert.deepEqual(body.details, { name: 'one', kind: 'configmaps' });
});

test('An update without a version is taken where Kubernetes takes it', async () => {
  await using door = await openFrontDoor();
  await door.post(configMaps, { metadata: { name: 'one' } });
  assert.equal(
    (await door.put(`${configMaps}/one`, { metadata: { name: 'one' }, data: { a: '1' } })).status,
    200,
  );
});

test('A write that changes nothing keeps the version and tells nobody', async () => {
  await using door = await openFrontDoor();
  const { body: one } = await door.post(configMaps, { metadata: { name: 'one' }, data: { a: '1' } });
  const watch = await door.watch(`${configMaps}?watch=true&resourceVersion=${one.metadata.resourceVersion}`);
  const { body: same } = await door.put(`${configMaps}/one`, one);
  assert.equal(same.metadata.resourceVersion, one.metadata.resourceVersion);
  await door.patch(`${configMaps}/one`, { data: { a: '1' } });
  await door.put(`${configMaps}/one`, { ...one, data: { a: '2' } });
  const [event] = await watch.count(1);
  assert.equal(event?.object.data.a, '2');
});

test('What names an object cannot be changed', async () => {
  await using door = await openFrontDoor();
  const { body: one } = await door.post(configMaps, { metadata: { name: 'one' } });
  const named = await door.put(`${configMaps}/one`, { ...one, metadata: { ...one.metadata, name: 'two' } });
  assert.equal(named.body.message, 'the name of the object (two) does not match the name on the URL (one)');
  const uid = await door.put(`${configMaps}/one`, { ...one, metadata: { ...one.metadata, uid: 'other' } });
  assert.equal(uid.status, 409);
  assert.match(uid.body.message, /Precondition failed: UID in precondition: other, UID in object meta: /);
  const born = { ...one.metadata, creationTimestamp: '2020-01-01T00:00:00Z' };
  const time = await door.put(`${configMaps}/one`, { ...one, metadata: born });
  assert.equal(time.status, 422);
  assert.match(time.body.message, /metadata.creationTimestamp: Invalid value: .*: field is immutable/);
});

test('An update of what is not there makes it where Kubernetes makes it, and is not found elsewhere', async () => {
  await using door = await openFrontDoor();
  const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
  assert.equal((await door.put(`${leases}/one`, { metadata: { name: 'one' }, spec: {} })).status, 201);
  const missing = await door.put(`${pods}/one`, { metadata: { name: 'one' }, spec: template.spec });
  assert.equal(missing.status, 404);
  assert.equal(missing.body.message, 'pods "one" not found');
});

test('The generation rises with what is asked for, not with the status or the labels', async () => {
  await using door = await openFrontDoor();
  const { body: one } = await door.post(deployments, deployment(1));
  assert.equal(one.metadata.generation, 1);
  const scaled = await door.patch(`${deployments}/web`, { spec: { replicas: 2 } });
  assert.equal(scaled.body.metadata.generation, 2);
  const labelled = await door.patch(`${deployments}/web`, { metadata: { labels: { a: 'b' } } });
  assert.equal(labelled.body.metadata.generation, 2);
  const annotated = await door.patch(`${deployments}/web`, { metadata: { annotations: { a: 'b' } } });
  assert.equal(annotated.body.metadata.generation, 3, 'of a deployment, annotations count');
  const status = await door.patch(`${deployments}/web/status`, { status: { replicas: 2 } });
  assert.equal(status.body.metadata.generation, 3);
});

test('A write of the object leaves its status, a write of the status the rest', async () => {
  await using door = await openFrontDoor();
  const { body: one } = await door.post(deployments, deployment(1));
  const status = await door.put(`${deployments}/web/status`, {
    ...one,
    spec: { ...one.spec, replicas: 9 },
    status: { replicas: 3 },
  });
  assert.equal(status.body.spec.replicas, 1);
  assert.equal(status.body.status.replicas, 3);
  const object = await door.put(`${deployments}/web`, { ...status.body, status: { replicas: 7 } });
  assert.equal(object.body.status.replicas, 3);
  assert.deepEqual((await door.get(`${deployments}/web/status`)).body, object.body);
});

test('Scale reads and writes the number of copies', async () => {
  await using door = await openFrontDoor();
  await door.post(deployments, deployment(1));
  await door.patch(`${deployments}/web/status`, { status: { replicas: 1 } });
  const { body: scale } = await door.get(`${deployments}/web/scale`);
  assert.deepEqual(
    [scale.kind, scale.apiVersion, scale.spec, scale.status],
    ['Scale', 'autoscaling/v1', { replicas: 1 }, { replicas: 1, selector: 'app=web' }],
  );
  const { body: more } = await door.put(`${deployments}/web/scale`, { ...scale, spec: { replicas: 3 } });
  assert.equal(more.spec.replicas, 3);
  const stale = await door.put(`${deployments}/web/scale`, { ...scale, spec: { replicas: 4 } });
  assert.equal(stale.status, 409);
  await door.patch(`${deployments}/web/scale`, { spec: { replicas: 5 } });
  assert.equal((await door.get(`${deployments}/web`)).body.spec.replicas, 5);
  const negative = await door.patch(`${deployments}/web/scale`, { spec: { replicas: -1 } });
  assert.equal(negative.status, 422);
});

test('A binding puts a pod on a node, once', async () => {
  await using door = await openFrontDoor();
  await door.post(pods, { metadata: { name: 'one' }, spec: template.spec });
  const binding = { metadata: { name: 'one' }, target: { kind: 'Node', name: 'here' } };
  const bound = await door.post(`${pods}/one/binding`, binding);
  assert.equal(bound.status, 201);
  assert.equal(bound.body.status, 'Success');
  const { body: pod } = await door.get(`${pods}/one`);
  assert.equal(pod.spec.nodeName, 'here');
  assert.equal(pod.status.conditions[0].type, 'PodScheduled');
  const again = await door.post(`${pods}/one/binding`, binding);
  assert.equal(again.status, 409);
  assert.match(again.body.message, /pod one is already assigned to node "here"/);
});

test('What is not served is refused by name', async () => {
  await using door = await openFrontDoor();
  const proxy = await door.post('/api/v1/namespaces/default/pods/web/proxy', {});
  assert.equal(proxy.status, 501);
  assert.match(proxy.body.message, /^pods\/proxy is not served by this engine/);
  assert.equal((await door.get('/api/v1/namespaces/default/foos')).status, 404);
  assert.equal((await door.get('/nowhere')).body, '404 page not found\n');
  assert.equal((await door.put(configMaps, {})).body.reason, 'MethodNotAllowed');
});
