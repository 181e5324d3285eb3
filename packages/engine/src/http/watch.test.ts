import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulatedClock } from '@fairlead/kube/testing';
import { openMemoryStore } from '../store/memory.ts';
import { openFrontDoor, type Seen } from '../testing/front-door.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';

const seen = (events: readonly Seen[]): string[] =>
  events.map(({ type, object }) => `${type} ${object.metadata.name ?? ''}`);

test('A watch from a version sees everything after it, in order, once', async () => {
  await using door = await openFrontDoor();
  const { body: list } = await door.get(configMaps);
  const watch = await door.watch(`${configMaps}?watch=true&resourceVersion=${list.metadata.resourceVersion}`);
  await door.post(configMaps, { metadata: { name: 'a' } });
  await door.patch(`${configMaps}/a`, { data: { x: '1' } });
  const { body: last } = await door.get(`${configMaps}/a`);
  await door.delete(`${configMaps}/a`);
  const events = await watch.count(3);
  assert.deepEqual(seen(events), ['ADDED a', 'MODIFIED a', 'DELETED a']);
  const deleted = events[2]?.object;
  assert.ok(Number(deleted.metadata.resourceVersion) > Number(last.metadata.resourceVersion));
  assert.deepEqual([deleted.kind, deleted.data], ['ConfigMap', { x: '1' }]);
});

test('A watch resumed from any event sees the rest', async () => {
  await using door = await openFrontDoor();
  const versions: string[] = [];
  for (const name of ['a', 'b', 'c']) {
    const { body } = await door.post(configMaps, { metadata: { name } });
    versions.push(body.metadata.resourceVersion);
  }
  const watch = await door.watch(`${configMaps}?watch=1&resourceVersion=${versions[0]}`);
  assert.deepEqual(seen(await watch.count(2)), ['ADDED b', 'ADDED c']);
});

test('A watch without a version begins with what is there', async () => {
  await using door = await openFrontDoor();
  await door.post(configMaps, { metadata: { name: 'a' } });
  const watch = await door.watch(`${configMaps}?watch=true`);
  await door.post(configMaps, { metadata: { name: 'b' } });
  assert.deepEqual(seen(await watch.count(2)), ['ADDED a', 'ADDED b']);
});

test('To a selector an object appears, changes, and goes', async () => {
  await using door = await openFrontDoor();
  const watch = await door.watch(`${configMaps}?watch=true&labelSelector=on%3Dyes`);
  const label = (on: string | null) => door.patch(`${configMaps}/a`, { metadata: { labels: { on } } });
  await door.post(configMaps, { metadata: { name: 'a' }, data: { x: '1' } });
  await label('yes');
  await door.patch(`${configMaps}/a`, { data: { x: '2' } });
  const left = await label('no');
  await label('yes');
  await door.delete(`${configMaps}/a`);
  const events = await watch.count(5);
  assert.deepEqual(seen(events), ['ADDED a', 'MODIFIED a', 'DELETED a', 'ADDED a', 'DELETED a']);
  const gone = events[2]?.object;
  assert.equal(gone.metadata.labels.on, 'yes', 'the object as it was when it still matched');
  assert.equal(
    gone.metadata.resourceVersion,
    left.body.metadata.resourceVersion,
    'with the version of the change',
  );
});

test('A version that is forgotten is an error in the stream, not in the answer', async () => {
  const store = await openMemoryStore();
  await using door = await openFrontDoor({ store });
  await door.post(configMaps, { metadata: { name: 'a' } });
  await store.compact(store.revision);
  const watch = await door.watch(`${configMaps}?watch=true&resourceVersion=1`);
  const [event] = await watch.count(1);
  assert.equal(event?.type, 'ERROR');
  assert.deepEqual(event?.object, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `too old resource version: 1 (${store.compacted})`,
    reason: 'Expired',
    code: 410,
  });
  await watch.ended;
  await store.close();
});

test('Bookmarks say how far the watch has come, and the time out ends it', async () => {
  const clock = simulatedClock(Date.parse('2026-01-01T00:00:00Z'));
  await using door = await openFrontDoor({ clock });
  const watch = await door.watch(`${configMaps}?watch=true&allowWatchBookmarks=true&timeoutSeconds=90`);
  await door.post('/api/v1/namespaces/default/secrets', { metadata: { name: 's' } });
  clock.advance(60_000);
  const [beginning, bookmark] = await watch.count(2);
  assert.deepEqual(beginning?.object.metadata.annotations, { 'k8s.io/initial-events-end': 'true' });
  const { body } = await door.get(configMaps);
  const { resourceVersion } = body.metadata;
  const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion } };
  assert.deepEqual(bookmark, { type: 'BOOKMARK', object });
  clock.advance(28_000);
  assert.equal((await watch.count(3))[2]?.type, 'BOOKMARK', 'the last one, before the end');
  clock.advance(2000);
  await watch.ended;
  assert.equal(watch.events.length, 3);
});

test('The beginning can be sent as events, and a bookmark says that it is whole', async () => {
  await using door = await openFrontDoor();
  await door.post(configMaps, { metadata: { name: 'a' } });
  const query = 'watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan';
  const watch = await door.watch(`${configMaps}?${query}`);
  const [added, bookmark] = await watch.count(2);
  assert.deepEqual([added?.type, bookmark?.type], ['ADDED', 'BOOKMARK']);
  const metadata = bookmark?.object.metadata;
  assert.deepEqual(metadata.annotations, { 'k8s.io/initial-events-end': 'true' });
  const without = await door.watch(`${configMaps}?${query.replace('allowWatchBookmarks=true', '')}`);
  await door.post(configMaps, { metadata: { name: 'b' } });
  assert.deepEqual(seen(await without.count(2)), ['ADDED a', 'ADDED b'], 'who takes no bookmarks gets none');
});

test('A watch can begin now, without what is there', async () => {
  await using door = await openFrontDoor();
  await door.post(configMaps, { metadata: { name: 'a' } });
  const query = 'watch=1&sendInitialEvents=false&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
  const watch = await door.watch(`${configMaps}?${query}`);
  await door.post(configMaps, { metadata: { name: 'b' } });
  assert.deepEqual(seen(await watch.count(1)), ['ADDED b']);
});

test('A watch from the future waits for it, unless it is to begin with that state', async () => {
  await using door = await openFrontDoor();
  const { body } = await door.get(configMaps);
  const next = Number(body.metadata.resourceVersion) + 1;
  const watch = await door.watch(`${configMaps}?watch=1&resourceVersion=${next}`);
  for (const name of ['a', 'b']) await door.post(configMaps, { metadata: { name } });
  assert.deepEqual(seen(await watch.count(1)), ['ADDED b']);
  const query = 'resourceVersion=999&sendInitialEvents=1&resourceVersionMatch=NotOlderThan';
  const [event] = await (await door.watch(`${configMaps}?watch=1&${query}`)).count(1);
  assert.deepEqual([event?.type, event?.object.code, event?.object.reason], ['ERROR', 504, 'Timeout']);
});

test('A bookmark of a built-in kind has the fields that its objects always have', async () => {
  await using door = await openFrontDoor();
  const watch = await door.watch('/api/v1/namespaces/default/pods?watch=1&allowWatchBookmarks=1');
  const [bookmark] = await watch.count(1);
  assert.deepEqual([bookmark?.object.spec, bookmark?.object.status], [{ containers: null }, {}]);
});

test('In a watch of tables only the first event carries the columns', async () => {
  await using door = await openFrontDoor();
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  const watch = await door.watch(`${configMaps}?watch=true`, { accept });
  await door.post(configMaps, { metadata: { name: 'a' } });
  await door.post(configMaps, { metadata: { name: 'b' } });
  const tables = (await watch.count(2)).map(({ object }) => object);
  assert.ok(Array.isArray(tables[0]?.columnDefinitions));
  assert.equal(tables[1]?.columnDefinitions, null);
  assert.equal(tables[1]?.rows[0]?.cells[0], 'b');
});

test('All watchers of one event share its bytes', async () => {
  await using door = await openFrontDoor();
  const frames: Uint8Array[][] = [[], []];
  const signal = new AbortController().signal;
  for (const into of frames) {
    const { body } = await door.transport({
      method: 'GET',
      path: configMaps,
      query: 'watch=true',
      headers: {},
      signal,
    });
    assert.ok(body.kind === 'watch');
    body.open({ next: (some) => into.push(...some.map(({ bytes }) => bytes)), end: () => {} });
  }
  await door.post(configMaps, { metadata: { name: 'a' } });
  assert.equal(frames[0]?.length, 1);
  assert.equal(frames[0]?.[0], frames[1]?.[0]);
});
