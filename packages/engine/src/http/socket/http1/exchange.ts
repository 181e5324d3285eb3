import type { TLSSocket } from 'node:tls';
import type { Headers } from '@fairlead/kube';
import { renderField, renderHead } from './answer-head.ts';
import { BodyBuffer } from './body-buffer.ts';
import { keepsAlive, type RequestHead } from './head.ts';

/** What an exchange needs of its connection. */
export interface Line {
  readonly socket: TLSSocket;
  /** `Fri, 27 Nov 2026 10:00:00 GMT` */
  date(): string;
  /** The answer is written to its end; `reusable`: so that another may follow. */
  finished(reusable: boolean): void;
  /** The client has ended its side: it will not hang up again. */
  readonly heardAll: boolean;
  /** From now on a client that takes nothing for long is cut off. */
  expectProgress(): void;
  /** Reads no more requests, and puts back what has come after this one. */
  release(): void;
}

/** A body that is not wanted is still read, up to so much: a client sees no answer while it writes to a closed socket. */
const DISCARD_BYTES = 64 * 1024 * 1024;
/** Up to so much is copied behind its head, which costs less than a second write. */
const COPY_BYTES = 64 * 1024;
const KEEP_ALIVE = 'connection: keep-alive\r\nkeep-alive: timeout=120\r\n';
const CLOSE = 'connection: close\r\n';
const LINE_END = Buffer.from('\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

/** The body of a request, or that it is more than was asked for; undefined when there is none. */
export type Body = Buffer | undefined | 'too-large';

/** One request and its answer. */
export class Exchange {
  readonly head: RequestHead;
  readonly #line: Line;
  #buffer = new BodyBuffer(0);
  #onBody: ((body: Body) => void) | undefined;
  #whole: boolean;
  #keep: boolean;
  #endless = false;
  /** Fields of the answer that are not its own. */
  #fields = '';
  /** The head of an answer of unknown length, until its first bytes are written. */
  #pending = '';
  #state: 'asked' | 'answering' | 'over' = 'asked';
  #listeners: (() => void)[] | undefined;

  constructor(head: RequestHead, line: Line) {
    this.head = head;
    this.#line = line;
    this.#whole = head.fields.body === undefined;
    this.#keep = keepsAlive(head);
  }

  get socket(): TLSSocket {
    return this.#line.socket;
  }

  get begun(): boolean {
    return this.#state !== 'asked';
  }

  /** Its answer goes on until the client hangs up. */
  get endless(): boolean {
    return this.#endless;
  }

  /** Nobody hears what would be written. */
  get destroyed(): boolean {
    return this.#state === 'over' || this.#line.socket.destroyed;
  }

  /** Bytes that the client has not taken yet. */
  get writableLength(): number {
    return this.#line.socket.writableLength;
  }

  /** Calls once with all of the body, at once when it is there. */
  readBody(limit: number, done: (body: Body) => void): void {
    const { body, expectsContinue } = this.head.fields;
    if (body === undefined) return done(undefined);
    if (typeof body === 'number' && body > limit) return done('too-large');
    this.#buffer = new BodyBuffer(limit);
    if (expectsContinue && !this.#whole) this.socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    this.#onBody = done;
    if (this.#whole) this.#toldBody();
  }

  /** Reads what nobody wants, and then calls; gives up, and with it the connection, when it is far too much. */
  discardBody(done: () => void): void {
    const { body, expectsContinue } = this.head.fields;
    const much = typeof body === 'number' && body > DISCARD_BYTES;
    if (!this.#whole && (much || (expectsContinue && this.#buffer.length === 0))) {
      this.#keep = false;
      return done();
    }
    this.#onBody = () => done();
    if (this.#whole) this.#toldBody();
  }

  /** Adds a header field to whatever the answer will be. */
  addField(name: string, value: string): void {
    this.#fields += renderField(name, value);
  }

  /** An answer of one piece; undefined: without a body and without a word of it, as to HEAD. */
  send(status: number, headers: Headers, body: Uint8Array | undefined): void {
    const content = status === 204 || status === 304 ? undefined : body;
    const length = content === undefined ? '' : `content-length: ${content.length}\r\n`;
    this.#pending = this.#renderHead(status, headers, length);
    this.#state = 'answering';
    this.#write('', content);
    this.#finish();
  }

  /** An answer whose length nobody knows yet. Its head goes with the first bytes, or with `flush`. */
  begin(status: number, headers: Headers): void {
    // Without chunks only the end of the connection ends it.
    if (this.head.old) this.#keep = false;
    this.#pending = this.#renderHead(status, headers, this.head.old ? '' : 'transfer-encoding: chunked\r\n');
    this.#state = 'answering';
  }

  /** Says that the answer goes on until somebody ends it: when the client has ended its side, nobody would. */
  goesOn(): void {
    this.#endless = true;
    if (this.#line.heardAll) this.destroy();
  }

  /** For an answer that a client is to take as fast as it can: one that takes nothing for a minute is cut off. */
  expectProgress(): void {
    this.#line.expectProgress();
  }

  flush(): void {
    if (this.#pending !== '') this.#write('', undefined);
  }

  /** False when the client does not take so much at once: wait for `drained`. */
  write(bytes: Uint8Array): boolean {
    if (this.destroyed || bytes.length === 0) return true;
    if (this.head.old) return this.#write('', bytes);
    const size = `${bytes.length.toString(16)}\r\n`;
    return this.#write(size, bytes, LINE_END);
  }

  /** A socket that closes instead of draining would never say so. */
  drained(): Promise<void> {
    const { socket } = this;
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    if (this.destroyed) resolve();
    else socket.once('drain', done).once('close', done);
    return promise;
  }

  end(): void {
    if (this.destroyed) return;
    this.#write('', this.head.old ? undefined : LAST_CHUNK);
    this.#finish();
  }

  /** Breaks the connection off: the client sees that the answer is not whole. */
  destroy(error?: Error): void {
    this.socket.destroy(error);
  }

  /** Calls once when it is over, well or not. */
  onceOver(call: () => void): void {
    if (this.destroyed) call();
    else (this.#listeners ??= []).push(call);
  }

  /**
   * Takes the connection for another protocol, after an answer that said so (101). It is paused, and what the client has
   * sent already is in it; nobody else reads from it, writes to it or closes it from here on, but a server that ends.
   */
  takeOver(status: number, headers: Headers): TLSSocket {
    this.socket.write(`${renderHead(status, headers)}${this.#fields}\r\n`, 'latin1');
    this.#line.release();
    this.over();
    return this.socket;
  }

  /** For the connection: a part of the body. */
  take(part: Buffer): void {
    this.#buffer.add(part);
    if (this.#buffer.length <= DISCARD_BYTES) return;
    this.#keep = false;
    this.#toldBody();
  }

  /** For the connection: that was all of the body. */
  tookAll(): void {
    this.#whole = true;
    this.#toldBody();
  }

  /** For the connection: it is over, or the connection is. */
  over(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    const listeners = this.#listeners;
    this.#listeners = undefined;
    if (listeners !== undefined) for (const call of listeners) call();
  }

  #toldBody(): void {
    const told = this.#onBody;
    this.#onBody = undefined;
    told?.(this.#buffer.tooLarge ? 'too-large' : this.#buffer.take());
  }

  #renderHead(status: number, headers: Headers, length: string): string {
    const kept = this.#keep && this.#whole;
    return `${renderHead(status, headers)}${this.#fields}date: ${this.#line.date()}\r\n${kept ? KEEP_ALIVE : CLOSE}${length}\r\n`;
  }

  /** In one write with the head that waits, as far as it is not large. */
  #write(before: string, bytes: Uint8Array | undefined, after?: Uint8Array): boolean {
    const text = this.#pending + before;
    this.#pending = '';
    const { socket } = this;
    if (bytes === undefined) return socket.write(text, 'latin1');
    if (bytes.length > COPY_BYTES) {
      socket.cork();
      socket.write(text, 'latin1');
      const more = socket.write(bytes);
      if (after !== undefined) socket.write(after);
      socket.uncork();
      return more;
    }
    const all = Buffer.allocUnsafe(text.length + bytes.length + (after?.length ?? 0));
    all.write(text, 'latin1');
    all.set(bytes, text.length);
    if (after !== undefined) all.set(after, text.length + bytes.length);
    return socket.write(all);
  }

  #finish(): void {
    const reusable = this.#keep && this.#whole;
    this.over();
    this.#line.finished(reusable);
  }
}
