import { type BodyReader, openBody } from './body.ts';
import { HttpFault } from './fault.ts';
import { type KnownHead, parseHead, type RequestHead } from './head.ts';

/** What a parser tells of each request, in this order. */
export interface RequestEvents {
  onHead(head: RequestHead): void;
  /** A part of the body; it shares memory with what was pushed. */
  onPart(part: Buffer): void;
  onWhole(): void;
}

export const HEAD_BYTES = 64 * 1024;

const CR = 0x0d;
const LF = 0x0a;
const HEAD_END = Buffer.from('\r\n\r\n');
const PART_OF_END = HEAD_END.length - 1;
const NOTHING = Buffer.alloc(0);

/**
 * Reads requests out of the bytes of one connection, one at a time: what comes after a whole request waits until `next`.
 * Where the bytes are cut makes no difference.
 */
export class RequestParser {
  readonly #events: RequestEvents;
  #state: 'head' | 'body' | 'whole' = 'head';
  /** Of the next head, or after a whole request. */
  #rest: Buffer = NOTHING;
  /** So much of the rest has no end of a head in it. */
  #searched = 0;
  #body: BodyReader | undefined;
  #known: KnownHead | undefined;
  readonly #onPart: (part: Buffer) => void;

  constructor(events: RequestEvents) {
    this.#events = events;
    this.#onPart = (part) => events.onPart(part);
  }

  /** Nothing of a next request has come. */
  get idle(): boolean {
    return this.#state === 'head' && this.#rest.length === 0;
  }

  /** A request has come to its end, and the next one is not begun. */
  get whole(): boolean {
    return this.#state === 'whole';
  }

  /** How many bytes wait. */
  get waiting(): number {
    return this.#rest.length;
  }

  /** Takes what came. Throws `HttpFault`, after which there is nothing more to be had. */
  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = NOTHING;
    this.#read(bytes, 0);
  }

  /** Goes on with the request after a whole one. */
  next(): void {
    this.#state = 'head';
    const rest = this.#rest;
    if (rest.length === 0) return;
    this.#rest = NOTHING;
    this.#read(rest, 0);
  }

  /** What has come and belongs to no request: for whoever speaks another protocol from here on. */
  takeRest(): Buffer {
    const rest = this.#rest;
    this.#rest = NOTHING;
    return rest;
  }

  #read(bytes: Buffer, at: number): void {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes, at);
      case 'body':
        return this.#readBody(bytes, at);
      case 'whole':
        this.#rest = bytes.subarray(at);
    }
  }

  #readHead(bytes: Buffer, at: number): void {
    const start = this.#searched === 0 ? afterEmptyLines(bytes, at) : at;
    const end = bytes.indexOf(HEAD_END, start + this.#searched);
    // What may be a part of the end does not count, so that it is the same wherever the bytes are cut.
    const length = (end < 0 ? bytes.length - PART_OF_END : end) - start;
    if (length > HEAD_BYTES) throw new HttpFault(431);
    if (end < 0) {
      this.#rest = bytes.subarray(start);
      this.#searched = Math.max(0, length);
      return;
    }
    this.#searched = 0;
    const { head, known } = parseHead(bytes.toString('latin1', start, end), this.#known);
    this.#known = known;
    const { body } = head.fields;
    const after = end + HEAD_END.length;
    if (body === undefined) {
      // Before it is told: who hears of it may take over what has come after it.
      this.#state = 'whole';
      if (after < bytes.length) this.#rest = bytes.subarray(after);
      this.#events.onHead(head);
      return this.#events.onWhole();
    }
    this.#body = openBody(body);
    this.#state = 'body';
    this.#events.onHead(head);
    this.#readBody(bytes, after);
  }

  #readBody(bytes: Buffer, at: number): void {
    const body = this.#body as BodyReader;
    const end = body.read(bytes, at, this.#onPart);
    if (!body.whole) return;
    this.#body = undefined;
    this.#state = 'whole';
    if (end < bytes.length) this.#rest = bytes.subarray(end);
    this.#events.onWhole();
  }
}

/** Some clients end a body with a line end too many (RFC 9112, 2.2). */
const afterEmptyLines = (bytes: Buffer, at: number): number => {
  let start = at;
  while (bytes[start] === CR && bytes[start + 1] === LF) start += 2;
  return start;
};
