/** Not a protobuf message, or not one of this type; worded as Go's generated code does. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** What a field holds, by its wire type (protobuf.dev, "Encoding"). */
export type Wire =
  | { readonly type: typeof VARINT; readonly value: Varint }
  | { readonly type: typeof FIXED64 | typeof BYTES | typeof FIXED32; readonly bytes: Uint8Array };

/** Unsigned; a bigint where seven bytes do not hold it. */
export type Varint = number | bigint;

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
const FIXED32 = 5;

/** The fields of a message: by number, all that came under it, in order. */
export type Fields = ReadonlyMap<number, readonly Wire[]>;

/** Reads one level of a message. Groups, which nobody writes any more, are refused. */
export const readFields = (message: Uint8Array): Fields => {
  const fields = new Map<number, Wire[]>();
  const cursor = new Cursor(message);
  while (!cursor.done) {
    const tag = Number(cursor.varint());
    const number = Math.floor(tag / 8) % 2 ** 29;
    if (number === 0) throw new WireError(`illegal tag ${number} (wire type ${tag % 8})`);
    const wire = cursor.content(tag % 8);
    const known = fields.get(number);
    if (known === undefined) fields.set(number, [wire]);
    else known.push(wire);
  }
  return fields;
};

/** Varints one after the other, without tags. */
export const readPacked = (bytes: Uint8Array): Wire[] => {
  const cursor = new Cursor(bytes);
  const found: Wire[] = [];
  while (!cursor.done) found.push({ type: VARINT, value: cursor.varint() });
  return found;
};

class Cursor {
  readonly #message: Uint8Array;
  #at = 0;

  constructor(message: Uint8Array) {
    this.#message = message;
  }

  get done(): boolean {
    return this.#at >= this.#message.length;
  }

  content(type: number): Wire {
    switch (type) {
      case VARINT:
        return { type, value: this.varint() };
      case FIXED64:
        return { type, bytes: this.#take(8) };
      case BYTES:
        return { type, bytes: this.#take(this.varint()) };
      case FIXED32:
        return { type, bytes: this.#take(4) };
      default:
        throw new WireError(`illegal wireType ${type}`);
    }
  }

  varint(): Varint {
    let value = 0;
    for (let factor = 1; factor < 2 ** 49; factor *= 128) {
      const byte = this.#next();
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
    return this.#long(value);
  }

  /** The eighth byte and what follows, of ten at most. */
  #long(low: number): bigint {
    let value = BigInt(low);
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.#next();
      value |= BigInt(byte % 128) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw new WireError('integer overflow');
  }

  #next(): number {
    const byte = this.#message[this.#at++];
    if (byte === undefined) throw new WireError('unexpected EOF');
    return byte;
  }

  #take(size: Varint): Uint8Array {
    if (size > this.#message.length - this.#at) throw new WireError('unexpected EOF');
    const start = this.#at;
    this.#at += Number(size);
    return this.#message.subarray(start, this.#at);
  }
}

const text = new TextDecoder('utf-8', { ignoreBOM: true });

/** The bytes of a string, of a message, of bytes. */
export const bytesOf = (wire: Wire): Uint8Array =>
  wire.type === BYTES ? wire.bytes : fail(`wrong wireType = ${wire.type}`);

/** What is not UTF-8 becomes U+FFFD, as when Go writes it as JSON. */
export const textOf = (wire: Wire): string => text.decode(bytesOf(wire));

export const varintOf = (wire: Wire): Varint =>
  wire.type === VARINT ? wire.value : fail(`wrong wireType = ${wire.type}`);

/** JSON has no number for what is none. */
export const doubleOf = (wire: Wire): number => {
  if (wire.type !== FIXED64) return fail(`wrong wireType = ${wire.type}`);
  const { buffer, byteOffset } = wire.bytes;
  const value = new DataView(buffer, byteOffset, 8).getFloat64(0, true);
  return Number.isFinite(value) ? value : fail(`unsupported value: ${value}`);
};

const fail = (words: string): never => {
  throw new WireError(words);
};
