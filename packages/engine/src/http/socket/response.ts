import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { KubeResponse } from '@fairlead/kube';
import { type Soon, watchSink } from './watch-sink.ts';

/** How the client wants its answer. */
export interface Wishes {
  /** No body: HEAD. */
  readonly headOnly: boolean;
  readonly gzip: boolean;
  /** For what can wait a moment. */
  readonly soon: Soon;
}

/** Writes an answer to its socket. Resolves when there is no more to write; rejects when the socket broke. */
export const send = async (
  outgoing: ServerResponse,
  { headOnly, gzip, soon }: Wishes,
  { status, headers, body }: KubeResponse,
): Promise<void> => {
  if (body.kind === 'empty' || headOnly) {
    outgoing.writeHead(status, headers).end();
    return;
  }
  switch (body.kind) {
    case 'object':
      return sendChunks(outgoing, { status, headers, chunks: body.chunks(), gzip });
    case 'stream':
      return sendStream(outgoing, { status, headers, bytes: body.bytes });
    case 'watch':
      outgoing.writeHead(status, headers).flushHeaders();
      return body.open(watchSink(outgoing, soon));
  }
};

type Head = Pick<KubeResponse, 'status' | 'headers'>;

/** A single piece goes with its length and in one write; several as they are made, no faster than they are taken. */
const sendChunks = async (
  outgoing: ServerResponse,
  { status, headers, chunks, gzip }: Head & { readonly chunks: Iterable<Uint8Array>; readonly gzip: boolean },
): Promise<void> => {
  const iterator = chunks[Symbol.iterator]();
  const first = iterator.next();
  const bytes = first.done ? new Uint8Array() : first.value;
  if (bytes.length > PATIENT_BYTES) outgoing.setTimeout(STALLED_MILLISECONDS, () => outgoing.destroy());
  if (gzip && bytes.length > GZIP_BYTES) {
    return sendZipped(outgoing, { status, headers, chunks: withFirst(bytes, iterator) });
  }
  let next = iterator.next();
  if (next.done) {
    outgoing.writeHead(status, { ...headers, 'content-length': bytes.length }).end(bytes);
    return;
  }
  outgoing.writeHead(status, headers);
  await write(outgoing, bytes);
  for (; !next.done; next = iterator.next()) await write(outgoing, next.value);
  outgoing.end();
};

/** A smaller answer is sooner sent than compressed (Kubernetes, APIResponseCompression). */
const GZIP_BYTES = 128 * 1024;
/** The fastest: the others take off a little more, for several times the work. */
const GZIP_LEVEL = 1;
/** What a socket takes at once, whether somebody reads at its other end or not. */
const PATIENT_BYTES = 16 * 1024;
/** Who has not taken anything for so long will not take the rest. */
const STALLED_MILLISECONDS = 60_000;

/** Compresses in the threads that Node has for it, no faster than the client reads. */
const sendZipped = async (
  outgoing: ServerResponse,
  { status, headers, chunks }: Head & { readonly chunks: Iterable<Uint8Array> },
): Promise<void> => {
  const vary = headers.vary === undefined ? 'Accept-Encoding' : `${headers.vary}, Accept-Encoding`;
  outgoing.writeHead(status, { ...headers, 'content-encoding': 'gzip', vary });
  await pipeline(Readable.from(chunks), createGzip({ level: GZIP_LEVEL }), outgoing);
};

function* withFirst(first: Uint8Array, rest: Iterator<Uint8Array>): Generator<Uint8Array> {
  yield first;
  for (let next = rest.next(); !next.done; next = rest.next()) yield next.value;
}

const sendStream = async (
  outgoing: ServerResponse,
  { status, headers, bytes }: Head & { readonly bytes: AsyncIterable<Uint8Array> },
): Promise<void> => {
  outgoing.writeHead(status, headers).flushHeaders();
  for await (const piece of bytes) await write(outgoing, piece);
  outgoing.end();
};

const write = async (outgoing: ServerResponse, bytes: Uint8Array): Promise<void> => {
  if (!outgoing.write(bytes) && !outgoing.destroyed) await drained(outgoing);
  if (outgoing.destroyed) throw new Error('the client is gone');
};

/** A socket that closes instead of draining would never say so. */
const drained = (outgoing: ServerResponse): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = (): void => {
    outgoing.off('drain', done).off('close', done);
    resolve();
  };
  outgoing.once('drain', done).once('close', done);
  return promise;
};
