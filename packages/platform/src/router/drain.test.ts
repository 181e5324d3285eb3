import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { test } from 'node:test';
import { ask, drainPort, eachWithRouter, expose, router, slice, startApp, table } from './router.fixture.ts';

eachWithRouter();

test('a retired address gets nothing new, and draining waits for what is under way', async () => {
  let finish = (): void => {};
  const begun = Promise.withResolvers<void>();
  const busy = await startApp((_, outgoing) => {
    finish = () => outgoing.end('old');
    begun.resolve();
  });
  expose('shop', [busy]);
  const first = ask('shop.localhost');
  await begun.promise;
  const next = await startApp((_, outgoing) => void outgoing.end('new'));
  for (const each of slice('shop', [next])) table.endpoints.set(`default/${each.metadata.name}`, each);
  let drained = false;
  const draining = drainPort(busy).then(() => (drained = true));
  for (let turn = 0; turn < 10; turn += 1) assert.equal((await ask('shop.localhost')).body, 'new');
  assert.equal(drained, false);
  finish();
  assert.equal((await first).body, 'old');
  await draining;
});

test('a pod whose slice has gone already is drained as well', async () => {
  let finish = (): void => {};
  const begun = Promise.withResolvers<void>();
  const port = await startApp((_, outgoing) => {
    finish = () => outgoing.end('whole');
    begun.resolve();
  });
  expose('shop', [port]);
  const answer = ask('shop.localhost');
  await begun.promise;
  table.endpoints.set(`default/shop-${port}`, undefined);
  let drained = false;
  const draining = drainPort(port).then(() => (drained = true));
  assert.equal((await ask('shop.localhost')).status, 503);
  assert.equal(drained, false);
  finish();
  assert.equal((await answer).body, 'whole');
  await draining;
});

test('a slice that is behind brings no request to a retired pod', async () => {
  const late = await startApp((_, outgoing) => void outgoing.end('late'));
  await drainPort(late);
  const port = await startApp((_, outgoing) => void outgoing.end('here'));
  expose('shop', [late, port]);
  for (let turn = 0; turn < 10; turn += 1) assert.equal((await ask('shop.localhost')).body, 'here');
});

test('the last pod that is known serves until another is known', async () => {
  const port = await startApp((_, outgoing) => void outgoing.end('old'));
  expose('shop', [port]);
  let drained = false;
  const draining = drainPort(port).then(() => (drained = true));
  assert.equal((await ask('shop.localhost')).body, 'old');
  assert.equal(drained, false);
  const next = await startApp((_, outgoing) => void outgoing.end('new'));
  for (const each of slice('shop', [next])) table.endpoints.set('default/shop-next', each);
  assert.equal((await ask('shop.localhost')).body, 'new');
  await draining;
});

test('the last pod serves no more when the slices name none', async () => {
  const port = await startApp((_, outgoing) => void outgoing.end('old'));
  expose('shop', [port]);
  const draining = drainPort(port);
  table.endpoints.set(`default/shop-${port}`, undefined);
  await draining;
  assert.equal((await ask('shop.localhost')).status, 503);
});

test('the address of a retired pod takes requests again as another pod’s', async () => {
  const other = await startApp((_, outgoing) => void outgoing.end('other'));
  const port = await startApp((_, outgoing) => void outgoing.end('here'));
  expose('shop', [port, other]);
  await drainPort(port);
  assert.equal((await ask('shop.localhost')).body, 'other');
  table.endpoints.set(`default/shop-${other}`, undefined);
  for (const each of slice('shop', [port], 'next')) table.endpoints.set('default/shop-again', each);
  assert.equal((await ask('shop.localhost')).body, 'here');
});

test('a stream does not hold up the end of the router', async () => {
  const port = await startApp((_, outgoing) => void outgoing.write('for ever'));
  expose('shop', [port]);
  const endless = ask('shop.localhost');
  while (table.endpoints.of('default/shop')[0]?.inFlight !== 1)
    await new Promise((next) => setImmediate(next));
  await router.close(Promise.resolve());
  await assert.rejects(endless);
});

test('a router that ends answers what it has begun', async () => {
  let finish = (): void => {};
  const begun = Promise.withResolvers<void>();
  const port = await startApp((_, outgoing) => {
    finish = () => outgoing.setHeader('set-cookie', ['a=1', 'b=2']).end('whole');
    begun.resolve();
  });
  expose('shop', [port]);
  const agent = new Agent({ keepAlive: true });
  const answer = ask('shop.localhost', { agent });
  await begun.promise;
  const closed = router.close(new Promise(() => {}));
  finish();
  const { body, headers } = await answer;
  assert.deepEqual([body, headers['set-cookie'], headers.connection], ['whole', ['a=1', 'b=2'], 'close']);
  await closed;
  agent.destroy();
});
