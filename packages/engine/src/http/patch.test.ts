import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FrontDoor, openFrontDoor } from '../testing/front-door.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const deployments = '/apis/apps/v1/namespaces/default/deployments';
const jsonPatch = { 'content-type': 'application/json-patch+json' };
const strategic = { 'content-type': 'application/strategic-merge-patch+json' };

const withOne = async (): Promise<FrontDoor> => {
  const door = await openFrontDoor();
  await door.post(configMaps, { metadata: { name: 'one' }, data: { a: '1', b: '2' } });
  return door;
};

const configMap = (data: object) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'one' },
  data,
});

test('A merge patch changes what it names and removes what it sets to null', async () => {
  await using door = await withOne();
  const { body } = await door.patch(`${configMaps}/one`, { data: { a: null, c: '3' } });
  assert.deepEqual(body.data, { b: '2', c: '3' });
});

test('A JSON patch is done whole or not at all', async () => {
  await using door = await withOne();
  const good = [
    { op: 'test', path: '/data/a', value: '1' },
    { op: 'replace', path: '/data/a', value: '9' },
  ];
  assert.deepEqual((await door.patch(`${configMaps}/one`, good, jsonPatch)).body.data, { a: '9', b: '2' });
  const bad = [{ op: 'remove', path: '/data/nothing' }];
  assert.equal((await door.patch(`${configMaps}/one`, bad, jsonPatch)).status, 422);
});

test('A strategic merge patch merges lists by their keys', async () => {
  await using door = await openFrontDoor();
  const containers = [
    { name: 'web', image: 'web:1' },
    { name: 'side', image: 'side:1' },
  ];
  await door.post(deployments, {
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers } },
    },
  });
  const patch = { spec: { template: { spec: { containers: [{ name: 'side', image: 'side:2' }] } } } };
  const { body } = await door.patch(`${deployments}/web`, patch, strategic);
  const images = body.spec.template.spec.containers.map(({ image }: { image: string }) => image);
  assert.deepEqual(images, ['web:1', 'side:2']);
});

test('A patch of what is not there is not found, and one to an unknown type is refused by name', async () => {
  await using door = await withOne();
  assert.equal((await door.patch(`${configMaps}/two`, {})).status, 404);
  const unknown = await door.patch(`${configMaps}/one`, {}, { 'content-type': 'application/json' });
  assert.deepEqual([unknown.status, unknown.body.message], [415, '415: Unsupported Media Type']);
});

test('A patch may say which version it was made for', async () => {
  await using door = await withOne();
  const stale = await door.patch(`${configMaps}/one`, {
    metadata: { resourceVersion: '1' },
    data: { a: 'x' },
  });
  assert.equal(stale.status, 409);
});

test('Apply makes, changes and takes away what one manager wants, and leaves the rest', async () => {
  await using door = await openFrontDoor();
  const made = await door.apply(`${configMaps}/one?fieldManager=me`, configMap({ a: '1', b: '2' }));
  assert.equal(made.status, 201);
  await door.patch(`${configMaps}/one`, { data: { c: 'theirs' } });
  const changed = await door.apply(`${configMaps}/one?fieldManager=me`, configMap({ a: '9' }));
  assert.equal(changed.status, 200);
  assert.deepEqual(changed.body.data, { a: '9', c: 'theirs' });
});

test('Applying the same again writes nothing', async () => {
  await using door = await openFrontDoor();
  const first = await door.apply(`${configMaps}/one?fieldManager=me`, configMap({ a: '1' }));
  const second = await door.apply(`${configMaps}/one?fieldManager=me`, configMap({ a: '1' }));
  assert.deepEqual(second.body, first.body);
});

test('Two managers who want different things are in conflict until one takes it by force', async () => {
  await using door = await openFrontDoor();
  await door.apply(`${configMaps}/one?fieldManager=me`, configMap({ a: '1' }));
  const conflict = await door.apply(`${configMaps}/one?fieldManager=you`, configMap({ a: '2' }));
  assert.equal(conflict.status, 409);
  assert.equal(conflict.body.message, 'Apply failed with 1 conflict: conflict with "me": .data.a');
  assert.equal(conflict.body.details.causes[0].reason, 'FieldManagerConflict');
  const forced = await door.apply(`${configMaps}/one?fieldManager=you&force=true`, configMap({ a: '2' }));
  assert.equal(forced.body.data.a, '2');
});

test('An apply says who applies', async () => {
  await using door = await openFrontDoor();
  const { status, body } = await door.apply(`${configMaps}/one`, configMap({ a: '1' }));
  assert.equal(status, 422);
  assert.match(body.message, /PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value/);
});

test('A dry run of an apply shows the outcome and leaves the object', async () => {
  await using door = await withOne();
  const query = 'fieldManager=me&force=true&dryRun=All';
  const { body } = await door.apply(`${configMaps}/one?${query}`, configMap({ a: 'new' }));
  assert.equal(body.data.a, 'new');
  assert.equal((await door.get(`${configMaps}/one`)).body.data.a, '1');
});
