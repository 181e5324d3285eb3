import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';

/** A peer did what RFC 6455 forbids; the code is for the closing frame. */
export class WebSocketError extends Error {
  override readonly name = 'WebSocketError';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface Frame {
  readonly final: boolean;
  readonly opcode: number;
  readonly payload: Buffer;
}

/** The most that one message may have; nobody types or copies in larger pieces. */
const messageLimit = 1024 * 1024;

/** Turns the bytes of a client into frames. Throws `WebSocketError`. */
export class FrameParser {
  #rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): Frame[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): Frame | undefined {
    const data = this.#rest;
    if (data.length < 2) return undefined;
    const [first = 0, second = 0] = data;
    if ((first & 0x70) !== 0) throw new WebSocketError(1002, 'an extension that nobody agreed on');
    if ((second & 0x80) === 0) throw new WebSocketError(1002, 'a frame without a mask');
    const opcode = first & 0x0f;
    const short = second & 0x7f;
    const headLength = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (data.length < headLength) return undefined;
    const length = short === 126 ? data.readUInt16BE(2) : short === 127 ? longLength(data) : short;
    if (length > messageLimit) throw new WebSocketError(1009, 'a message that is too large');
    if (opcode >= opcodes.close && (length > 125 || (first & 0x80) === 0)) {
      throw new WebSocketError(1002, 'a control frame that is not small and whole');
    }
    const end = headLength + 4 + length;
    if (data.length < end) return undefined;
    const payload = unmask(data.subarray(headLength + 4, end), data.subarray(headLength, headLength + 4));
    this.#rest = data.subarray(end);
    return { final: (first & 0x80) !== 0, opcode, payload };
  }
}

const longLength = (data: Buffer): number => Number(data.readBigUInt64BE(2));

function unmask(masked: Buffer, key: Buffer): Buffer {
  const plain = Buffer.from(masked);
  for (let at = 0; at < plain.length; at += 1) plain[at] = (plain[at] ?? 0) ^ (key[at & 3] ?? 0);
  return plain;
}

/** As a server sends: whole, without a mask. */
export function renderFrame(opcode: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  head[1] = length < 126 ? length : length < 65536 ? 126 : 127;
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

/** A server's end of a WebSocket, after the handshake. */
export class WebSocket {
  readonly #socket: Duplex;
  #closed = false;

  constructor(socket: Duplex) {
    this.#socket = socket;
    socket.on('error', () => {}); // The reader sees the end.
  }

  /** Whole messages, no faster than they are taken; ends when the client closes or is gone. */
  async *messages(): AsyncGenerator<Buffer> {
    let parts: Buffer[] = [];
    try {
      for await (const frame of this.#frames()) {
        if (frame.opcode === opcodes.close) return;
        if (frame.opcode === opcodes.ping) this.#write(opcodes.pong, frame.payload);
        if (frame.opcode >= opcodes.close) continue;
        parts = joined(parts, frame);
        if (!frame.final) continue;
        yield Buffer.concat(parts);
        parts = [];
      }
    } catch (error) {
      if (error instanceof WebSocketError) this.close(error.code, error.message);
      // A connection that broke off is an end like any other.
    } finally {
      this.close(1000);
    }
  }

  async *#frames(): AsyncGenerator<Frame> {
    const parser = new FrameParser();
    // The last word is ours: leaving the loop must not end the connection before it.
    const chunks = this.#socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    for await (const chunk of chunks) yield* parser.push(chunk);
  }

  /** Resolves when there is room for more. */
  async send(...parts: readonly Uint8Array[]): Promise<void> {
    if (this.#closed || this.#socket.destroyed) return;
    if (this.#write(opcodes.binary, Buffer.concat(parts))) return;
    await new Promise<void>((done) => {
      this.#socket.once('drain', done).once('close', done);
    });
  }

  close(code: number, reason = ''): void {
    if (this.#closed) return;
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    this.#write(opcodes.close, Buffer.concat([payload, Buffer.from(reason).subarray(0, 100)]));
    this.#closed = true;
    this.#socket.end();
  }

  #write(opcode: number, payload: Uint8Array): boolean {
    return this.#closed || this.#socket.write(renderFrame(opcode, payload));
  }
}

function joined(parts: Buffer[], { opcode, payload }: Frame): Buffer[] {
  const continues = opcode === opcodes.continuation;
  if (continues !== parts.length > 0) throw new WebSocketError(1002, 'a frame that continues nothing');
  const size = parts.reduce((sum, part) => sum + part.length, payload.length);
  if (size > messageLimit) throw new WebSocketError(1009, 'a message that is too large');
  return [...parts, payload];
}

const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The answer to a client that asks for a WebSocket; `undefined` when it asks for no protocol that is spoken here. */
export function acceptWebSocket(
  headers: IncomingHttpHeaders,
  spoken: readonly string[],
): { readonly head: string; readonly protocol: string } | undefined {
  const key = headers['sec-websocket-key'];
  const asked = (headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim());
  const protocol = asked.find((one) => spoken.includes(one));
  if (key === undefined || protocol === undefined) return undefined;
  const accept = createHash('sha1').update(`${key}${magic}`).digest('base64');
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'upgrade: websocket',
    'connection: Upgrade',
    `sec-websocket-accept: ${accept}`,
    `sec-websocket-protocol: ${protocol}`,
  ];
  return { head: `${lines.join('\r\n')}\r\n\r\n`, protocol };
}
