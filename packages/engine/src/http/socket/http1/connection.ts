import type { TLSSocket } from 'node:tls';
import { Exchange, type Line } from './exchange.ts';
import { HttpFault, renderFault } from './fault.ts';
import type { RequestHead } from './head.ts';
import { HEAD_BYTES, RequestParser } from './request-parser.ts';

/** What a connection needs of its server. */
export interface Host {
  /** Seconds that pass for all connections together. */
  readonly seconds: number;
  readonly closing: boolean;
  date(): string;
  onRequest(exchange: Exchange): void;
  onClosed(connection: Connection): void;
}

/** A client that has not sent its headers or its body by then is slow on purpose. In seconds. */
const HEAD_SECONDS = 20;
const REQUEST_SECONDS = 60;
/** Longer than proxies and client libraries keep theirs, so that they and not we close first. */
const IDLE_SECONDS = 120;
/** For a client to hear the last words, and to hang up. */
const LAST_SECONDS = 2;
/** Who has not taken anything for so long will not take the rest. In milliseconds. */
const STALLED_MILLISECONDS = 60_000;

/** One client: reads its requests one after the other, and the next one when an answer is written. */
export class Connection implements Line {
  readonly socket: TLSSocket;
  readonly #host: Host;
  readonly #parser: RequestParser;
  #exchange: Exchange | undefined;
  /** When it has taken too long, in the host's seconds. */
  #deadline: number;
  #state: 'open' | 'ending' | 'released' = 'open';
  /** The client will send nothing more. */
  #heardAll = false;
  #reading = false;
  #again = false;
  readonly #onData = (chunk: Buffer): void => this.#take(chunk);
  readonly #onEnd = (): void => this.#hearEnd();
  readonly #onClose = (): void => this.#closed();
  readonly #onTimeout = (): void => void this.socket.destroy();

  constructor(socket: TLSSocket, host: Host) {
    this.socket = socket;
    this.#host = host;
    this.#deadline = host.seconds + HEAD_SECONDS;
    this.#parser = new RequestParser({
      onHead: (head) => this.#begin(head),
      onPart: (part) => this.#exchange?.take(part),
      onWhole: () => this.#whole(),
    });
    socket.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose);
    socket.on('timeout', this.#onTimeout);
    // The socket closes after it, and that is all there is to know.
    socket.on('error', ignore);
  }

  date(): string {
    return this.#host.date();
  }

  get heardAll(): boolean {
    return this.#heardAll;
  }

  /** The server's clock has gone on. */
  tick(): void {
    if (this.#host.seconds <= this.#deadline) return;
    // Who has begun to say something is told why nobody listens any longer.
    if (this.#state === 'open' && !this.#isIdle()) this.#refuse(new HttpFault(408));
    else this.socket.destroy();
  }

  /** The server closes: a connection without a request ends at once, another with its answer. */
  close(): void {
    if (this.#exchange === undefined) this.#end();
  }

  release(): void {
    this.#state = 'released';
    this.#exchange = undefined;
    this.#deadline = Number.POSITIVE_INFINITY;
    this.socket.off('data', this.#onData).off('end', this.#onEnd).off('timeout', this.#onTimeout).pause();
    const rest = this.#parser.takeRest();
    if (rest.length > 0) this.socket.unshift(rest);
  }

  finished(reusable: boolean): void {
    this.#exchange = undefined;
    if (!reusable || this.#heardAll || this.#host.closing) return this.#end();
    if (this.socket.writableNeedDrain) return this.#afterDrain();
    this.#expectNothing();
    this.#next();
  }

  expectProgress(): void {
    this.#deadline = Number.POSITIVE_INFINITY;
    this.socket.setTimeout(STALLED_MILLISECONDS);
  }

  #isIdle(): boolean {
    return this.#exchange === undefined && this.#parser.idle;
  }

  #take(chunk: Buffer): void {
    // What comes after the last request is of no interest.
    if (this.#state !== 'open') return;
    if (this.#isIdle()) this.#deadline = this.#host.seconds + HEAD_SECONDS;
    this.#read(chunk);
    if (this.#parser.waiting > HEAD_BYTES) this.socket.pause();
  }

  #next(): void {
    this.#deadline = this.#host.seconds + IDLE_SECONDS;
    this.#again = true;
    if (this.#reading) return;
    if (this.socket.isPaused()) this.socket.resume();
    this.#read(undefined);
  }

  /** An answer may be written while its request is read: the one after it is read in the same loop, not in a deeper call. */
  #read(chunk: Buffer | undefined): void {
    this.#reading = true;
    try {
      if (chunk !== undefined) this.#parser.push(chunk);
      while (this.#again && this.#state === 'open') {
        this.#again = false;
        this.#parser.next();
        if (this.#exchange === undefined && !this.#parser.idle)
          this.#deadline = this.#host.seconds + HEAD_SECONDS;
      }
    } catch (error) {
      if (error instanceof HttpFault) this.#refuse(error);
      else this.socket.destroy();
    } finally {
      this.#reading = false;
    }
  }

  /** Before the body is there: who may not ask is not to fill the memory. */
  #begin(head: RequestHead): void {
    const exchange = new Exchange(head, this);
    this.#exchange = exchange;
    this.#deadline = this.#host.seconds + REQUEST_SECONDS;
    this.#host.onRequest(exchange);
  }

  #whole(): void {
    const exchange = this.#exchange;
    // It has been answered already.
    if (exchange === undefined) return;
    this.#deadline = Number.POSITIVE_INFINITY;
    exchange.tookAll();
  }

  #hearEnd(): void {
    this.#heardAll = true;
    // Without a request under way there is nothing to answer, and one that was cut off will never be whole.
    if (this.#exchange === undefined || !this.#parser.whole) this.#end();
    else if (this.#exchange.endless) this.socket.destroy();
  }

  #refuse(fault: HttpFault): void {
    const exchange = this.#exchange;
    // In the middle of an answer another one would be taken for a part of it.
    if (exchange?.begun === true) this.socket.destroy();
    else this.#end(renderFault(fault));
    this.#exchange = undefined;
    exchange?.over();
  }

  /** Says no more, and hears the client out: with bytes that nobody has read, a reset would take our last words along. */
  #end(last = ''): void {
    if (this.#state !== 'open') return;
    this.#state = 'ending';
    const hangUp = (): void => {
      this.#deadline = this.#host.seconds + LAST_SECONDS;
    };
    // From when all is written: a slow client is to have its answer.
    if (this.socket.writableLength > 0) this.expectProgress();
    else hangUp();
    if (this.socket.isPaused()) this.socket.resume();
    this.socket.end(last, 'latin1', hangUp);
  }

  /** A client that does not read its answers is asked nothing more until it has. */
  #afterDrain(): void {
    this.expectProgress();
    this.socket.once('drain', () => {
      this.#expectNothing();
      this.#next();
    });
  }

  #expectNothing(): void {
    if ((this.socket.timeout ?? 0) > 0) this.socket.setTimeout(0);
  }

  #closed(): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.over();
    this.#host.onClosed(this);
  }
}

const ignore = (): void => {};
