import type { Exchange } from './exchange.ts';

/** So much goes into one write. */
const FRAME_BYTES = 128 * 1024;
/** A chunk's size, in as many digits as the largest has, and its line end; and the line end behind it. */
const DIGITS = FRAME_BYTES.toString(16).length;
const FRONT_BYTES = DIGITS + 2;
const END_BYTES = 2;

/**
 * Writes the pieces of an answer that has begun, and ends it. They are gathered into large chunks in one piece of memory,
 * which is filled again when the client has taken what was in it. Rejects when the client is gone.
 */
export const pour = async (exchange: Exchange, pieces: Iterable<Uint8Array>): Promise<void> => {
  exchange.flush();
  const frame = new Frame(exchange.head.old);
  for (const piece of pieces) {
    for (let at = frame.take(piece, 0); at < piece.length; at = frame.take(piece, at))
      await written(exchange, frame.close());
  }
  await written(exchange, frame.close());
  exchange.end();
};

const written = ({ socket }: Exchange, bytes: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });

/** One chunk in the making. */
class Frame {
  readonly #bare: boolean;
  readonly #bytes = Buffer.allocUnsafeSlow(FRONT_BYTES + FRAME_BYTES + END_BYTES);
  #end = FRONT_BYTES;

  /** `bare`: without a chunk's size and line ends. */
  constructor(bare: boolean) {
    this.#bare = bare;
  }

  /** Takes of a piece what it has room for, and gives where that ends. */
  take(piece: Uint8Array, at: number): number {
    const room = FRONT_BYTES + FRAME_BYTES - this.#end;
    const left = piece.length - at;
    const taken = Math.min(room, left);
    this.#bytes.set(taken === piece.length ? piece : piece.subarray(at, at + taken), this.#end);
    this.#end += taken;
    return at + taken;
  }

  /** What is to be written; the next piece goes where its bytes were. */
  close(): Uint8Array {
    const end = this.#end;
    this.#end = FRONT_BYTES;
    if (this.#bare) return this.#bytes.subarray(FRONT_BYTES, end);
    const size = (end - FRONT_BYTES).toString(16).padStart(DIGITS, '0');
    this.#bytes.write(`${size}\r\n`, 0, 'latin1');
    this.#bytes.write('\r\n', end, 'latin1');
    return this.#bytes.subarray(0, end + END_BYTES);
  }
}
