import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { startEngine } from '../../engine.ts';

const faults: unknown[] = [];
const engine = await startEngine({
  listen: { host: '127.0.0.1', port: 0 },
  onError: (error) => faults.push(error),
});
after(() => engine.close());
const { ca, token, server } = engine.access();
const authorization = `Authorization: Bearer ${token}\r\n`;

const open = async (): Promise<TLSSocket> => {
  const { hostname, port } = new URL(server);
  const socket = connect({ host: hostname, port: Number(port), ca });
  await once(socket, 'secureConnect');
  socket.on('error', () => {});
  return socket;
};

/** All that comes back for these bytes until the server closes, as it does after what it cannot read. */
const exchange = async (bytes: string): Promise<string> => {
  const socket = await open();
  // Of a server that hangs up on what it has not read, the last words may be lost on the way.
  const closed = new Promise((resolve) => socket.once('close', resolve));
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.write(Buffer.from(bytes, 'latin1'));
  await closed;
  return text;
};

const codeOf = (text: string): string => /^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 'nothing';

const requireAlive = async (): Promise<void> => {
  const text = await exchange(`GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  assert.equal(codeOf(text), '200');
  assert.deepEqual(faults, []);
};

const path = '/api/v1/namespaces/default/configmaps';
const post = (type: string, body: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\n${authorization}Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body, 'latin1')}\r\nConnection: close\r\n\r\n${body}`;

/** What strangers send, and what they are told. */
const requests: readonly (readonly [title: string, bytes: string, code: string])[] = [
  [
    'a million headers',
    `GET / HTTP/1.1\r\nHost: a\r\n${Array.from({ length: 1e6 }, (_, at) => `x${at}: 1\r\n`).join('')}\r\n`,
    '431 or nothing',
  ],
  ['a header without end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(200_000)}`, '431 or nothing'],
  ['a path without end', `GET /${'x'.repeat(200_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, '431 or nothing'],
  ['no HTTP', 'hello\r\n\r\n', '400'],
  [
    'two lengths',
    `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}`,
    '400',
  ],
  [
    'a length and chunks',
    `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    '400',
  ],
  ['a negative length', `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n`, '400'],
  [
    'a chunk that is no number',
    `POST ${path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
    '400',
  ],
  ['deep JSON', post('application/json', '['.repeat(1_000_000)), '400'],
  [
    'deep JSON that ends',
    post('application/json', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`),
    '400',
  ],
  ['deep YAML', post('application/yaml', '- '.repeat(50_000)), '400'],
  [
    'YAML that grows',
    post(
      'application/yaml',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, at) => `${'bcdefghij'[at]}: &${'bcdefghij'[at]} [${Array(9).fill(`*${'abcdefghi'[at]}`).join()}]`).join('\n')}\n`,
    ),
    '400',
  ],
  ['no UTF-8', post('application/json', '{"metadata":{"name":"\xff\xfe"}}'), '422'],
  [
    'a name of a million characters',
    post('application/json', `{"metadata":{"name":"${'x'.repeat(1e6)}"}}`),
    '422',
  ],
  ['an unknown type', post('application/x-www-form-urlencoded', 'a=b'), '415'],
];

for (const [title, bytes, code] of requests) {
  test(`Of ${title} the server says ${code} and goes on`, async () => {
    assert.ok(code.split(' or ').includes(codeOf(await exchange(bytes))));
    await requireAlive();
  });
}

test('Whatever bytes come, and wherever they stop, the server goes on', async () => {
  const line = fc.oneof(
    fc.constantFrom(
      'GET',
      'POST',
      'PATCH',
      ' ',
      path,
      '/',
      '/apis',
      '?watch=1',
      ' HTTP/1.1',
      '\r\n',
      '\r\n\r\n',
    ),
    fc.constantFrom(
      'Host: a\r\n',
      'Content-Length: 5\r\n',
      'Transfer-Encoding: chunked\r\n',
      authorization,
      '{"a":1}',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (parts) => {
      const socket = await open();
      socket.resume();
      socket.end(parts.join(''));
      // What waits for more is not waited for.
      await Promise.race([once(socket, 'close'), once(socket, 'end'), requireAlive()]);
      socket.destroy();
    }),
    { numRuns: 60 },
  );
  await requireAlive();
});
