import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** The body of a request as git wrote it, unpacked. Throws when it is broken, or becomes larger than `limit` bytes. */
export async function* bodyOf(request: Request, limit: number): AsyncGenerator<Uint8Array> {
  let left = limit;
  for await (const chunk of unpacked(request)) {
    left -= chunk.byteLength;
    if (left < 0) throw new Error(`the request has more than ${limit} bytes`);
    yield chunk;
  }
}

const unpacked = ({ body, headers }: Request): AsyncIterable<Uint8Array> => {
  const sent = body === null ? Readable.from([]) : Readable.fromWeb(body as never);
  if (headers.get('content-encoding') !== 'gzip') return sent;
  // An error of either goes to who reads: one that nobody hears ends the process.
  return pipeline(sent, createGunzip(), () => {});
};
