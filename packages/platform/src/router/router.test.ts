import assert from 'node:assert/strict';
import { request as send } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { hostName } from './match.ts';
import {
  apps,
  ask,
  eachWithRouter,
  expose,
  route,
  router,
  slice,
  startApp,
  table,
} from './router.fixture.ts';

eachWithRouter();

test('a request goes to the app of its host, body and headers with it', async () => {
  const port = await startApp((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
    incoming.on('end', () =>
      outgoing
        .setHeader('x-seen', incoming.headers['x-forwarded-for'] ?? '')
        .end(`${incoming.method} ${incoming.url} ${body}`),
    );
  });
  expose('shop', [port]);
  const answer = await ask('SHOP.localhost:8080', {
    path: '/a?b=1',
    method: 'POST',
    body: 'hello',
    headers: { 'x-forwarded-for': '6.6.6.6' },
  });
  assert.deepEqual([answer.status, answer.body], [200, 'POST /a?b=1 hello']);
  assert.equal(answer.headers['x-seen'], '127.0.0.1');
});

test('what is missing is said honestly: 404 without a route, 503 without a ready copy, 502 without an answer', async () => {
  assert.equal((await ask('nobody.localhost')).status, 404);
  expose('asleep', []);
  const asleep = await ask('asleep.localhost');
  assert.deepEqual([asleep.status, asleep.headers['retry-after']], [503, '1']);
  const port = await startApp((incoming) => incoming.socket.destroy());
  expose('broken', [port]);
  assert.equal((await ask('broken.localhost')).status, 502);
});

test('a copy that takes no connection is passed over, also by a request with a body', async () => {
  const port = await startApp((incoming, outgoing) => void incoming.pipe(outgoing));
  const dead = await startApp(() => {});
  await new Promise((resolve) => apps.pop()?.close(resolve));
  expose('half', [dead, port]);
  for (let turn = 0; turn < 20; turn += 1) {
    assert.deepEqual((await ask('half.localhost', { method: 'POST', body: 'kept' })).body, 'kept');
  }
});

test('the longest path wins, at whole segments', async () => {
  expose('site', [await startApp((_, outgoing) => void outgoing.end('site'))]);
  const port = await startApp((_, outgoing) => void outgoing.end('api'));
  table.routes.set('default/api', route('api', ['site.localhost'], '/api'));
  for (const each of slice('api', [port])) table.endpoints.set('default/api-1', each);
  const bodies = await Promise.all(
    ['/', '/api', '/api/x', '/apis'].map(async (path) => (await ask('site.localhost', { path })).body),
  );
  assert.deepEqual(bodies, ['site', 'api', 'api', 'site']);
});

test('what an app writes is seen when it is written', async () => {
  let finish = (): void => {};
  const port = await startApp((_, outgoing) => {
    outgoing.write('first');
    finish = () => outgoing.end('last');
  });
  expose('stream', [port]);
  const text = await new Promise<string>((resolve) => {
    send(
      { host: '127.0.0.1', port: router.address.port, headers: { host: 'stream.localhost' } },
      (response) => {
        let all = '';
        response.on('data', (chunk: Buffer) => {
          all += chunk.toString();
          if (all === 'first') finish();
        });
        response.on('end', () => resolve(all));
      },
    ).end();
  });
  assert.equal(text, 'firstlast');
});

test('a connection that changes its protocol is joined through', async () => {
  const port = await startApp(() => {});
  apps.at(-1)?.on('upgrade', (_incoming, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    socket.pipe(socket);
  });
  expose('echo', [port]);
  const socket = connect(router.address.port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: echo.localhost\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
  const text = await new Promise<string>((resolve) => {
    let all = '';
    socket.on('data', (chunk) => {
      all += chunk.toString();
      if (all.endsWith('\r\n\r\n')) socket.write('ping');
      if (all.endsWith('ping')) resolve(all);
    });
  });
  assert.match(text, /^HTTP\/1\.1 101/);
  socket.destroy();
});

test('hosts are compared without case, port and final dot; an address means the platform itself', () => {
  const table: readonly (readonly [string, string])[] = [
    ['Shop.Localhost:8080', 'shop.localhost'],
    ['shop.localhost.', 'shop.localhost'],
    ['127.0.0.1:8080', 'localhost'],
    ['[::1]:8080', 'localhost'],
    ['10.0.0.1.example.com', '10.0.0.1.example.com'],
  ];
  for (const [given, expected] of table) assert.equal(hostName(given), expected);
});
