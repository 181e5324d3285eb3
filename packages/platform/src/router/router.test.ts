import assert from 'node:assert/strict';
import {
  createServer,
  request as send,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { after, afterEach, beforeEach, test } from 'node:test';
import { type EndpointSlice, type HTTPRoute, systemClock } from '@fairlead/kube';
import { drain } from './drain.ts';
import { hostName } from './match.ts';
import { closeConnections } from './proxy.ts';
import { type RouterServer, serveVisitors } from './server.ts';
import { createTable, type Table } from './table.ts';

let table: Table;
let router: RouterServer;
let apps: Server[] = [];

const route = (name: string, hosts: string[], path = '/'): HTTPRoute => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name, namespace: 'default' },
  spec: {
    hostnames: hosts,
    rules: [{ matches: [{ path: { type: 'PathPrefix', value: path } }], backendRefs: [{ name, port: 80 }] }],
  },
});

const slice = (service: string, ports: readonly number[], ready = true): EndpointSlice[] =>
  ports.map((port) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${service}-${port}`,
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': service },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready } }],
    ports: [{ name: 'http', port }],
  }));

const startApp = async (listener: RequestListener): Promise<number> => {
  const server = createServer(listener);
  apps.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

const expose = (service: string, ports: readonly number[], path = '/'): void => {
  table.routes.set(`default/${service}`, route(service, [`${service}.localhost`], path));
  for (const each of slice(service, ports)) table.endpoints.set(`default/${each.metadata.name}`, each);
};

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

const ask = (
  host: string,
  options: { path?: string; method?: string; body?: string; headers?: Record<string, string> } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { path = '/', method = 'GET', body, headers = {} } = options;
    const request = send({
      host: '127.0.0.1',
      port: router.address.port,
      path,
      method,
      headers: { ...headers, host },
    });
    request.on('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: text, headers: response.headers }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });

beforeEach(async () => {
  table = createTable();
  router = await serveVisitors({ table, random: Math.random, listen: { host: '127.0.0.1', port: 0 } });
});

afterEach(async () => {
  for (const app of apps) app.closeAllConnections();
  await Promise.all(apps.map((app) => new Promise((resolve) => app.close(resolve))));
  apps = [];
  await router.close();
});

after(closeConnections);

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
  const draining = drain(table, { address: `127.0.0.1:${busy}`, patience: 10_000, clock: systemClock }).then(
    () => (drained = true),
  );
  for (let turn = 0; turn < 10; turn += 1) assert.equal((await ask('shop.localhost')).body, 'new');
  assert.equal(drained, false);
  finish();
  assert.equal((await first).body, 'old');
  await draining;
});

test('an address that comes back after it was retired takes requests again', async () => {
  const port = await startApp((_, outgoing) => void outgoing.end('here'));
  expose('shop', [port]);
  await drain(table, { address: `127.0.0.1:${port}`, patience: 1000, clock: systemClock });
  assert.equal((await ask('shop.localhost')).status, 503);
  table.endpoints.set(`default/shop-${port}`, undefined);
  for (const each of slice('shop', [port])) table.endpoints.set('default/shop-again', each);
  assert.equal((await ask('shop.localhost')).body, 'here');
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
