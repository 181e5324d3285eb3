import { constants, createDeflate, createInflate } from 'node:zlib';
import type { Transform } from 'node:stream';
import { dictionary } from './dictionary.ts';

/** A frame of SPDY/3.1 as far as tunnels of Kubernetes use it. */
export type SpdyFrame =
  | {
      readonly kind: 'open';
      readonly stream: number;
      readonly headers: ReadonlyMap<string, string>;
      readonly final: boolean;
    }
  | { readonly kind: 'data'; readonly stream: number; readonly data: Buffer; readonly final: boolean }
  | { readonly kind: 'reset'; readonly stream: number }
  | { readonly kind: 'ping'; readonly id: number }
  | { readonly kind: 'other' };

/** What came is not SPDY. */
export class SpdyError extends Error {
  override readonly name = 'SpdyError';
}

const types = { open: 1, reply: 2, reset: 3, ping: 6, headers: 8 } as const;
const finalFlag = 1;
const controlBit = 0x80000000;
const versionAndControl = 0x8003;
/** A client sends what it read from a connection, in pieces of 32 KiB. */
const frameLimit = 1024 * 1024;
const headerLimit = 16 * 1024;

/** Turns bytes into frames, and headers into bytes. Headers are compressed as one stream in each direction. */
export class SpdyCodec {
  readonly #inflate = createInflate({ dictionary });
  readonly #deflate = createDeflate({ dictionary, flush: constants.Z_SYNC_FLUSH });
  #rest: Buffer = Buffer.alloc(0);

  /** Rejects with `SpdyError`. */
  async *read(chunk: Buffer): AsyncGenerator<SpdyFrame> {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= 8) {
      const length = this.#rest.readUIntBE(5, 3);
      if (length > frameLimit) throw new SpdyError('a frame that is too large');
      if (this.#rest.length < 8 + length) return;
      const frame = this.#rest.subarray(0, 8 + length);
      this.#rest = this.#rest.subarray(8 + length);
      yield await this.#parse(frame);
    }
  }

  async reply(stream: number): Promise<Buffer> {
    const none = await transform(this.#deflate, Buffer.alloc(4));
    return renderControl(types.reply, Buffer.concat([renderNumber(stream), none]));
  }

  close(): void {
    this.#inflate.destroy();
    this.#deflate.destroy();
  }

  async #parse(frame: Buffer): Promise<SpdyFrame> {
    const first = frame.readUInt32BE(0);
    const final = ((frame[4] ?? 0) & finalFlag) !== 0;
    const body = frame.subarray(8);
    if ((first & controlBit) === 0) return { kind: 'data', stream: first, data: body, final };
    if (first >>> 16 !== versionAndControl) throw new SpdyError('a frame of another version');
    switch (first & 0xffff) {
      case types.open:
        return this.#parseOpen(body, final);
      case types.reset:
        return { kind: 'reset', stream: numberAt(body, 0) };
      case types.ping:
        return { kind: 'ping', id: numberAt(body, 0) };
      case types.headers:
        // They go through the same compression as all others.
        await this.#headers(body.subarray(4));
        return { kind: 'other' };
      default:
        return { kind: 'other' };
    }
  }

  async #parseOpen(body: Buffer, final: boolean): Promise<SpdyFrame> {
    return {
      kind: 'open',
      stream: numberAt(body, 0),
      headers: await this.#headers(body.subarray(10)),
      final,
    };
  }

  async #headers(block: Buffer): Promise<ReadonlyMap<string, string>> {
    return parseHeaders(await transform(this.#inflate, block));
  }
}

export const renderPing = (id: number): Buffer => renderControl(types.ping, renderNumber(id));

export function renderData(stream: number, data: Uint8Array, final = false): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(stream, 0);
  head[4] = final ? finalFlag : 0;
  head.writeUIntBE(data.length, 5, 3);
  return Buffer.concat([head, data]);
}

function renderControl(type: number, body: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(versionAndControl, 0);
  head.writeUInt16BE(type, 2);
  head.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([head, body]);
}

const renderNumber = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

function numberAt(bytes: Buffer, at: number): number {
  if (at + 4 > bytes.length) throw new SpdyError('a frame that is too short');
  return bytes.readUInt32BE(at) & 0x7fffffff;
}

/** A number of pairs, each a name and a value with their lengths. */
export function parseHeaders(bytes: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  let at = 4;
  const text = (): string => {
    const length = numberAt(bytes, at);
    const end = at + 4 + length;
    if (end > bytes.length) throw new SpdyError('headers that end too early');
    const found = bytes.toString('utf8', at + 4, end);
    at = end;
    return found;
  };
  for (let left = numberAt(bytes, 0); left > 0; left -= 1) headers.set(text().toLowerCase(), text());
  return headers;
}

/** What a compressor makes of these bytes; it is asked for one thing at a time. */
function transform(compressor: Transform, bytes: Buffer): Promise<Buffer> {
  return new Promise((done, fail) => {
    const broken = () => fail(new SpdyError('headers that cannot be read'));
    compressor.once('error', broken);
    // More than fits would wait for a reader for ever.
    if (bytes.length > headerLimit) return broken();
    compressor.write(bytes, () => {
      compressor.off('error', broken);
      done((compressor.read() as Buffer | null) ?? Buffer.alloc(0));
    });
  });
}
