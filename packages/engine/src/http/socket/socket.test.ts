import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { connect } from 'node:tls';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { createClient, configMaps } from '@fairlead/kube';
import { openHttp, parseKubeconfig } from '@fairlead/kube/http';
import { renderKubeconfig } from '../../auth/kubeconfig.ts';
import { startEngine } from '../../engine.ts';

const engine = await startEngine({ listen: { host: '127.0.0.1', port: 0 } });
after(() => engine.close());
const { ca, token, server } = engine.access();

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

const open = async (path: string, { method = 'GET', headers, body }: Sent = {}): Promise<IncomingMessage> => {
  const authorization = `Bearer ${token}`;
  const sending = httpsRequest(`${server}${path}`, { ca, method, headers: { authorization, ...headers } });
  sending.end(body);
  const [answer] = (await once(sending, 'response')) as [IncomingMessage];
  return answer;
};

const read = async (answer: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const part of answer) text += String(part);
  return text;
};

const status = async (path: string, sent?: Sent): Promise<number | undefined> => {
  const answer = await open(path, sent);
  await read(answer);
  return answer.statusCode;
};

const configMapsPath = '/api/v1/namespaces/default/configmaps';

test('Who shows no token or a wrong one is not let in; who asks for health is', async () => {
  assert.equal(await status('/api/v1/namespaces'), 200);
  assert.equal(await status('/api/v1/namespaces', { headers: { authorization: '' } }), 403);
  assert.equal(await status('/api/v1/namespaces', { headers: { authorization: 'Bearer wrong' } }), 401);
  assert.equal(await status('/readyz', { headers: { authorization: '' } }), 200);
  assert.equal(await status('/version', { headers: { authorization: '' } }), 200);
});

test('A token that falls with its service account is refused on the connection that it was good on', async () => {
  const accounts = '/api/v1/namespaces/default/serviceaccounts';
  const post = async (path: string, body: object): Promise<string> => {
    const headers = { 'content-type': 'application/json' };
    return read(await open(path, { method: 'POST', headers, body: JSON.stringify(body) }));
  };
  await post(accounts, { metadata: { name: 'bot' } });
  const made = JSON.parse(await post(`${accounts}/bot/token`, {})) as { status: { token: string } };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = async (): Promise<readonly (number | undefined)[]> => {
    const headers = { authorization: `Bearer ${made.status.token}` };
    const asking = httpsRequest(`${server}/apis`, { ca, agent, headers });
    asking.end();
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    await read(answer);
    return [answer.statusCode, asking.socket?.localPort];
  };
  const [good, port] = await ask();
  assert.equal(good, 200);
  assert.equal(await status(`${accounts}/bot`, { method: 'DELETE' }), 200);
  assert.deepEqual(await ask(), [401, port]);
  agent.destroy();
});

test('HTTP/1.1 is agreed upon in the handshake', async () => {
  const { port } = new URL(server);
  const socket = connect({ port: Number(port), host: '127.0.0.1', ca, ALPNProtocols: ['h2', 'http/1.1'] });
  await once(socket, 'secureConnect');
  assert.equal(socket.alpnProtocol, 'http/1.1');
  socket.destroy();
});

test('A body that is too large is refused, whether it says so or not', async () => {
  const body = Buffer.alloc(3 * 1024 * 1024 + 1, 0x20);
  const headers = { 'content-type': 'application/json' };
  assert.equal(await status(configMapsPath, { method: 'POST', headers, body }), 413);
  const chunked = { ...headers, 'transfer-encoding': 'chunked' };
  assert.equal(await status(configMapsPath, { method: 'POST', headers: chunked, body }), 413);
  assert.equal(await status('/api/v1/namespaces'), 200);
});

test('HEAD has no body, and what is no request of ours is refused', async () => {
  const head = await open('/readyz', { method: 'HEAD' });
  assert.deepEqual([head.statusCode, await read(head)], [200, '']);
  assert.equal(await status('/api/v1/namespaces', { method: 'HEAD' }), 405);
  assert.equal(await status('/api/v1/namespaces', { method: 'OPTIONS' }), 405);
  assert.equal(await status('/%zz'), 404);
  assert.equal(await status('/nowhere'), 404);
});

test('A client over the socket does what it does in the process', async () => {
  const config = renderKubeconfig(engine.access());
  const http = openHttp(await parseKubeconfig(config, {}));
  const client = createClient(http.transport);
  const made = await client.resource(configMaps).create({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'one', namespace: 'default' },
    data: { a: '1' },
  });
  const found = await client.resource(configMaps).get({ name: 'one', namespace: 'default' });
  assert.deepEqual(found, made);
  await http.close();
});

test('A watch delivers at once, one frame per line, and ends with the server', async () => {
  const own = await startEngine({ listen: { host: '127.0.0.1', port: 0 } });
  const access = own.access();
  const headers = { authorization: `Bearer ${access.token}` };
  const sending = httpsRequest(`${access.server}${configMapsPath}?watch=true`, { ca: access.ca, headers });
  sending.end();
  const [answer] = (await once(sending, 'response')) as [IncomingMessage];
  assert.equal(answer.headers['transfer-encoding'], 'chunked');
  const body = Buffer.from(JSON.stringify({ metadata: { name: 'one' } }));
  await own.transport()({ method: 'POST', path: configMapsPath, query: '', headers: {}, body });
  const [frame] = (await once(answer, 'data')) as [Buffer];
  const line = frame.toString();
  assert.ok(line.endsWith('}\n'));
  assert.equal(JSON.parse(line).type, 'ADDED');
  const ended = once(answer, 'end');
  answer.resume();
  await own.close();
  await ended;
});

test('A list in several slices arrives whole', async () => {
  const data = { a: 'x'.repeat(200_000) };
  for (let index = 0; index < 5; index++) {
    const body = Buffer.from(JSON.stringify({ metadata: { name: `large-${index}` }, data }));
    await engine.transport()({ method: 'POST', path: configMapsPath, query: '', headers: {}, body });
  }
  const { items } = JSON.parse(await read(await open(configMapsPath))) as { items: unknown[] };
  assert.ok(items.length >= 5);
});

test('A large answer is compressed for those who say so, a small one for nobody', async () => {
  const data = { text: 'word '.repeat(40_000) };
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ metadata: { name: 'large' }, data });
  assert.equal(await status(configMapsPath, { method: 'POST', headers, body }), 201);
  const wish = { headers: { 'accept-encoding': 'deflate, gzip' } };
  for (const path of [`${configMapsPath}/large`, configMapsPath]) {
    const answer = await open(path, wish);
    assert.deepEqual([answer.headers['content-encoding'], answer.headers.vary], ['gzip', 'Accept-Encoding']);
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part as Buffer);
    assert.ok(Buffer.concat(parts).length < body.length / 10);
    assert.match(gunzipSync(Buffer.concat(parts)).toString(), /word word/);
  }
  const plain = await open(`${configMapsPath}/large`);
  assert.equal(plain.headers['content-encoding'], undefined);
  await read(plain);
  const small = await open('/api/v1/namespaces/default', wish);
  assert.equal(small.headers['content-encoding'], undefined);
  await read(small);
});

test('An answer says by which audit id it is found', async () => {
  const own = await open('/version');
  assert.match(String(own.headers['audit-id']), /^[0-9a-f-]{36}$/);
  await read(own);
  const given = await open('/version', { headers: { 'audit-id': 'mine' } });
  assert.equal(given.headers['audit-id'], 'mine');
  await read(given);
});

test('An address that is taken is said so', async () => {
  const port = Number(new URL(server).port);
  await assert.rejects(startEngine({ listen: { host: '127.0.0.1', port } }), { code: 'EADDRINUSE' });
});
