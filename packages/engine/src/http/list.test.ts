import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../store/memory.ts';
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

/** Its history is forgotten up to the newest version. */
const withForgotten = async (count: number) => {
  const store = await openMemoryStore();
  const door = await openFrontDoor({ store });
  for (let index = 0; index < count; index++)
    await door.post(configMaps, { metadata: { name: `c${index}` } });
  await store.compact(store.revision);
  return { door, [Symbol.asyncDispose]: () => store.close() };
};

const tokenOf = (content: unknown): string => Buffer.from(JSON.stringify(content)).toString('base64url');

test('A page of a state that is no longer kept is refused, with a way to go on', async () => {
  await using world = await withForgotten(3);
  const { door } = world;
  const token = tokenOf({ v: 'meta.k8s.io/v1', rv: 1, start: 'c0\0' });
  const { status, body } = await door.get(`${configMaps}?limit=1&continue=${token}`);
  assert.equal(status, 410);
  assert.equal(body.reason, 'Expired');
  assert.match(body.message, /^The provided continue parameter is too old to display a consistent list/);
  const fresh = JSON.parse(Buffer.from(body.metadata.continue, 'base64url').toString());
  assert.deepEqual(fresh, { v: 'meta.k8s.io/v1', rv: -1, start: 'c0\0' });
  const rest = await door.get(`${configMaps}?limit=1&continue=${body.metadata.continue}`);
  assert.deepEqual(names(rest.body), ['c1']);
});

const badTokens: readonly (readonly [string, string])[] = [
  ['a*b', 'continue key is not valid: illegal base64 data at input byte 1'],
  ['abcde', 'continue key is not valid: illegal base64 data at input byte 4'],
  ['nonsense', "continue key is not valid: invalid character '\\u009e' looking for beginning of value"],
  [tokenOf({ v: 'x', rv: 1 }), 'continue key is not valid: server does not recognize this encoded version x'],
  [
    tokenOf({ v: 'meta.k8s.io/v1', rv: 0, start: 'a' }),
    'continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)',
  ],
  [
    tokenOf({ v: 'meta.k8s.io/v1', rv: 1, start: '' }),
    'continue key is not valid: encoded start key empty (version meta.k8s.io/v1)',
  ],
  [tokenOf({ v: 'meta.k8s.io/v1', rv: 1, start: '../secrets/x' }), 'continue key is not valid: ../secrets/x'],
];

for (const [token, why] of badTokens) {
  test(`The token ${token} is refused: ${why}`, async () => {
    await using door = await openFrontDoor();
    const { status, body } = await door.get(`${configMaps}?continue=${encodeURIComponent(token)}`);
    assert.deepEqual([status, body.message], [400, `invalid continue token: ${why}`]);
  });
}

test('A list of a version is of that version, for as long as history knows it', async () => {
  await using door = await withSome(3);
  const { body: now } = await door.get(configMaps);
  const then = Number(now.items[1].metadata.resourceVersion);
  await door.delete(`${configMaps}/c0`);
  for (const query of [
    `resourceVersion=${then}&resourceVersionMatch=Exact`,
    `resourceVersion=${then}&limit=9`,
  ]) {
    const { body } = await door.get(`${configMaps}?${query}`);
    assert.deepEqual([names(body), body.metadata.resourceVersion], [['c0', 'c1'], String(then)]);
  }
  await using world = await withForgotten(2);
  const forgotten = await world.door.get(`${configMaps}?resourceVersion=1&resourceVersionMatch=Exact`);
  assert.equal(forgotten.status, 410);
  assert.equal(forgotten.body.message, 'The resourceVersion for the provided list is too old.');
});

test('Who takes any version gets the list whole', async () => {
  await using door = await withSome(3);
  const { body } = await door.get(`${configMaps}?resourceVersion=0&limit=1`);
  assert.deepEqual([names(body), body.metadata.continue], [['c0', 'c1', 'c2'], undefined]);
});

test('A version of the future is too large', async () => {
  await using door = await withSome(1);
  for (const query of [
    'resourceVersion=999',
    'resourceVersion=999&resourceVersionMatch=Exact',
    'resourceVersion=999&resourceVersionMatch=NotOlderThan',
  ]) {
    const { status, headers, body } = await door.get(`${configMaps}?${query}`);
    assert.deepEqual([status, body.reason, headers['retry-after']], [504, 'Timeout', '1']);
    assert.equal(body.details.causes[0].reason, 'ResourceVersionTooLarge');
    assert.equal(body.details.retryAfterSeconds, 1);
  }
  assert.equal((await door.get(`${configMaps}/c0?resourceVersion=999`)).status, 504);
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

test('Events are found by who tells of them, in the old field or in the new one', async () => {
  await using door = await openFrontDoor();
  const involvedObject = { kind: 'Pod', name: 'web', namespace: 'default' };
  const tell = (name: string, more: object) =>
    door.post('/api/v1/namespaces/default/events', { metadata: { name }, involvedObject, ...more });
  await tell('old', { source: { component: 'kubelet' } });
  await tell('other', { source: { component: 'scheduler' } });
  await door.post('/apis/events.k8s.io/v1/namespaces/default/events', {
    metadata: { name: 'new' },
    eventTime: '2026-01-01T00:00:00.000000Z',
    action: 'Started',
    reason: 'Started',
    type: 'Normal',
    note: 'started',
    regarding: involvedObject,
    reportingController: 'kubelet',
    reportingInstance: 'one',
  });
  const { body } = await door.get('/api/v1/namespaces/default/events?fieldSelector=source%3Dkubelet');
  assert.deepEqual(
    body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name),
    ['new', 'old'],
  );
});
