import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../testing/seeded-random.ts';
import { createFrameReader, opcodes, renderFrame } from './frames.ts';

/** As a server sends it. */
function serverFrame(payload: Uint8Array, isFinal: boolean): Buffer {
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = (isFinal ? 0x80 : 0) | opcodes.binary;
  head[1] = length < 126 ? length : length < 65_536 ? 126 : 127;
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

/** What a server reads of a masked frame. */
function unmasked(frame: Buffer): Buffer {
  const short = (frame[1] ?? 0) & 0x7f;
  const head = short === 126 ? 4 : short === 127 ? 10 : 2;
  return Buffer.from(frame.subarray(head + 4).map((byte, i) => byte ^ (frame[head + (i & 3)] ?? 0)));
}

describe('the frames of a WebSocket', () => {
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.constantFrom(125, 126, 65_535, 65_536).map((size) => new Uint8Array(size).fill(7)),
  );

  it('are read however they are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(payload, fc.boolean()), { maxLength: 4 }),
        fc.integer({ min: 1, max: 70_000 }),
        (sent, cut) => {
          const bytes = Buffer.concat(sent.map(([data, isFinal]) => serverFrame(data, isFinal)));
          const read = createFrameReader();
          const frames = [];
          for (let at = 0; at < bytes.length; at += cut) frames.push(...read(bytes.subarray(at, at + cut)));
          assert.deepEqual(
            frames.map(({ payload, isFinal }) => [payload.toString('hex'), isFinal]),
            sent.map(([data, isFinal]) => [Buffer.from(data).toString('hex'), isFinal]),
          );
        },
      ),
    );
  });

  it('are sent masked', () => {
    fc.assert(
      fc.property(payload, (data) => {
        const frame = renderFrame(opcodes.binary, data, seededRandom(data.length));
        assert.equal((frame[1] ?? 0) & 0x80, 0x80);
        assert.deepEqual(unmasked(frame), Buffer.from(data));
      }),
    );
  });

  it('of a stranger are frames or an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          createFrameReader()(Buffer.from(bytes));
        } catch (error) {
          assert.match((error as Error).message, /mask|longer/);
        }
      }),
    );
  });
});
