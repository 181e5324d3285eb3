import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { type AddressInfo, connect, type ListenOptions, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createClient } from '../client/client.ts';
import { ApiError } from '../error.ts';
import { configMaps } from '../kinds/index.ts';
import type { KubeRequest } from '../transport.ts';
import type { Connection } from './connection.ts';
import { openHttp } from './open-http.ts';

/** A transport to a server of the test's own. */
async function openScene(
  t: TestContext,
  answer: RequestListener,
  {
    connection = {},
    listen = { port: 0, host: '127.0.0.1' },
  }: { connection?: Partial<Connection>; listen?: ListenOptions } = {},
) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(listen, resolve));
  const address = server.address() as AddressInfo | string;
  const url = typeof address === 'string' ? 'http://localhost' : `http://127.0.0.1:${address.port}`;
  const http = openHttp({ server: url, ...connection });
  t.after(async () => {
    await http.close();
    server.closeAllConnections();
    server.close();
  });
  return { url, transport: http.transport, close: () => http.close() };
}

const get = (path: string, query = ''): KubeRequest => ({ method: 'GET', path, query, headers: {} });
const json = { 'content-type': 'application/json' };
const line = (name: string) => `${JSON.stringify({ type: 'ADDED', object: { metadata: { name } } })}\n`;

describe('a transport over HTTP', () => {
  it('sends method, path, query, headers and body, and brings back the object', async (t) => {
    const { transport } = await openScene(t, (request, response) => {
      response.writeHead(201, json);
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        response.end(
          JSON.stringify({ line: `${request.method} ${request.url}`, body, kind: request.headers['x-kind'] }),
        );
      });
    });
    const answer = await transport({
      method: 'POST',
      path: '/api/v1/pods',
      query: 'a=b',
      headers: { 'x-kind': 'pod' },
      body: Buffer.from('{}'),
    });
    assert.equal(answer.status, 201);
    assert.equal(answer.headers['content-type'], 'application/json');
    assert(answer.body.kind === 'object');
    assert.deepEqual(answer.body.value(), { line: 'POST /api/v1/pods?a=b', body: '{}', kind: 'pod' });
    assert.equal(answer.body.value(), answer.body.value(), 'parsed once');
  });

  it('puts the path of the server before the request', async (t) => {
    const { url } = await openScene(t, (request, response) =>
      response.writeHead(200, json).end(JSON.stringify(request.url)),
    );
    await using http = openHttp({ server: `${url}/clusters/one/` });
    const { body } = await http.transport(get('/version'));
    assert(body.kind === 'object');
    assert.equal(body.value(), '/clusters/one/version');
  });

  it('says who it is: token, token file read anew', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'token-'));
    t.after(() => rm(folder, { recursive: true }));
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, 'first\n');
    const { url } = await openScene(t, (request, response) =>
      response.writeHead(200, json).end(JSON.stringify(request.headers.authorization ?? '')),
    );
    const seenAs = async (connection: Partial<Connection>) => {
      await using http = openHttp({ server: url, ...connection });
      const { body } = await http.transport(get('/'));
      return body.kind === 'object' ? body.value() : undefined;
    };
    assert.equal(await seenAs({}), '');
    assert.equal(await seenAs({ token: 'secret' }), 'Bearer secret');
    assert.equal(await seenAs({ tokenFile }), 'Bearer first');
    await writeFile(tokenFile, 'second\n');
    assert.equal(await seenAs({ tokenFile }), 'Bearer second');
  });

  it('asks for a credential, and once more when it is refused', async (t) => {
    const { url } = await openScene(t, ({ headers }, response) => {
      const isGood = headers.authorization === 'Bearer second';
      response.writeHead(isGood ? 200 : 401, json).end(JSON.stringify(headers.authorization));
    });
    const tokens = ['first', 'second', 'third'];
    const credentials = {
      get: async () => ({ token: tokens[0] ?? '' }),
      reject: async () => void tokens.shift(),
    };
    await using http = openHttp({ server: url, credentials });
    assert.equal((await http.transport(get('/'))).status, 200);
    assert.equal((await http.transport(get('/'))).status, 200);
    tokens.shift();
    assert.equal((await http.transport(get('/'))).status, 401, 'twice refused is refused');
  });

  it('acts as somebody else', async (t) => {
    const { url } = await openScene(t, ({ rawHeaders }, response) =>
      response.writeHead(200, json).end(JSON.stringify(rawHeaders)),
    );
    const impersonate = {
      user: 'ann',
      uid: '7',
      groups: ['a', 'b'],
      extra: { 'Acme.com/Scope': ['x', 'y'] },
    };
    await using http = openHttp({ server: url, impersonate });
    const { body } = await http.transport(get('/'));
    assert(body.kind === 'object');
    const sent = body.value() as string[];
    const pairs = sent.flatMap((name, i) => (name.startsWith('impersonate') ? `${name}=${sent[i + 1]}` : []));
    assert.deepEqual(pairs, [
      'impersonate-user=ann',
      'impersonate-uid=7',
      'impersonate-group=a',
      'impersonate-group=b',
      'impersonate-extra-acme.com%2Fscope=x',
      'impersonate-extra-acme.com%2Fscope=y',
    ]);
  });

  it('goes through a proxy, to which it says who it is', async (t) => {
    const { url } = await openScene(t, (_request, response) => response.writeHead(200, json).end('"here"'));
    const proxy = createServer();
    const seen: (string | undefined)[] = [];
    proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
      seen.push(`${request.url} ${request.headers['proxy-authorization']}`);
      const onward = connect(Number(new URL(url).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
    });
    proxy.on('request', (request, response) => {
      seen.push(`${request.url} ${request.headers['proxy-authorization']}`);
      response.writeHead(200, json).end('"here"');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    t.after(() => proxy.close());
    const { port } = proxy.address() as AddressInfo;
    await using http = openHttp({ server: url, proxy: `http://me:pw@127.0.0.1:${port}` });
    const { body } = await http.transport(get('/version'));
    assert.equal(body.kind === 'object' && body.value(), 'here');
    assert.equal(seen.length, 1);
    assert.match(seen[0] ?? '', /127\.0\.0\.1:\d+.* Basic bWU6cHc=/);
  });

  it('goes through a Unix socket', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'socket-'));
    t.after(() => rm(folder, { recursive: true }));
    const path = join(folder, 's');
    const answer: RequestListener = (request, response) =>
      response.writeHead(200, json).end(JSON.stringify(request.url));
    const { transport } = await openScene(t, answer, { listen: { path }, connection: { socketPath: path } });
    const { body } = await transport(get('/version'));
    assert(body.kind === 'object');
    assert.equal(body.value(), '/version');
  });

  it('gives refusals, empty answers and text as what they are', async (t) => {
    const { transport } = await openScene(t, (request, response) => {
      if (request.url === '/empty') response.writeHead(200, json).end();
      else if (request.url === '/text') response.end('hello');
      else response.writeHead(404).end('404 page not found');
    });
    assert.equal((await transport(get('/empty'))).body.kind, 'empty');
    const text = await transport(get('/text'));
    assert(text.body.kind === 'stream');
    assert.equal(Buffer.concat(await Array.fromAsync(text.body.bytes)).toString(), 'hello');
    await assert.rejects(createClient(transport).json({ path: '/nowhere' }), (error) => {
      assert(error instanceof ApiError);
      assert.equal(error.code, 404);
      return true;
    });
  });

  it('delivers a watch line by line as it comes, and leaves when asked to', async (t) => {
    const left = Promise.withResolvers<void>();
    const { transport } = await openScene(t, (_request, response) => {
      response.writeHead(200, json).write(line('a') + line('b').slice(0, 10));
      response.once('close', () => left.resolve());
      setImmediate(() => response.write(line('b').slice(10)));
    });
    const names: string[] = [];
    for await (const { object } of createClient(transport).resource(configMaps).watch({})) {
      names.push((object as { metadata: { name: string } }).metadata.name);
      if (names.length === 2) break;
    }
    assert.deepEqual(names, ['a', 'b']);
    await left.promise;
  });

  it('tells the end of a watch from its breaking', async (t) => {
    const { transport } = await openScene(t, (request, response) => {
      response.writeHead(200, json).write(line('a'));
      setImmediate(() => (request.url?.includes('break') ? response.destroy() : response.end()));
    });
    const maps = createClient(transport).resource(configMaps);
    assert.equal((await Array.fromAsync(maps.watch({}))).length, 1);
    await assert.rejects(
      Array.fromAsync(maps.watch({ fieldSelector: 'break' })),
      /terminated|closed|aborted/,
    );
  });

  it('a watch of something that is no JSON breaks', async (t) => {
    const { transport } = await openScene(t, (_request, response) => {
      response.writeHead(200, json).end('no json\n');
    });
    await assert.rejects(
      Array.fromAsync(createClient(transport).resource(configMaps).watch({})),
      SyntaxError,
    );
  });

  it('ends a request when its signal says so, and all of them when closed', { timeout: 5_000 }, async (t) => {
    const { transport, close } = await openScene(t, () => {});
    const stop = new AbortController();
    const aborted = transport({ ...get('/'), signal: stop.signal });
    const closed = transport(get('/'));
    stop.abort();
    await assert.rejects(aborted);
    await Promise.all([assert.rejects(closed), close()]);
  });

  it('says that nobody is there', async () => {
    await using http = openHttp({ server: 'http://127.0.0.1:1' });
    await assert.rejects(http.transport(get('/')), /ECONNREFUSED/);
  });
});
