import type { Digest } from '../oci/digest.ts';
import { type Exchange, type Handler, received } from './exchange.ts';
import { parseDigest, parseRepository } from './names.ts';
import { parseContentRange } from './range.ts';
import { Refusal } from './refusal.ts';
import { type BlobWriter, DigestMismatch } from './storage.ts';
import type { Upload } from './uploads.ts';

/**
 * POST /v2/<name>/blobs/uploads/: begins an upload; with `digest` the body is the whole blob, with `mount` a blob of
 * another repository is taken over. distribution-spec, "Pushing blobs".
 */
export const beginUpload: Handler = async (exchange) => {
  const { url, uploads, name } = exchange;
  const mount = url.searchParams.get('mount');
  if (mount !== null) {
    const mounted = await mountBlob(exchange, parseDigest(mount));
    if (mounted) return mounted;
  }
  const digest = url.searchParams.get('digest');
  // Read before anything is begun: a bad digest must not leave an upload behind.
  const wanted = digest === null ? undefined : parseDigest(digest);
  const { id } = await uploads.begin(name);
  if (wanted === undefined) return uploads.use(name, id, async (upload) => progress(exchange, upload, 202));
  return uploads.use(name, id, async (upload) => {
    try {
      return await receiveAll(exchange, upload, wanted);
    } catch (error) {
      // Its sender does not know the upload, so nobody would ever end it.
      await drop(exchange, upload);
      throw error;
    }
  });
};

/** GET /v2/<name>/blobs/uploads/<id>: how far it is. */
export const getUpload: Handler = (exchange, id) =>
  exchange.uploads.use(exchange.name, id, async (upload) => progress(exchange, upload, 204));

/** PATCH: the next chunk, or all of the rest. */
export const appendUpload: Handler = (exchange, id) =>
  exchange.uploads.use(exchange.name, id, async (upload) => {
    await receive(exchange, upload);
    return progress(exchange, upload, 202);
  });

/** PUT …?digest=: the last chunk, if any, and the end. */
export const finishUpload: Handler = async (exchange, id) => {
  const digest = parseDigest(exchange.url.searchParams.get('digest') ?? '');
  return exchange.uploads.use(exchange.name, id, (upload) => receiveAll(exchange, upload, digest));
};

/** DELETE: the sender gives up. */
export const cancelUpload: Handler = (exchange, id) =>
  exchange.uploads.use(exchange.name, id, async (upload) => {
    await drop(exchange, upload);
    return new Response(null, { status: 204 });
  });

const mountBlob = async (exchange: Exchange, digest: Digest): Promise<Response | undefined> => {
  const from = exchange.url.searchParams.get('from');
  // Without `from` any repository could be meant; searching would tell strangers what exists.
  if (from === null) return undefined;
  const source = await exchange.foreign(parseRepository(from));
  if (!(await source?.hasBlob(digest))) return undefined;
  await exchange.repository.linkBlob(digest);
  return created(exchange, digest);
};

const receive = async (exchange: Exchange, upload: Upload): Promise<void> => {
  const { request, limits, name } = exchange;
  const { id, writer } = upload;
  const range = parseContentRange(request.headers.get('content-range'));
  if (range && range.start !== writer.size) {
    throw new Refusal('BLOB_UPLOAD_INVALID', `the upload continues at ${writer.size}`, {
      status: 416,
      headers: progressHeaders(name, id, writer),
    });
  }
  if (!request.body) return;
  try {
    await writer.append(atMost(request.body, limits.blobBytes - writer.size));
  } catch (error) {
    // Too large: what came so far only fills the disk. A connection that broke may be continued instead.
    if (error instanceof Refusal && error.code === 'SIZE_INVALID') await drop(exchange, upload);
    throw error;
  }
};

const receiveAll = async (exchange: Exchange, upload: Upload, digest: Digest): Promise<Response> => {
  await receive(exchange, upload);
  try {
    await upload.writer.commit(digest);
  } catch (error) {
    await drop(exchange, upload);
    throw error instanceof DigestMismatch ? new Refusal('DIGEST_INVALID', error.message) : error;
  }
  exchange.uploads.forget(upload.id);
  await exchange.repository.linkBlob(digest);
  return created(exchange, digest);
};

const drop = async (exchange: Exchange, { id, writer }: Upload): Promise<void> => {
  exchange.uploads.forget(id);
  await writer.abort();
};

async function* atMost(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let left = limit;
  for await (const chunk of received(chunks)) {
    left -= chunk.byteLength;
    if (left < 0) throw new Refusal('SIZE_INVALID', 'the blob is larger than this registry takes');
    yield chunk;
  }
}

const progress = (exchange: Exchange, { id, writer }: Upload, status: number): Response =>
  new Response(null, { status, headers: progressHeaders(exchange.name, id, writer) });

const progressHeaders = (name: string, id: string, writer: BlobWriter): Record<string, string> => ({
  location: `/v2/${name}/blobs/uploads/${id}`,
  'docker-upload-uuid': id,
  // Both ends are included, so nothing yet looks like one byte; clients know it from other registries.
  range: `0-${Math.max(0, writer.size - 1)}`,
});

const created = ({ name }: Exchange, digest: Digest): Response =>
  new Response(null, {
    status: 201,
    headers: { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest },
  });
