import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { systemRandom } from '@fairlead/kube';
import { okAnswer, openRawUpstream, type RawUpstream, sendRaw, statusesOf } from './raw.fixture.ts';
import { ask, eachWithRouter, expose, router, startApp, table } from './router.fixture.ts';
import { serveVisitors } from './server.ts';

eachWithRouter();

let upstream: RawUpstream;
before(async () => {
  upstream = await openRawUpstream();
});
beforeEach(() => {
  upstream.answer = okAnswer;
  expose('shop', [upstream.port]);
});
after(() => upstream.close());

const plain = 'GET / HTTP/1.1\r\nHost: shop.localhost\r\nConnection: close\r\n\r\n';
const upgrade = 'GET / HTTP/1.1\r\nHost: shop.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
const length = 'Content-Length: 2\r\n\r\nok';

/** What an app says, and the status that a visitor gets. */
const answers: readonly (readonly [string, number])[] = [
  [`HTTP/1.1 000 X\r\n${length}`, 502],
  [`HTTP/1.1 099 X\r\n${length}`, 502],
  [`HTTP/1.1 1000 X\r\n${length}`, 502],
  [`HTTP/1.1 200 O\x01K\r\n${length}`, 200],
  [`HTTP/1.1 200 O\0K\r\n${length}`, 200],
  [`HTTP/1.1 200\r\n${length}`, 200],
  ['HTTP/1.1 101 X\r\n\r\n', 502],
  [`HTTP/1.1 200 OK\r\nX: a\x01b\r\n${length}`, 502],
  [`HTTP/1.1 200 OK\r\nX: ${'a'.repeat(100_000)}\r\n${length}`, 502],
  [`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n${length}`, 502],
  [`HTTP/1.1 200 OK\r\nContent-Length: 3\r\n${length}`, 502],
  [`HTTP/1.1 200 OK\n${length}`, 502],
  ['an answer of my own\r\n\r\n', 502],
];

for (const [answer, status] of answers) {
  test(`an app that says ${JSON.stringify(answer.slice(0, 40))} gives its visitor ${status}, and no other`, async () => {
    upstream.answer = answer;
    for (const asked of [plain, upgrade]) {
      const got = await sendRaw(router.address.port, asked);
      assert.deepEqual(statusesOf(got), [status], got);
    }
    assert.equal((await ask('nobody.localhost')).status, 404);
  });
}

test('an app that changes its protocol unasked gives no answer', async () => {
  upstream.answer = 'HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nhello';
  assert.deepEqual(statusesOf(await sendRaw(router.address.port, plain)), [502]);
});

test('an app that does not change its protocol answers as usual', async () => {
  upstream.answer = 'HTTP/1.1 426 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n';
  const got = await sendRaw(router.address.port, upgrade);
  assert.match(got, /^HTTP\/1\.1 426 No\r\nConnection: close\r\n\r\nno$/);
});

test('the bytes of a header stay as they are, both ways', async () => {
  upstream.answer = `HTTP/1.1 200 OK\r\nX: \xff\xc3\xa9\r\nConnection: close\r\n${length}`;
  for (const asked of [plain, upgrade]) {
    const got = await sendRaw(router.address.port, asked.replace('\r\n\r\n', '\r\nY: \xff\xc3\xa9\r\n\r\n'));
    assert.match(got, /\r\nX: \xff\xc3\xa9\r\n/);
    assert.match(upstream.take(), /\r\nY: \xff\xc3\xa9\r\n/);
  }
});

test('a visitor who asks for another protocol and is gone ends nothing', async () => {
  for (const host of ['nobody.localhost', 'shop.localhost', 'asleep.localhost']) {
    if (host.startsWith('asleep')) expose('asleep', []);
    await new Promise<void>((resolve) => {
      const socket = connect(router.address.port, '127.0.0.1');
      socket.on('error', () => {}).on('close', () => resolve());
      socket.write(upgrade.replace('shop.localhost', host), () => socket.resetAndDestroy());
    });
  }
  assert.equal((await ask('shop.localhost')).body, 'ok');
});

const withPatience = async (patience: number, work: (port: number) => Promise<void>): Promise<void> => {
  const listen = { host: '127.0.0.1', port: 0 };
  const impatient = await serveVisitors({ table, random: systemRandom, listen, patience });
  await work(impatient.address.port);
  await impatient.close(Promise.resolve());
};

test('a visitor who does not send the rest, or takes nothing, is cut; one who waits for the app is not', async () => {
  let write = (): void => {};
  const cut = Promise.withResolvers<void>();
  const port = await startApp((incoming, outgoing) => {
    incoming.resume();
    if (incoming.url === '/endless') outgoing.on('close', cut.resolve).end(Buffer.alloc(64 * 1024 * 1024));
    if (incoming.url === '/quiet') write = () => outgoing.end('at last');
  });
  expose('slow', [port]);
  const about = (line: string, headers = ''): string =>
    `${line} HTTP/1.1\r\nHost: slow.localhost\r\n${headers}\r\n`;
  await withPatience(300, async (at) => {
    const waiting = sendRaw(at, about('GET /quiet'), { until: /at last/ });
    const body = sendRaw(at, about('POST /', 'Content-Length: 10\r\n'), { quiet: 10_000 });
    const chunked = sendRaw(at, `${about('POST /', 'Transfer-Encoding: chunked\r\n')}5\r\nab`, {
      quiet: 10_000,
    });
    const deaf = connect(at, '127.0.0.1', () => deaf.write(about('GET /endless')));
    deaf.pause().on('error', () => {});
    assert.deepEqual(await Promise.all([body, chunked]), ['', '']);
    await cut.promise;
    deaf.destroy();
    write();
    assert.match(await waiting, /at last/);
  });
});
