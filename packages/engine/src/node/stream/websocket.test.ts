import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { duplexPair } from 'node:stream';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { acceptWebSocket, FrameParser, renderFrame, WebSocket, WebSocketError } from './websocket.ts';

/** As a client sends. */
function masked(opcode: number, payload: Uint8Array, final = true): Buffer {
  const plain = renderFrame(opcode, payload);
  const headLength = plain.length - payload.length;
  const key = randomBytes(4);
  const head = Buffer.from(plain.subarray(0, headLength));
  head[0] = (final ? 0x80 : 0) | opcode;
  head[1] = (head[1] ?? 0) | 0x80;
  const body = Buffer.from(payload).map((byte, at) => byte ^ (key[at & 3] ?? 0));
  return Buffer.concat([head, key, body]);
}

describe('a WebSocket', () => {
  test('shakes hands as in RFC 6455, 1.3, for the first protocol of the client that is spoken', () => {
    const headers = {
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-protocol': 'v9, v5.channel.k8s.io, v4.channel.k8s.io',
    };
    const accepted = acceptWebSocket(headers, ['v4.channel.k8s.io', 'v5.channel.k8s.io']);
    assert.equal(accepted?.protocol, 'v5.channel.k8s.io');
    assert.match(accepted?.head ?? '', /sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/);
    assert.equal(acceptWebSocket(headers, ['other']), undefined);
    assert.equal(acceptWebSocket({}, ['v9']), undefined);
  });

  test('frames of every length are read however they are cut', () => {
    const pieces = fc.array(fc.nat(300), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(pieces, fc.array(fc.nat(40), { minLength: 1 }), (lengths, cuts) => {
        const payloads = [...lengths, 65_536].map((length) => randomBytes(length));
        const bytes = Buffer.concat(payloads.map((payload) => masked(2, payload)));
        const parser = new FrameParser();
        const found: Buffer[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const next = at + 1 + (cuts[turn % cuts.length] ?? 0) * 500;
          found.push(...parser.push(bytes.subarray(at, next)).map(({ payload }) => payload));
          at = next;
        }
        assert.deepEqual(found, payloads);
      }),
      { numRuns: 30 },
    );
  });

  test('whatever bytes come are frames or a fault by name', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (chunks) => {
        const parser = new FrameParser();
        try {
          for (const chunk of chunks) parser.push(Buffer.from(chunk));
        } catch (error) {
          assert.ok(error instanceof WebSocketError, String(error));
        }
      }),
    );
  });

  test('parts become messages, a ping is answered, and a close ends it', async () => {
    const [client, server] = duplexPair();
    const heard: Buffer[] = [];
    client.on('data', (chunk: Buffer) => heard.push(chunk));
    client.write(masked(2, Buffer.from('he'), false));
    client.write(masked(9, Buffer.from('there?')));
    client.write(Buffer.concat([masked(0, Buffer.from('llo')), masked(8, Buffer.alloc(0))]));
    const messages: string[] = [];
    for await (const message of new WebSocket(server).messages()) messages.push(message.toString());
    assert.deepEqual(messages, ['hello']);
    await once(client, 'end');
    const close = Buffer.of(0x88, 2, 0x03, 0xe8);
    assert.deepEqual(Buffer.concat(heard), Buffer.concat([renderFrame(10, Buffer.from('there?')), close]));
  });

  test('a client that breaks the rules is told by the code of the close', async () => {
    const cases: readonly (readonly [Buffer, number])[] = [
      [renderFrame(2, Buffer.from('no mask')), 1002],
      [masked(0, Buffer.from('continues nothing')), 1002],
      [masked(9, Buffer.alloc(200)), 1002],
      [Buffer.of(0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0), 1009],
    ];
    for (const [bytes, code] of cases) {
      const [client, server] = duplexPair();
      client.write(bytes);
      for await (const message of new WebSocket(server).messages()) assert.fail(String(message));
      const [answer] = (await once(client, 'data')) as [Buffer];
      assert.equal(answer.readUInt16BE(2), code);
    }
  });
});
