import { systemClock } from '@fairlead/kube';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { askGrpc, parseHealthResponse } from './grpc.ts';

/** A gRPC server that answers one thing. */
async function serve(answer: (stream: ServerHttp2Stream, body: Buffer) => void): Promise<Http2Server> {
  const server = createServer();
  server.on('stream', (stream) => {
    stream.on('error', () => {}); // The probe has given up.
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => answer(stream as ServerHttp2Stream, Buffer.concat(parts)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const health = (status: number) => (stream: ServerHttp2Stream) => {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(Buffer.from([0, 0, 0, 0, 2, 8, status]));
};

const ask = async (server: Http2Server, service?: string) => {
  const { port } = server.address() as AddressInfo;
  const call = { port, ...(service !== undefined && { service }) };
  const answer = await askGrpc(call, { address: '127.0.0.1', timeoutMs: 200, clock: systemClock });
  server.close();
  return answer;
};

test('A gRPC probe succeeds when the service says that it serves', async () => {
  let asked = Buffer.alloc(0);
  const server = await serve((stream, body) => {
    asked = Buffer.from(body);
    health(1)(stream);
  });
  assert.deepEqual(await ask(server, 'shop'), { ok: true, message: 'service healthy' });
  assert.deepEqual([...asked], [0, 0, 0, 0, 6, 0x0a, 4, ...Buffer.from('shop')]);
});

test('A gRPC probe fails in the words of a kubelet', async () => {
  const unserving = await ask(await serve(health(2)));
  assert.deepEqual(unserving, { ok: false, message: 'service unhealthy (responded with "NOT_SERVING")' });
  const foreign = await ask(
    await serve((stream) => {
      const head = { ':status': 200, 'grpc-status': '12', 'grpc-message': 'unknown%20service' };
      stream.respond({ ...head, 'content-type': 'application/grpc' }, { endStream: true });
    }),
  );
  assert.match(foreign.message, /^error: this server does not implement .*: unknown service$/);
  const slow = await ask(await serve(() => {}));
  assert.match(slow.message, /^timeout: failed to connect service "127.0.0.1:\d+" within 0.2s/);
});

test('A port where nobody or no gRPC server listens fails the probe', async () => {
  const server = createTcpServer((socket) => socket.resume().end('hello\r\n')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const wrong = await askGrpc({ port }, { address: '127.0.0.1', timeoutMs: 500, clock: systemClock });
  assert.match(wrong.message, /^error: /);
  server.close();
  await once(server, 'close');
  const refused = await askGrpc({ port }, { address: '127.0.0.1', timeoutMs: 500, clock: systemClock });
  assert.match(refused.message, /^error: failed to connect service at .*ECONNREFUSED/);
});

test('Whatever bytes a server sends are a status', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 32 }), (bytes) => {
      assert.match(parseHealthResponse(bytes), /^[A-Z_]+$/);
    }),
  );
});
