import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { constants, createDeflate } from 'node:zlib';
import fc from 'fast-check';
import { dictionary } from './dictionary.ts';
import { parseHeaders, renderData, renderPing, SpdyCodec, SpdyError, type SpdyFrame } from './frames.ts';

const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const text = (value: string): Buffer => Buffer.concat([number(value.length), Buffer.from(value)]);

/** Opens streams as a client does: one compression for all. */
function openClient() {
  const deflate = createDeflate({ dictionary, flush: constants.Z_SYNC_FLUSH });
  return async (stream: number, headers: Readonly<Record<string, string>>): Promise<Buffer> => {
    const pairs = Object.entries(headers);
    const plain = Buffer.concat([number(pairs.length), ...pairs.flatMap((pair) => pair.map(text))]);
    await new Promise<void>((done) => deflate.write(plain, () => done()));
    const block = deflate.read() as Buffer;
    const body = Buffer.concat([number(stream), number(0), Buffer.of(0, 0), block]);
    const head = Buffer.of(0x80, 3, 0, 1, 0, 0, body.length >> 8, body.length & 0xff);
    return Buffer.concat([head, body]);
  };
}

async function readAll(codec: SpdyCodec, chunks: readonly Buffer[]): Promise<SpdyFrame[]> {
  const frames: SpdyFrame[] = [];
  for (const chunk of chunks) for await (const frame of codec.read(chunk)) frames.push(frame);
  return frames;
}

describe('SPDY as tunnels use it', () => {
  test('streams are opened with their headers, one after the other', async () => {
    const open = openClient();
    const bytes = Buffer.concat([
      await open(1, { Streamtype: 'error', Port: '80' }),
      await open(3, { Streamtype: 'data', Port: '80' }),
      renderData(3, Buffer.from('hello'), true),
      renderPing(7),
    ]);
    const codec = new SpdyCodec();
    // Cut anywhere.
    const frames = await readAll(
      codec,
      [...bytes].map((byte) => Buffer.of(byte)),
    );
    codec.close();
    assert.deepEqual(frames, [
      {
        kind: 'open',
        stream: 1,
        headers: new Map([
          ['streamtype', 'error'],
          ['port', '80'],
        ]),
        final: false,
      },
      {
        kind: 'open',
        stream: 3,
        headers: new Map([
          ['streamtype', 'data'],
          ['port', '80'],
        ]),
        final: false,
      },
      { kind: 'data', stream: 3, data: Buffer.from('hello'), final: true },
      { kind: 'ping', id: 7 },
    ]);
  });

  test('whatever bytes come are frames or a fault by name', async () => {
    const starts = [
      Buffer.alloc(0),
      Buffer.of(0x80, 3, 0, 1, 0, 0, 0, 14),
      Buffer.of(0x80, 3, 0, 6, 0, 0, 0, 1),
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 60 }), async (start, bytes) => {
        const codec = new SpdyCodec();
        try {
          await readAll(codec, [Buffer.concat([start, bytes])]);
        } catch (error) {
          assert.ok(error instanceof SpdyError, String(error));
        } finally {
          codec.close();
        }
      }),
    );
  });

  test('headers that lie about their length are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          parseHeaders(Buffer.from(bytes));
        } catch (error) {
          assert.ok(error instanceof SpdyError, String(error));
        }
      }),
    );
  });
});
