import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { KubeResponse } from '@fairlead/kube';
import type { Exchange } from './http1/server.ts';
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

/** A single piece goes with its length and in one write; several as they are made, no faster than they are taken. */
const sendChunks = (exchange: Exchange, head: Head, { chunks, gzip }: Chunks): void | Promise<void> => {
  const iterator = chunks[Symbol.iterator]();
  const first = iterator.next();
  const bytes = first.done ? NOTHING : first.value;
  if (gzip && bytes.length > GZIP_BYTES) return sendZipped(exchange, head, rejoined([bytes], iterator));
  const second = iterator.next();
  if (second.done) return exchange.send(head.status, head.headers, bytes);
  exchange.begin(head.status, head.headers);
  exchange.expectProgress();
  return sendPieces(exchange, rejoined([bytes, second.value], iterator));
};

function* rejoined(seen: readonly Uint8Array[], rest: Iterator<Uint8Array>): Generator<Uint8Array> {
  yield* seen;
  for (let next = rest.next(); !next.done; next = rest.next()) yield next.value;
}

/** A smaller answer is sooner sent than compressed (Kubernetes, APIResponseCompression). */
const GZIP_BYTES = 128 * 1024;
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
  await pipeline(Readable.from(chunks), createGzip({ level: GZIP_LEVEL }), (zipped) =>
    sendPieces(exchange, zipped),
  );
};

const sendPieces = async (
  exchange: Exchange,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> => {
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
