import { type Exchange, type Handler, streamOf } from './exchange.ts';
import { parseDigest } from './names.ts';
import { parseRange } from './range.ts';
import { Refusal } from './refusal.ts';

/** GET and HEAD /v2/<name>/blobs/<digest>. distribution-spec, "Pulling blobs". */
export const getBlob: Handler = async (exchange, target) => {
  const { request, repository, storage } = exchange;
  const digest = parseDigest(target);
  const size = (await repository.hasBlob(digest)) ? await storage.blobs.stat(digest) : undefined;
  if (size === undefined) throw unknownBlob();
  const headers = new Headers({
    'content-type': 'application/octet-stream',
    'docker-content-digest': digest,
    'accept-ranges': 'bytes',
    etag: `"${digest}"`,
    // What a digest names never changes; who may see it does.
    'cache-control': 'private, max-age=31536000, immutable',
  });
  const range = parseRange(request.headers.get('range'), size);
  headers.set('content-length', String(range ? range.end - range.start : size));
  if (range) headers.set('content-range', `bytes ${range.start}-${range.end - 1}/${size}`);
  const status = range ? 206 : 200;
  if (request.method === 'HEAD') return new Response(null, { status, headers });
  const blob = await storage.blobs.open(digest, range);
  if (!blob) throw unknownBlob();
  return new Response(streamOf(blob.body), { status, headers });
};

/**
 * DELETE /v2/<name>/blobs/<digest>: the repository no longer has it. The content stays, because another repository
 * may have it and an upload may be about to link it; collecting what nobody links is a task of its own.
 */
export const deleteBlob: Handler = async ({ repository }: Exchange, target) => {
  if (!(await repository.unlinkBlob(parseDigest(target)))) throw unknownBlob();
  return new Response(null, { status: 202 });
};

const unknownBlob = (): Refusal => new Refusal('BLOB_UNKNOWN', 'the repository has no such blob');
