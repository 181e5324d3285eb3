import { HttpFault } from './fault.ts';
import { parseFields } from './fields.ts';

/** Finds where a body ends, in bytes that come in any pieces. */
export interface BodyReader {
  readonly whole: boolean;
  /** Takes what belongs to the body from `at` on, and gives where it stopped. Throws `HttpFault`. */
  read(bytes: Buffer, at: number, onPart: (part: Buffer) => void): number;
}

export const openBody = (body: number | 'chunked'): BodyReader =>
  body === 'chunked' ? new ChunkedBody() : new CountedBody(body);

class CountedBody implements BodyReader {
  #left: number;

  constructor(length: number) {
    this.#left = length;
  }

  get whole(): boolean {
    return this.#left === 0;
  }

  read(bytes: Buffer, at: number, onPart: (part: Buffer) => void): number {
    const end = Math.min(bytes.length, at + this.#left);
    if (end > at) onPart(bytes.subarray(at, end));
    this.#left -= end - at;
    return end;
  }
}

const CR = 0x0d;
const LF = 0x0a;
/** A chunk's size with all that stands beside it; no client has more to say there. */
const LINE_BYTES = 1024;
const TRAILER_BYTES = 64 * 1024;
/** At most 2^48 bytes; no extension counts (RFC 9112, 7.1.1), but it has to be one. */
const SIZE = /^([0-9a-f]{1,12})(?:;[\t\x20-\x7e\x80-\xff]*)?$/i;

/** RFC 9112, 7.1. What follows the last chunk is read and passed over. */
class ChunkedBody implements BodyReader {
  #state: 'size' | 'data' | 'end of data' | 'trailer' | 'whole' = 'size';
  #left = 0;
  #line = '';
  #trailer = '';

  get whole(): boolean {
    return this.#state === 'whole';
  }

  read(bytes: Buffer, at: number, onPart: (part: Buffer) => void): number {
    let position = at;
    while (position < bytes.length && this.#state !== 'whole') {
      position =
        this.#state === 'data' ? this.#readData(bytes, position, onPart) : this.#readLine(bytes, position);
    }
    return position;
  }

  #readData(bytes: Buffer, at: number, onPart: (part: Buffer) => void): number {
    const end = Math.min(bytes.length, at + this.#left);
    onPart(bytes.subarray(at, end));
    this.#left -= end - at;
    if (this.#left === 0) this.#state = 'end of data';
    return end;
  }

  /** Up to the line's end and no further than a line may be long. */
  #readLine(bytes: Buffer, at: number): number {
    const feed = bytes.indexOf(LF, at);
    const end = feed < 0 ? bytes.length : feed + 1;
    const limit = this.#state === 'trailer' ? TRAILER_BYTES : LINE_BYTES;
    if (this.#line.length + this.#trailer.length + end - at > limit)
      throw new HttpFault(this.#state === 'trailer' ? 431 : 413);
    this.#line += bytes.toString('latin1', at, end);
    if (feed < 0) return end;
    if (this.#line.charCodeAt(this.#line.length - 2) !== CR) throw new HttpFault(400, 'malformed chunk');
    const line = this.#line.slice(0, -2);
    this.#line = '';
    this.#take(line);
    return end;
  }

  #take(line: string): void {
    if (this.#state === 'end of data') {
      if (line !== '') throw new HttpFault(400, 'malformed chunk');
      this.#state = 'size';
    } else if (this.#state === 'size') this.#begin(line);
    else if (line === '') this.#state = 'whole';
    else {
      parseFields(`\r\n${line}`);
      this.#trailer += line;
    }
  }

  #begin(line: string): void {
    const size = SIZE.exec(line)?.[1];
    if (size === undefined) throw new HttpFault(400, 'malformed chunk');
    this.#left = Number.parseInt(size, 16);
    this.#state = this.#left === 0 ? 'trailer' : 'data';
  }
}
