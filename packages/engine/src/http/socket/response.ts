import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { KubeResponse } from '@fairlead/kube';
import type { Exchange } from './http1/server.ts';
import { pour } from './http1/pour.ts';
import { type Soon, watchSink } from './watch-sink.ts';

/** How the client wants its answer. */
export interface Wishes {
  readonly gzip: boolean;
  /** For what can wait a moment. */
  readonly soon: Soon;
}

/**
 * Writes an answer to its connection, all of it at once where it is of one piece. A promise resolves when there is no
 * more to write, and rejects when the connection broke.
 */
export const send = (
  exchange: Exchange,
  { gzip, soon }: Wishes,
  response: KubeResponse,
): void | Promise<void> => {
  const { status, headers, body } = response;
  if (exchange.head.method === 'HEAD') return exchange.send(status, headers, undefined);
  switch (body.kind) {
    case 'empty':
      return exchange.send(status, headers, NOTHING);
    case 'object':
      return sendChunks(exchange, response, { chunks: body.chunks(), gzip });
    case 'stream':
      return sendStream(exchange, response, body.bytes);
    case 'watch':
      exchange.begin(status, headers);
      exchange.flush();
      return body.open(watchSink(exchange, soon));
    case 'upgrade': {
      const socket = exchange.takeOver(status, headers);
      body.open(socket);
      // What the client has said already waits in it.
      return void socket.resume();
    }
  }
};

const NOTHING = new Uint8Array();

type Head = Pick<KubeResponse, 'status' | 'headers'>;

interface Chunks {
  readonly chunks: Iterable<Uint8Array>;
  readonly gzip: boolean;
}

/** A small answer goes with its length and in one write; a large one as it is made, no faster than it is taken. */
const sendChunks = (exchange: Exchange, head: Head, { chunks, gzip }: Chunks): void | Promise<void> => {
  const iterator = chunks[Symbol.iterator]();
  const seen: Uint8Array[] = [];
  let size = 0;
  let next = iterator.next();
  for (; !next.done && size <= LARGE_BYTES; next = iterator.next()) {
    seen.push(next.value);
    size += next.value.length;
  }
  if (gzip && size > LARGE_BYTES) return sendZipped(exchange, head, rejoined(seen, next, iterator));
  if (next.done) {
    const [first = NOTHING] = seen;
    return exchange.send(head.status, head.headers, seen.length > 1 ? Buffer.concat(seen, size) : first);
  }
  exchange.begin(head.status, head.headers);
  exchange.expectProgress();
  return pour(exchange, rejoined(seen, next, iterator));
};

function* rejoined(
  seen: readonly Uint8Array[],
  last: IteratorResult<Uint8Array>,
  rest: Iterator<Uint8Array>,
): Generator<Uint8Array> {
  yield* seen;
  for (let next = last; !next.done; next = rest.next()) yield next.value;
}

/** A smaller answer is sooner sent than compressed (Kubernetes, APIResponseCompression). */
const LARGE_BYTES = 128 * 1024;
/** The fastest: the others take off a little more, for several times the work. */
const GZIP_LEVEL = 1;

/** Compresses in the threads that Node has for it, no faster than the client reads. */
const sendZipped = async (
  exchange: Exchange,
  { status, headers }: Head,
  chunks: Iterable<Uint8Array>,
): Promise<void> => {
  const vary = headers.vary === undefined ? 'Accept-Encoding' : `${headers.vary}, Accept-Encoding`;
  exchange.begin(status, { ...headers, 'content-encoding': 'gzip', vary });
  exchange.expectProgress();
  await pipeline(Readable.from(gathered(chunks)), createGzip({ level: GZIP_LEVEL }), (zipped) =>
    sendPieces(exchange, zipped),
  );
};

/** The same bytes in larger pieces: handing one to another thread costs more than copying it. */
function* gathered(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for (const piece of pieces) {
    parts.push(piece);
    size += piece.length;
    if (size < LARGE_BYTES) continue;
    yield Buffer.concat(parts, size);
    parts = [];
    size = 0;
  }
  yield Buffer.concat(parts, size);
}

const sendPieces = async (exchange: Exchange, pieces: AsyncIterable<Uint8Array>): Promise<void> => {
  for await (const piece of pieces) {
    if (!exchange.write(piece)) await exchange.drained();
    if (exchange.destroyed) throw new Error('the client is gone');
  }
  exchange.end();
};

const sendStream = (
  exchange: Exchange,
  { status, headers }: Head,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> => {
  exchange.begin(status, headers);
  exchange.flush();
  return sendPieces(exchange, bytes);
};
