import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { openRawUpstream, type RawUpstream, sendRaw, statusesOf } from './raw.fixture.ts';
import { eachWithRouter, expose, router } from './router.fixture.ts';

eachWithRouter();

let upstream: RawUpstream;
before(async () => {
  upstream = await openRawUpstream();
});
beforeEach(() => {
  upstream.take();
  expose('shop', [upstream.port]);
});
after(() => upstream.close());

const host = 'Host: shop.localhost\r\n';
const request = (line: string, headers: string, body = ''): string =>
  `${line}\r\n${host}${headers}${/^connection/im.test(headers) ? '' : 'Connection: close\r\n'}\r\n${body}`;
const inner = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n';

/** Request, the status of the answer, and what of it the app gets to see (nothing, when absent). */
const forms: readonly (readonly [string, string, number, RegExp?])[] = [
  ['two hosts', request('GET / HTTP/1.1', 'Host: evil\r\n'), 400],
  ['the same host twice', request('GET / HTTP/1.1', host), 400],
  ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['an absolute target', request('GET http://evil/ HTTP/1.1', ''), 400],
  [
    'an absolute target that asks for another protocol',
    request('GET http://evil/ HTTP/1.1', 'Connection: upgrade\r\nUpgrade: x\r\n'),
    400,
  ],
  ['a fragment', request('GET /a#b HTTP/1.1', ''), 400],
  ['a target without a slash', request('GET a HTTP/1.1', ''), 400],
  ['HTTP/2.0 by name', request('GET / HTTP/2.0', ''), 505],
  ['HTTP/1.2', request('GET / HTTP/1.2', ''), 400],
  ['chunked in HTTP/1.0', request('POST / HTTP/1.0', 'Transfer-Encoding: chunked\r\n', '0\r\n\r\n'), 400],
  [
    'another coding under chunked',
    request('POST / HTTP/1.1', 'Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'),
    501,
  ],
  ['an empty coding', request('POST / HTTP/1.1', 'Transfer-Encoding: , chunked\r\n', '0\r\n\r\n'), 501],
  [
    'a length that Connection names',
    request('GET / HTTP/1.1', `Connection: content-length\r\nContent-Length: ${inner.length}\r\n`, inner),
    200,
    /\r\nContent-Length: 35\r\n/,
  ],
  [
    'a host that Connection names',
    request('GET / HTTP/1.1', 'Connection: close, host, authorization\r\nAuthorization: a\r\n'),
    200,
    /\r\nHost: shop\.localhost\r\nAuthorization: a\r\n/,
  ],
  [
    'a coding that Connection names',
    request(
      'GET / HTTP/1.1',
      'Connection: transfer-encoding\r\nTransfer-Encoding: chunked\r\n',
      '3\r\nabc\r\n0\r\n\r\n',
    ),
    200,
    /\r\nTransfer-Encoding: chunked\r\n/,
  ],
  [
    'an upgrade to another HTTP',
    request(
      'GET / HTTP/1.1',
      'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAM\r\n',
    ),
    200,
    /^(?!.*(upgrade|http2-settings))/is,
  ],
  [
    'an upgrade with a body',
    request(
      'POST / HTTP/1.1',
      `Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: ${inner.length}\r\n`,
      inner,
    ),
    200,
    /^(?!.*upgrade)POST .*\r\nContent-Length: 35\r\n/is,
  ],
  [
    'an upgrade to two protocols',
    request('GET / HTTP/1.1', 'Connection: upgrade\r\nUpgrade: websocket, h2c\r\n'),
    200,
    /^(?!.*h2c)/is,
  ],
  [
    'claims about where it comes from',
    request(
      'GET / HTTP/1.1',
      'X_Forwarded_For: stranger\r\nX-Real-IP: stranger\r\nX-Forwarded-Port: stranger\r\nX-Forwarded-Prefix: /stranger\r\nX-Forwarded_Proto: stranger\r\nForwarded: for=stranger\r\nProxy: http://stranger\r\n',
    ),
    200,
    /^(?!.*stranger)/is,
  ],
  [
    'claims that Connection takes away',
    request('GET / HTTP/1.1', 'Connection: x-forwarded-for, x-request-id\r\n'),
    200,
    /X-Forwarded-For: 127\.0\.0\.1\r\n.*X-Request-Id: \w+\r\n/s,
  ],
  ['more headers than Node keeps', request('GET / HTTP/1.1', `${'a:b\r\n'.repeat(2500)}Host: evil\r\n`), 400],
  ['headers without end', request('GET / HTTP/1.1', `a: ${'b'.repeat(40_000)}\r\n`), 431],
];

for (const [what, bytes, status, seen] of forms) {
  test(`${what}: ${status}${seen === undefined ? ', and the app sees nothing' : ''}`, async () => {
    const answer = await sendRaw(router.address.port, bytes, { until: /\r\n\r\nok$/ });
    assert.equal(statusesOf(answer)[0], status, answer);
    const arrived = upstream.take();
    if (seen === undefined) assert.equal(arrived, '');
    else assert.match(arrived, seen);
    assert.doesNotMatch(arrived, /X-Forwarded-For.*X-Forwarded-For/s);
  });
}

const lengths = [
  '',
  '5',
  '05',
  '+5',
  '-5',
  '5 ',
  '5\t',
  '5,5',
  '5, 5',
  '0x5',
  '5.0',
  '5e0',
  '',
  '\x0b5',
  '5;',
  '"5"',
  '99999999999999999999',
].map((value, index) => (index === 0 ? '' : `Content-Length: ${value}\r\n`));
const oddLengths = [
  'Content-Length : 5\r\n',
  'Content-Length: 5\r\nContent-Length: 5\r\n',
  'Content-Length: 5\r\nContent-Length: 6\r\n',
  ' Content-Length: 5\r\n',
  'Content-Length:\r\n 5\r\n',
  'Content-Length: 5\n',
  'Content_Length: 5\r\n',
  'Connection: content-length\r\nContent-Length: 5\r\n',
];
const codings = [
  'chunked',
  'Chunked',
  'CHUNKED',
  ' chunked',
  '\tchunked',
  'chunked ',
  'chunked\t',
  '\x0bchunked',
  'chunked\x0b',
  'xchunked',
  'chunkedx',
  'chunk',
  '"chunked"',
  'chunked;a=b',
  'identity',
  'identity, chunked',
  'chunked, identity',
  'gzip, chunked',
  'chunked, chunked',
  ',chunked',
  'chunked,',
  '',
].map((value) => `Transfer-Encoding:${value}\r\n`);
const oddCodings = [
  '',
  'Transfer-Encoding : chunked\r\n',
  'Transfer-Encoding:\r\n chunked\r\n',
  'Transfer-Encoding: chunked\n',
  'Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n',
  'Transfer_Encoding: chunked\r\n',
  'Connection: transfer-encoding\r\nTransfer-Encoding: chunked\r\n',
];

const body = `0\r\n\r\n${inner}`;

/** How many requests a reader finds who takes the headers by their word; `undefined` when the framing is not plain. */
const requestsIn = (bytes: string): number | undefined => {
  let rest = bytes;
  for (let count = 0; ; count += 1) {
    if (rest === '') return count;
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const head = rest.slice(0, end + 2);
    const lengthLines = [...head.matchAll(/^content-length: *(.*)\r$/gim)].map((match) => match[1] ?? '');
    const codingLines = [...head.matchAll(/^transfer-encoding: *(.*)\r$/gim)];
    if (lengthLines.length + codingLines.length > 1 || lengthLines.some((value) => !/^\d+$/.test(value)))
      return undefined;
    rest = rest.slice(end + 4);
    if (codingLines.length > 0) rest = rest.replace(/^(?:[1-9a-f][0-9a-f]*\r\n[^]*?\r\n)*?0\r\n\r\n/, '');
    else rest = rest.slice(Number(lengthLines[0] ?? 0));
  }
};

test('of many ways to say two lengths, none reaches an app that Node alone refuses, and none says two things', async () => {
  const strict = createServer((incoming, outgoing) => {
    incoming.resume().on('end', () => outgoing.end());
  });
  await new Promise<void>((resolve) => strict.listen(0, '127.0.0.1', resolve));
  const { port } = strict.address() as AddressInfo;
  let sent = 0;
  for (const length of [...lengths, ...oddLengths]) {
    for (const coding of [...codings, ...oddCodings]) {
      const bytes = request('POST / HTTP/1.1', `${length}${coding}Connection: close\r\n`, body);
      const [byNode] = await Promise.all([sendRaw(port, bytes), sendRaw(router.address.port, bytes)]);
      const arrived = upstream.take();
      sent += 1;
      const about = JSON.stringify([length, coding, arrived]);
      if (statusesOf(byNode)[0] !== 200) assert.equal(arrived, '', about);
      else if (arrived !== '') assert.equal(requestsIn(arrived), 1, about);
    }
  }
  assert.ok(sent >= 500, `${sent} forms`);
  await new Promise((resolve) => strict.close(resolve));
});

test('chunks are read strictly', async () => {
  const chunks = [
    '3\r\nabc0\r\n\r\n',
    '3 \r\nabc\r\n0\r\n\r\n',
    '0x3\r\nabc\r\n0\r\n\r\n',
    '-3\r\nabc\r\n0\r\n\r\n',
    '3\nabc\n0\n\n',
    '3;a\nabc\r\n0\r\n\r\n',
    '10000000000000003\r\nabc\r\n0\r\n\r\n',
    `3;${'a'.repeat(40_000)}\r\nabc\r\n0\r\n\r\n`,
    `0\r\n${inner}`,
  ];
  for (const each of chunks) {
    const answer = await sendRaw(
      router.address.port,
      request('POST / HTTP/1.1', 'Transfer-Encoding: chunked\r\n', each),
    );
    assert.match(String(statusesOf(answer)[0] ?? 'cut'), /^(400|413|cut)$/, each.slice(0, 60));
    assert.doesNotMatch(upstream.take(), /smuggled/);
  }
});
