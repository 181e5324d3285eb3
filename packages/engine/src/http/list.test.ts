import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FrontDoor, openFrontDoor } from '../testing/front-door.ts';

const all = '/api/v1/configmaps';
const configMaps = '/api/v1/namespaces/default/configmaps';

const withSome = async (count: number): Promise<FrontDoor> => {
  const door = await openFrontDoor();
  for (let index = 0; index < count; index++) {
    const labels = { parity: index % 2 === 0 ? 'even' : 'odd', index: String(index) };
    await door.post(configMaps, { metadata: { name: `c${index}`, labels } });
  }
  return door;
};

const names = (body: { items: { metadata: { name: string } }[] }): string[] =>
  body.items.map(({ metadata }) => metadata.name);

test('A list is in order of its keys and carries the version of its state', async () => {
  await using door = await withSome(3);
  const { body } = await door.get(configMaps);
  assert.deepEqual([body.kind, body.apiVersion], ['ConfigMapList', 'v1']);
  assert.deepEqual(names(body), ['c0', 'c1', 'c2']);
  assert.equal(body.items[0].kind, undefined, 'items of built-in lists carry no type');
  assert.equal(body.metadata.resourceVersion, body.items[2].metadata.resourceVersion);
});

test('A list over all namespaces is in order of key bytes', async () => {
  await using door = await openFrontDoor();
  for (const namespace of ['a', 'a-b']) {
    await door.post('/api/v1/namespaces', { metadata: { name: namespace } });
    await door.post(`/api/v1/namespaces/${namespace}/configmaps`, { metadata: { name: 'x' } });
  }
  const { body } = await door.get(all);
  const places = body.items.map((item: { metadata: { namespace: string } }) => item.metadata.namespace);
  assert.deepEqual(places, ['a-b', 'a']);
});

const selectors: readonly (readonly [string, string[]])[] = [
  ['labelSelector=parity=even', ['c0', 'c2']],
  ['labelSelector=parity!%3Deven', ['c1', 'c3']],
  ['labelSelector=index%20in%20(1,3)', ['c1', 'c3']],
  ['labelSelector=index%20notin%20(1,3),parity', ['c0', 'c2']],
  ['labelSelector=!parity', []],
  ['labelSelector=nothing!%3Dx', ['c0', 'c1', 'c2', 'c3']],
  ['labelSelector=index%3E1', ['c2', 'c3']],
  ['fieldSelector=metadata.name=c1', ['c1']],
  ['fieldSelector=metadata.name!%3Dc1,metadata.namespace=default', ['c0', 'c2', 'c3']],
];

for (const [query, expected] of selectors) {
  test(`${decodeURIComponent(query)} finds ${expected.join(' ') || 'nothing'}`, async () => {
    await using door = await withSome(4);
    assert.deepEqual(names((await door.get(`${configMaps}?${query}`)).body), expected);
  });
}

test('A flag or a number that is absent counts as false or zero', async () => {
  await using door = await openFrontDoor();
  const pods = '/api/v1/namespaces/default/pods';
  const containers = [{ name: 'web', image: 'web' }];
  await door.post(pods, { metadata: { name: 'own' }, spec: { containers } });
  await door.post(pods, { metadata: { name: 'host' }, spec: { containers, hostNetwork: true } });
  assert.deepEqual(names((await door.get(`${pods}?fieldSelector=spec.hostNetwork=false`)).body), ['own']);
  assert.deepEqual(names((await door.get(`${pods}?fieldSelector=spec.nodeName=`)).body), ['host', 'own']);
});

test('A field that a kind cannot be selected by is refused', async () => {
  await using door = await withSome(0);
  const { status, body } = await door.get(`${configMaps}?fieldSelector=data.a=1`);
  assert.equal(status, 400);
  assert.equal(body.message, 'field label not supported: data.a');
  const label = await door.get(`${configMaps}?labelSelector=a%20b%20c`);
  assert.equal(label.status, 400);
});

test('Pages are of one state, whatever happens meanwhile', async () => {
  await using door = await withSome(5);
  const first = (await door.get(`${configMaps}?limit=2`)).body;
  assert.deepEqual(names(first), ['c0', 'c1']);
  assert.equal(first.metadata.remainingItemCount, 3);
  await door.delete(`${configMaps}/c2`);
  await door.post(configMaps, { metadata: { name: 'c1b' } });
  const second = (await door.get(`${configMaps}?limit=2&continue=${first.metadata.continue}`)).body;
  assert.deepEqual(names(second), ['c2', 'c3']);
  assert.equal(second.metadata.resourceVersion, first.metadata.resourceVersion);
  const last = (await door.get(`${configMaps}?limit=2&continue=${second.metadata.continue}`)).body;
  assert.deepEqual(names(last), ['c4']);
  assert.equal(last.metadata.continue, undefined);
  assert.equal(last.metadata.remainingItemCount, undefined);
});

test('With a selector a page is full and nobody counts the rest', async () => {
  await using door = await withSome(6);
  const { body } = await door.get(`${configMaps}?limit=2&labelSelector=parity=odd`);
  assert.deepEqual(names(body), ['c1', 'c3']);
  assert.equal(body.metadata.remainingItemCount, undefined);
  const rest = await door.get(
    `${configMaps}?limit=2&labelSelector=parity=odd&continue=${body.metadata.continue}`,
  );
  assert.deepEqual(names(rest.body), ['c5']);
});

test('A page of a state that is no longer kept is refused, with a way to go on', async () => {
  await using door = await withSome(3);
  const token = (revision: number, start: string) =>
    Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start })).toString('base64url');
  const { status, body } = await door.get(
    `${configMaps}?limit=1&continue=${token(1, '/core/configmaps/default/c0')}`,
  );
  assert.equal(status, 410);
  assert.equal(body.reason, 'Expired');
  const rest = await door.get(`${configMaps}?limit=1&continue=${body.metadata.continue}`);
  assert.deepEqual(names(rest.body), ['c1']);
  assert.equal((await door.get(`${configMaps}?continue=nonsense`)).status, 400);
  assert.equal((await door.get(`${configMaps}?continue=${token(1, '/core/secrets/default/s')}`)).status, 400);
});

test('A version of the future is too large', async () => {
  await using door = await withSome(1);
  for (const query of ['resourceVersion=999', 'resourceVersion=999&watch=true']) {
    const { status, body } = await door.get(`${configMaps}?${query}`);
    assert.equal(status, 504);
    assert.equal(body.details.causes[0].reason, 'ResourceVersionTooLarge');
  }
  const exact = await door.get(`${configMaps}?resourceVersion=1&resourceVersionMatch=Exact`);
  assert.equal(exact.status, 410);
});

test('Metadata alone is enough for some', async () => {
  await using door = await withSome(1);
  const accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';
  const { body } = await door.get(configMaps, { accept });
  assert.equal(body.kind, 'PartialObjectMetadataList');
  assert.deepEqual(Object.keys(body.items[0]), ['kind', 'apiVersion', 'metadata']);
});

test('A large list comes in slices', async () => {
  await using door = await openFrontDoor();
  const data = { a: 'x'.repeat(100_000) };
  for (let index = 0; index < 8; index++)
    await door.post(configMaps, { metadata: { name: `c${index}` }, data });
  const { body } = await door.transport({ method: 'GET', path: configMaps, query: '', headers: {} });
  assert.ok(body.kind === 'object');
  const chunks = [...body.chunks()];
  assert.ok(chunks.length > 2);
  assert.equal(JSON.parse(Buffer.concat(chunks).toString()).items.length, 8);
});
