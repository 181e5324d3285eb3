import type { Random } from '../clock.ts';

/** What a frame of a WebSocket is for (RFC 6455, 5.2). */
export const opcodes = { continuation: 0, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface SocketFrame {
  readonly isFinal: boolean;
  readonly opcode: number;
  readonly payload: Buffer;
}

/** Bytes. A server sends its output in much smaller pieces. */
const longestFrame = 16 * 1024 * 1024;

/** Cuts what a server sends into frames, and keeps what is unfinished for the next. Throws on what is none. */
export function createFrameReader(): (chunk: Buffer) => SocketFrame[] {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const frames: SocketFrame[] = [];
    for (let next = readFrame(rest); next !== undefined; next = readFrame(rest)) {
      frames.push(next.frame);
      rest = rest.subarray(next.length);
    }
    return frames;
  };
}

function readFrame(bytes: Buffer): { readonly frame: SocketFrame; readonly length: number } | undefined {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  if ((second & 0x80) !== 0) throw new Error('a server does not mask its frames');
  const head = second === 126 ? 4 : second === 127 ? 10 : 2;
  if (bytes.length < head) return undefined;
  const size = head === 4 ? bytes.readUInt16BE(2) : head === 10 ? Number(bytes.readBigUInt64BE(2)) : second;
  if (size > longestFrame) throw new Error(`a frame is longer than ${longestFrame} bytes`);
  if (bytes.length < head + size) return undefined;
  const payload = bytes.subarray(head, head + size);
  return { frame: { isFinal: (first & 0x80) !== 0, opcode: first & 0x0f, payload }, length: head + size };
}

/** A whole message as a client sends it: masked, so that no proxy on the way takes it for something else. */
export function renderFrame(opcode: number, payload: Uint8Array, random: Random): Buffer {
  const { length } = payload;
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.alloc(head + 4 + length);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (head === 2 ? length : head === 4 ? 126 : 127);
  if (head === 4) frame.writeUInt16BE(length, 2);
  if (head === 10) frame.writeBigUInt64BE(BigInt(length), 2);
  frame.writeUInt32BE(Math.floor(random() * 2 ** 32), head);
  for (let i = 0; i < length; i += 1) frame[head + 4 + i] = (payload[i] ?? 0) ^ (frame[head + (i & 3)] ?? 0);
  return frame;
}
