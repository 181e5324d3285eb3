import assert from 'node:assert/strict';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { systemClock } from '@fairlead/kube';
import { simulatedClock } from '@fairlead/kube/testing';
import { openServerIdentity } from '../../../auth/certificates.ts';
import { type Exchange, openHttpServer } from './server.ts';

const identity = await openServerIdentity({ hosts: ['127.0.0.1'], clock: systemClock });
const clock = simulatedClock();
const headers = { 'content-type': 'text/plain' };

/** Answers with the path and the body; what other paths do is in their names. */
const answer = (exchange: Exchange): void => {
  const { method, target } = exchange.head;
  if (target === '/take-over') {
    const socket = exchange.takeOver(101, { upgrade: 'shout', connection: 'Upgrade' });
    socket.on('data', (chunk: Buffer) => void socket.write(chunk.toString().toUpperCase()));
    socket.on('end', () => socket.end());
    socket.resume();
    return;
  }
  if (target === '/pieces') {
    exchange.begin(200, headers);
    for (const piece of ['one', 'two']) exchange.write(Buffer.from(piece));
    return exchange.end();
  }
  if (target === '/refused')
    return exchange.discardBody(() => exchange.send(403, headers, Buffer.from('no')));
  if (target === '/never') return;
  exchange.readBody(100, (body) => {
    const what = Buffer.from(`${method} ${target} ${String(body)}`);
    exchange.send(200, headers, method === 'HEAD' ? undefined : what);
  });
};

const server = await openHttpServer({
  host: '127.0.0.1',
  port: 0,
  tls: { key: identity.key, cert: identity.certificate },
  limit: 100,
  clock,
  onRequest: answer,
});
after(() => server.close());

const open = async (): Promise<TLSSocket> => {
  // The types know it for plain sockets only.
  const options = { host: '127.0.0.1', port: server.port, ca: identity.ca, allowHalfOpen: true };
  const socket = connect(options);
  await once(socket, 'secureConnect');
  return socket;
};

const host = 'Host: a\r\n';
const close = `${host}Connection: close\r\n`;

/** All that comes back until the server closes. */
const exchange = async (bytes: string): Promise<string> => {
  const socket = await open();
  socket.write(bytes);
  const answers = await text(socket);
  socket.destroy();
  return answers;
};

const bodiesIn = (answers: string): string[] =>
  answers
    .split(/HTTP\/1\.1 /)
    .slice(1)
    .map((one) => one.slice(one.indexOf('\r\n\r\n') + 4));

test('Requests that come together are answered one after the other, however many they are', async () => {
  const many = Array.from({ length: 5000 }, (_, index) => `GET /${index} HTTP/1.1\r\n${host}\r\n`);
  const bodies = bodiesIn(await exchange(`${many.join('')}GET /last HTTP/1.1\r\n${close}\r\n`));
  assert.equal(bodies.length, 5001);
  assert.deepEqual(
    [bodies[7], bodies[4999], bodies[5000]],
    ['GET /7 undefined', 'GET /4999 undefined', 'GET /last undefined'],
  );
});

test('A body that is counted and one in chunks are the same to whoever reads them', async () => {
  const counted = `PUT /a HTTP/1.1\r\n${host}Content-Length: 3\r\n\r\nabc`;
  const chunked = `PUT /a HTTP/1.1\r\n${close}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n`;
  assert.deepEqual(bodiesIn(await exchange(counted + chunked)), ['PUT /a abc', 'PUT /a abc']);
});

test('A body beyond what is wanted is read to its end, and said to be too large', async () => {
  const body = 'x'.repeat(200);
  const chunked = `PUT /b HTTP/1.1\r\n${close}Transfer-Encoding: chunked\r\n\r\nc8\r\n${body}\r\n0\r\n\r\n`;
  assert.deepEqual(bodiesIn(await exchange(chunked)), ['PUT /b too-large']);
  const answers = await exchange(
    `PUT /refused HTTP/1.1\r\n${host}Content-Length: 200\r\n\r\n${body}GET /c HTTP/1.1\r\n${close}\r\n`,
  );
  assert.deepEqual(bodiesIn(answers), ['no', 'GET /c undefined']);
});

test('Who asks before sending a body is told to go on, or refused without it', async () => {
  const asking = `Expect: 100-continue\r\nContent-Length: 3\r\n\r\n`;
  const socket = await open();
  socket.write(`PUT /a HTTP/1.1\r\n${close}${asking}`);
  const [word] = (await once(socket, 'data')) as [Buffer];
  assert.equal(word.toString(), 'HTTP/1.1 100 Continue\r\n\r\n');
  socket.write('abc');
  assert.match(await text(socket), /PUT \/a abc$/);
  const refused = await exchange(`PUT /refused HTTP/1.1\r\n${host}${asking}`);
  assert.match(refused, /^HTTP\/1\.1 403 Forbidden\r\n[^]*connection: close\r\n/);
});

test('An answer in pieces has chunks, and in HTTP/1.0 ends with the connection', async () => {
  const chunks = '3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n';
  assert.deepEqual(bodiesIn(await exchange(`GET /pieces HTTP/1.1\r\n${close}\r\n`)), [chunks]);
  assert.deepEqual(bodiesIn(await exchange('GET /pieces HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')), [
    'onetwo',
  ]);
});

test('HTTP/1.0 keeps a connection that it asks for', async () => {
  const kept = await exchange('GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /b HTTP/1.0\r\n\r\n');
  assert.deepEqual(bodiesIn(kept), ['GET /a undefined', 'GET /b undefined']);
});

test('HEAD has no body and no word of one', async () => {
  const answers = await exchange(`HEAD /a HTTP/1.1\r\n${close}\r\n`);
  assert.match(answers, /^HTTP\/1\.1 200 OK\r\n/);
  assert.doesNotMatch(answers, /content-length|chunked/);
  assert.deepEqual(bodiesIn(answers), ['']);
});

test('Who has said all still hears the answer', async () => {
  const socket = await open();
  socket.end(`GET /a HTTP/1.1\r\n${host}\r\n`);
  assert.match(await text(socket), /GET \/a undefined$/);
});

test('A connection is handed over with what has come already', async () => {
  const socket = await open();
  socket.write(`GET /take-over HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: shout\r\n\r\nhello `);
  let heard = '';
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString();
    if (heard.endsWith('HELLO ')) socket.end('you');
  });
  await once(socket, 'end');
  assert.match(heard, /^HTTP\/1\.1 101 Switching Protocols\r\nupgrade: shout\r\n[^]*\r\n\r\nHELLO YOU$/);
});

test('What cannot be read is said so in plain text, after what could be', async () => {
  const answers = await exchange(`GET /a HTTP/1.1\r\n${host}\r\nGET / HTTP/1.1\r\nHost : a\r\n\r\n`);
  assert.match(
    answers,
    /GET \/a undefinedHTTP\/1\.1 400 Bad Request\r\n[^]*400 Bad Request: malformed header field$/,
  );
});

const slow: readonly (readonly [title: string, bytes: string, seconds: number, code: string])[] = [
  ['says nothing', '', 25, 'nothing'],
  ['does not end the head', 'GET / HTTP/1.1\r\n', 25, '408'],
  ['does not end the body', `PUT / HTTP/1.1\r\n${host}Content-Length: 3\r\n\r\na`, 65, '408'],
  ['does not begin another request', `GET / HTTP/1.1\r\n${host}\r\n`, 125, '200'],
];

for (const [title, bytes, seconds, code] of slow) {
  test(`A client that ${title} is hung up on after ${seconds - 5} seconds`, async () => {
    const socket = await open();
    const closed = once(socket, 'close');
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    // The answer to another connection's request: by then this one has been heard, too.
    socket.write(bytes);
    await exchange(`GET / HTTP/1.1\r\n${close}\r\n`);
    socket.once('end', () => socket.end());
    for (let second = 0; second < seconds; second++) clock.advance(1000);
    await closed;
    assert.equal(/^HTTP\/1\.1 (\d+)/.exec(heard)?.[1] ?? 'nothing', code);
  });
}

test('A server that closes ends what is idle, and breaks off what goes on', async () => {
  const own = await openHttpServer({
    host: '127.0.0.1',
    port: 0,
    tls: { key: identity.key, cert: identity.certificate },
    limit: 100,
    clock,
    onRequest: answer,
  });
  const sockets = ['', `GET /never HTTP/1.1\r\n${host}\r\n`].map(async (bytes) => {
    const socket = connect({ host: '127.0.0.1', port: own.port, ca: identity.ca });
    await once(socket, 'secureConnect');
    socket.on('error', () => {}).resume();
    socket.write(bytes);
    return socket;
  });
  const [idle, busy] = (await Promise.all(sockets)) as [TLSSocket, TLSSocket];
  const ended = once(idle, 'end');
  const broken = once(busy, 'close');
  const closed = own.close();
  await ended;
  clock.advance(1000);
  await Promise.all([broken, closed]);
});
