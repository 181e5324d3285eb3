import assert from 'node:assert/strict';
import { createServer, METHODS } from 'node:http';
import { duplexPair } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { HEAD_BYTES } from './request-parser.ts';
import { readAll, someRequests, type Told } from './requests.fixture.ts';

const read = (bytes: string) => readAll([Buffer.from(bytes, 'latin1')]);

const refused: readonly (readonly [title: string, head: string, code: number])[] = [
  ['a line feed alone', 'GET / HTTP/1.1\nHost: a\n\n\r\n\r\n', 400],
  ['a line feed alone among others', 'GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n', 400],
  ['a carriage return alone', 'GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n', 400],
  ['a NUL', 'GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n', 400],
  ['a space before the colon', 'GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n', 400],
  ['a folded field', 'GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n', 400],
  ['a field without a name', 'GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n', 400],
  ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n', 400],
  ['another version', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n', 505],
  ['no version', 'GET /\r\nHost: a\r\n\r\n', 400],
  ['two spaces', 'GET  / HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['no path', 'GET a HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['a tunnel', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['two equal lengths', 'PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n', 400],
  ['a list of lengths', 'PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n', 400],
  ['a length with a sign', 'PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n', 400],
  ['an endless length', `PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: ${'9'.repeat(20)}\r\n\r\n`, 400],
  [
    'a length and chunks',
    'PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    400,
  ],
  ['an unknown coding', 'PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n', 501],
  ['two codings', 'PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n', 501],
  ['chunks of old', 'PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
  ['an unknown expectation', 'PUT / HTTP/1.1\r\nHost: a\r\nExpect: joy\r\n\r\n', 417],
  ['too long a head', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(HEAD_BYTES)}\r\n\r\n`, 431],
  ['a head without end', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(HEAD_BYTES)}`, 431],
];

for (const [title, head, code] of refused) {
  test(`A request with ${title} is refused with ${code}`, () => {
    assert.deepEqual(read(head), { requests: [], fault: code });
  });
}

const chunked = 'PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
const bodies: readonly (readonly [title: string, body: string, found: string, code: number])[] = [
  ['chunks', '3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n', 'abc0123456789', 0],
  ['extensions and trailers', '3;a=b;c\r\nabc\r\n0;d\r\nX: 1\r\nY: 2\r\n\r\n', 'abc', 0],
  ['a size with a sign', '+3\r\nabc\r\n', '', 400],
  ['a size in another notation', '0x3\r\nabc\r\n', '', 400],
  ['a size beyond all numbers', `${'f'.repeat(17)}\r\n`, '', 400],
  ['a line feed after the size', '3\nabc\r\n', '', 400],
  ['more than its size', '3\r\nabcd\r\n', 'abc', 400],
  ['an extension without end', `3;${'x'.repeat(2000)}`, '', 413],
  ['trailers without end', `0\r\n${'X: 1\r\n'.repeat(20_000)}`, '', 431],
  ['a trailer that is none', '0\r\nX : 1\r\n\r\n', '', 400],
];

for (const [title, body, found, code] of bodies) {
  test(`A body of ${title} is ${code === 0 ? 'read' : `refused with ${code}`}`, () => {
    const { requests, fault } = read(chunked + body);
    assert.deepEqual([requests[0]?.body, requests[0]?.whole, fault], [found, code === 0, code]);
  });
}

test('A target with the host in it means the path', () => {
  const { requests } = read(
    'GET https://a:1/b?c HTTP/1.1\r\nHost: a\r\n\r\nGET http://a?c HTTP/1.1\r\nHost: a\r\n\r\n',
  );
  assert.deepEqual(
    requests.map(({ target }) => target),
    ['/b?c', '/?c'],
  );
});

const cut = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const sorted = [
    0,
    ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ];
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
};

test('Wherever the bytes are cut, the same requests are found', () => {
  fc.assert(
    fc.property(someRequests, fc.array(fc.nat(), { maxLength: 8 }), (bytes, places) => {
      const whole = readAll([bytes]);
      assert.deepEqual(readAll(cut(bytes, places)), whole);
      assert.deepEqual(readAll([...bytes].map((byte) => Buffer.of(byte))), whole);
    }),
    { numRuns: 1000 },
  );
});

/** What the parser of `node:http` finds before it answers that something is wrong. */
const readByNode = async (bytes: Buffer): Promise<Told[]> => {
  const found: Told[] = [];
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request;
    const told = { method, target: url, body: '', whole: false };
    found.push(told);
    request.on('data', (part: Buffer) => (told.body += part.toString('latin1')));
    request.on('end', () => {
      told.whole = true;
      response.end();
    });
  });
  // Not documented, and what keeps Node from hanging up on who has said all.
  Object.assign(server, { httpAllowHalfOpen: true });
  const [ours, theirs] = duplexPair();
  server.emit('connection', theirs);
  const closed = new Promise((resolve) => ours.once('close', resolve));
  ours.resume();
  ours.end(bytes);
  await closed;
  server.close();
  return found;
};

/** The good requests at the beginning, as far as Node knows their methods, and how many bytes they take. */
const goodOnes = (bytes: Buffer): { readonly requests: readonly Told[]; readonly length: number } => {
  const isGood = ({ method, whole }: Told): boolean => whole && METHODS.includes(method);
  const goodIn = (length: number): readonly Told[] => {
    const { requests } = readAll([bytes.subarray(0, length)]);
    const end = requests.findIndex((told) => !isGood(told));
    return end < 0 ? requests : requests.slice(0, end);
  };
  const requests = goodIn(bytes.length);
  let length = bytes.length;
  while (length > 0 && goodIn(length - 1).length === requests.length) length--;
  return { requests, length };
};

test('Every request that we take is taken by the parser of Node, and read the same', async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(someRequests, async (bytes) => {
      const { requests, length } = goodOnes(bytes);
      if (requests.length === 0) return;
      taken += requests.length;
      // Node drops a request that it has taken when something bad follows.
      const found = await readByNode(bytes.subarray(0, length));
      const targets = found.map((told) => ({ ...told, target: told.target.replace(/^http:\/\/a/, '') }));
      assert.deepEqual(targets, requests);
    }),
    { numRuns: 1500 },
  );
  assert.ok(taken > 100, `of the requests that were made up only ${taken} were good`);
});
