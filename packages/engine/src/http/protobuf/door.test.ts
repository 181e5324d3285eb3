import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeRequest, Status } from '@fairlead/kube';
import { type FrontDoor, openFrontDoor } from '../../testing/front-door.ts';
import { widgetDefinition } from '../../testing/widgets.ts';
import { envelope, field, message, varint } from './encode.fixture.ts';

// Every door for bodies, with the bodies and headers of a typed client.

const send = async (
  door: FrontDoor,
  to: readonly [KubeRequest['method'], string],
  body: Uint8Array,
): Promise<{ readonly status: number; readonly value: Record<string, unknown> }> => {
  const answer = await door.transport({
    method: to[0],
    path: to[1],
    query: '',
    headers: {
      'content-type': 'application/vnd.kubernetes.protobuf',
      accept: 'application/vnd.kubernetes.protobuf,application/json',
    },
    body,
  });
  assert.equal(answer.headers['content-type'], 'application/json');
  assert.ok(answer.body.kind === 'object');
  return { status: answer.status, value: answer.body.value() as Record<string, unknown> };
};

const configMaps = '/api/v1/namespaces/default/configmaps';
const configMap = (name: string, ...fields: readonly Uint8Array[]): Buffer =>
  envelope('v1', 'ConfigMap', message(field(1, field(1, name)), ...fields));
const entry = (key: string, value: string): Buffer => field(2, message(field(1, key), field(2, value)));

test('create and update', async () => {
  await using door = await openFrontDoor();
  const made = await send(door, ['POST', configMaps], configMap('one', entry('a', '1')));
  assert.equal(made.status, 201);
  const updated = await send(door, ['PUT', `${configMaps}/one`], configMap('one', entry('a', '2')));
  assert.equal(updated.status, 200);
  const { body } = await door.get(`${configMaps}/one`);
  assert.deepEqual(body.data, { a: '2' });
  assert.deepEqual(Object.keys(body.metadata).sort(), [
    'creationTimestamp',
    'managedFields',
    'name',
    'namespace',
    'resourceVersion',
    'uid',
  ]);
});

test('delete with options', async () => {
  await using door = await openFrontDoor();
  await send(door, ['POST', configMaps], configMap('one'));
  const options = (uid: string): Buffer =>
    envelope('v1', 'DeleteOptions', message(field(2, field(1, uid)), field(4, 'Background')));
  const refused = await send(door, ['DELETE', `${configMaps}/one`], options('other'));
  assert.equal(refused.status, 409);
  const { body } = await door.get(`${configMaps}/one`);
  const deleted = await send(door, ['DELETE', `${configMaps}/one`], options(body.metadata.uid));
  assert.equal(deleted.status, 200);
});

test('scale', async () => {
  await using door = await openFrontDoor();
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const deployments = '/apis/apps/v1/namespaces/default/deployments';
  await door.post(deployments, {
    metadata: { name: 'web' },
    spec: { replicas: 3, selector: { matchLabels: { a: 'b' } }, template },
  });
  const scale = message(field(1, message(field(1, 'web'), field(3, 'default'))), field(2, varint(1, 0)));
  const body = envelope('autoscaling/v1', 'Scale', scale);
  const { status } = await send(door, ['PUT', `${deployments}/web/scale`], body);
  assert.equal(status, 200);
  assert.equal((await door.get(`${deployments}/web`)).body.spec.replicas, 0);
});

test('binding', async () => {
  await using door = await openFrontDoor();
  const pods = '/api/v1/namespaces/default/pods';
  await door.post(pods, { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } });
  const target = field(2, message(field(1, 'Node'), field(3, 'n1')));
  const body = envelope('v1', 'Binding', message(field(1, field(1, 'p')), target));
  assert.equal((await send(door, ['POST', `${pods}/p/binding`], body)).status, 201);
  assert.equal((await door.get(`${pods}/p`)).body.spec.nodeName, 'n1');
});

test('review', async () => {
  await using door = await openFrontDoor();
  const spec = field(2, field(1, message(field(1, 'default'), field(2, 'get'), field(5, 'pods'))));
  const body = envelope('authorization.k8s.io/v1', 'SelfSubjectAccessReview', spec);
  const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const { status, value } = await send(door, ['POST', reviews], body);
  assert.equal(status, 201);
  assert.deepEqual(value.status, { allowed: true });
  assert.deepEqual(value.spec, {
    resourceAttributes: { namespace: 'default', verb: 'get', resource: 'pods' },
  });
});

test('What is broken is refused with 400, another version or kind too', async () => {
  await using door = await openFrontDoor();
  const bodies = [
    configMap('one').subarray(0, 20),
    envelope('v1', 'Secret', field(1, field(1, 'one'))),
    envelope('v2', 'ConfigMap', field(1, field(1, 'one'))),
  ];
  for (const body of bodies) {
    const { value } = await send(door, ['POST', configMaps], body);
    const { kind, code, reason } = value as unknown as Status;
    assert.deepEqual([kind, code, reason], ['Status', 400, 'BadRequest']);
  }
  const wrong = await send(door, ['DELETE', `${configMaps}/one`], Buffer.from('k8s\0\xff'));
  assert.equal(wrong.status, 400);
});

test('Custom resources do not travel so, nor do patches', async () => {
  await using door = await openFrontDoor();
  await door.post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', widgetDefinition());
  const body = envelope('example.com/v1', 'Widget', field(1, field(1, 'w')));
  const widgets = '/apis/example.com/v1/namespaces/default/widgets';
  const refused = await send(door, ['POST', widgets], body);
  assert.equal(refused.status, 415);
  assert.doesNotMatch(String(refused.value.message), /protobuf/);
  await send(door, ['POST', configMaps], configMap('one'));
  assert.equal((await send(door, ['PATCH', `${configMaps}/one`], configMap('one'))).status, 415);
});
