import type { ServerResponse } from 'node:http';
import type { KubeResponse, WatchFrame, WatchSink } from '@fairlead/kube';

/** Writes an answer to its socket. Resolves when there is no more to write; rejects when the socket broke. */
export const send = async (
  outgoing: ServerResponse,
  headOnly: boolean,
  { status, headers, body }: KubeResponse,
): Promise<void> => {
  if (body.kind === 'empty' || headOnly) {
    outgoing.writeHead(status, headers).end();
    return;
  }
  switch (body.kind) {
    case 'object':
      return sendChunks(outgoing, { status, headers, chunks: body.chunks() });
    case 'stream':
      return sendStream(outgoing, { status, headers, bytes: body.bytes });
    case 'watch':
      outgoing.writeHead(status, headers).flushHeaders();
      return body.open(watchSink(outgoing));
  }
};

type Head = Pick<KubeResponse, 'status' | 'headers'>;

/** A single piece goes with its length and in one write; several as they are made, no faster than they are taken. */
const sendChunks = async (
  outgoing: ServerResponse,
  { status, headers, chunks }: Head & { readonly chunks: Iterable<Uint8Array> },
): Promise<void> => {
  const iterator = chunks[Symbol.iterator]();
  const first = iterator.next();
  const bytes = first.done ? new Uint8Array() : first.value;
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

/** A watcher that is this far behind is cut off: it comes back with a list, and nobody's memory grows for it. */
const WATCH_BACKLOG_BYTES = 32 * 1024 * 1024;
const WRITE_BYTES = 256 * 1024;

/** Frames that come together leave together: a write costs more than its bytes. */
const watchSink = (outgoing: ServerResponse): WatchSink => ({
  next(frames) {
    for (const bytes of joined(frames)) {
      if (outgoing.destroyed) return;
      outgoing.write(bytes);
      if (outgoing.writableLength > WATCH_BACKLOG_BYTES) outgoing.destroy();
    }
  },
  end(error) {
    if (error === undefined) outgoing.end();
    else outgoing.destroy(error);
  },
});

function* joined(frames: readonly WatchFrame[]): Generator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for (const { bytes } of frames) {
    parts.push(bytes);
    size += bytes.length;
    if (size < WRITE_BYTES) continue;
    yield Buffer.concat(parts);
    parts = [];
    size = 0;
  }
  if (parts.length > 0) yield parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
}
