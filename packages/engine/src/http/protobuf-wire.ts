/** One field as it lies in a message: its number, and its content by the wire type (protobuf.dev, "Encoding"). */
export interface WireField {
  readonly number: number;
  /** A number for varints and fixed sizes, bytes for what has a length. */
  readonly content: bigint | Uint8Array;
}

/** Not a protobuf message. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** Reads the fields of a message in order. Groups, which nobody writes any more, are refused. */
export function* readFields(message: Uint8Array): Generator<WireField> {
  const cursor = new Cursor(message);
  while (!cursor.done) {
    const tag = Number(cursor.varint() & 0xffff_ffffn);
    yield { number: tag >>> 3, content: cursor.content(tag & 7) };
  }
}

class Cursor {
  readonly #message: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(message: Uint8Array) {
    this.#message = message;
    this.#view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  }

  get done(): boolean {
    return this.#at >= this.#message.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#message[this.#at++];
      if (byte === undefined) throw new WireError('unexpected end of message');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new WireError('integer overflow');
  }

  content(wireType: number): bigint | Uint8Array {
    switch (wireType) {
      case VARINT:
        return this.varint();
      case FIXED64:
        return this.#view.getBigUint64(this.#take(8), true);
      case FIXED32:
        return BigInt(this.#view.getUint32(this.#take(4), true));
      case BYTES: {
        const size = Number(this.varint());
        const start = this.#take(size);
        return this.#message.subarray(start, start + size);
      }
      default:
        throw new WireError(`illegal wire type ${wireType}`);
    }
  }

  #take(size: number): number {
    const start = this.#at;
    this.#at += size;
    if (this.#at > this.#message.length) throw new WireError('unexpected end of message');
    return start;
  }
}
