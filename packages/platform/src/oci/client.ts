import { createDigester, type Digest, digestOf } from './digest.ts';
import { expectStatus, RegistryError } from './failure.ts';
import { type Descriptor, encodeJson, type ImageIndex, type Manifest, mediaTypes } from './manifest.ts';

export type Send = (request: Request) => Promise<Response>;

export interface RegistryClientOptions {
  /** Answers requests: a registry in this process, or `fetch`. */
  readonly send: Send;
  /** Where the registry is, `http://127.0.0.1:8080`; any origin does for one in this process. */
  readonly origin: string;
  /** The value of the header Authorization, asked for at every request. */
  readonly authorization?: () => string | undefined;
}

export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface PulledManifest {
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
}

/** One repository of a registry. Everything that is pulled is checked against its digest. */
export interface Repository {
  readonly name: string;
  hasBlob(digest: Digest): Promise<boolean>;
  /** Sends bytes that are in memory, unless they are there already. */
  pushBytes(mediaType: string, bytes: Uint8Array): Promise<Descriptor>;
  /** Sends bytes as they are made; their digest is found on the way. */
  pushStream(mediaType: string, chunks: Chunks): Promise<Descriptor>;
  /** The content as it arrives; throws at its end when it was not what the digest says. */
  openBlob(digest: Digest): Promise<AsyncIterable<Uint8Array>>;
  /** All of a blob that is known to be small. */
  pullBytes(descriptor: Descriptor): Promise<Uint8Array>;
  /** A part of a blob; cannot be checked. */
  pullRange(digest: Digest, part: { readonly offset: number; readonly length: number }): Promise<Uint8Array>;
  pushManifest(manifest: Manifest | ImageIndex, tag?: string): Promise<Descriptor>;
  /** `undefined`: there is none of that tag or digest. */
  pullManifest(reference: string): Promise<PulledManifest | undefined>;
  resolve(reference: string): Promise<Descriptor | undefined>;
}

export interface RegistryClient {
  repository(name: string): Repository;
}

const acceptedManifests = [
  mediaTypes.manifest,
  mediaTypes.index,
  mediaTypes.dockerManifest,
  mediaTypes.dockerList,
].join(', ');

/** Bytes of a manifest that is taken: what a registry must accept at least. OCI distribution-spec, "Pushing manifests". */
const manifestLimit = 4 * 1024 * 1024;

/** A client of the OCI distribution protocol 1.1. */
export const createRegistryClient = (options: RegistryClientOptions): RegistryClient => ({
  repository: (name) => openRepository(name, createCall(options)),
});

interface CallOptions {
  readonly method: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array | ReadableStream<Uint8Array>;
}

type Call = (path: string, call: CallOptions) => Promise<Response>;

const createCall =
  ({ send, origin, authorization }: RegistryClientOptions): Call =>
  (path, { method, headers, body }) => {
    const all = new Headers(headers);
    const credentials = authorization?.();
    if (credentials !== undefined) all.set('authorization', credentials);
    // A stream as a body is refused by the platform's Request unless `duplex` says that nothing is read meanwhile.
    const init = { method, headers: all, body: body ?? null, duplex: 'half' };
    return send(new Request(new URL(path, origin), init as RequestInit));
  };

const openRepository = (name: string, call: Call): Repository => {
  const base = `/v2/${name}`;
  return { name, ...pushesOf(base, call), ...pullsOf(base, call), ...manifestsOf(base, call) };
};

const pushesOf = (base: string, call: Call): Pick<Repository, 'hasBlob' | 'pushBytes' | 'pushStream'> => {
  const hasBlob = async (digest: Digest): Promise<boolean> => {
    const response = await call(`${base}/blobs/${digest}`, { method: 'HEAD' });
    return (await expectStatus(response, [200, 404])).status === 200;
  };
  return {
    hasBlob,
    async pushBytes(mediaType, bytes) {
      const digest = digestOf(bytes);
      if (!(await hasBlob(digest))) await sendBytes(call, base, { digest, bytes });
      return { mediaType, digest, size: bytes.byteLength };
    },
    async pushStream(mediaType, chunks) {
      const begun = await call(`${base}/blobs/uploads/`, { method: 'POST' });
      const { digest, size } = await sendStream(call, locationOf(await expectStatus(begun, [202])), chunks);
      return { mediaType, digest, size };
    },
  };
};

const pullsOf = (base: string, call: Call): Pick<Repository, 'openBlob' | 'pullBytes' | 'pullRange'> => {
  const openBlob = async (digest: Digest): Promise<AsyncIterable<Uint8Array>> => {
    const response = await expectStatus(await call(`${base}/blobs/${digest}`, { method: 'GET' }), [200]);
    return checked(bodyOf(response), digest);
  };
  return {
    openBlob,
    pullBytes: async ({ digest, size }) => collect(await openBlob(digest), size),
    async pullRange(digest, { offset, length }) {
      if (length === 0) return new Uint8Array();
      const headers = { range: `bytes=${offset}-${offset + length - 1}` };
      const response = await call(`${base}/blobs/${digest}`, { method: 'GET', headers });
      await expectStatus(response, [206]);
      return collect(bodyOf(response), length);
    },
  };
};

const manifestsOf = (
  base: string,
  call: Call,
): Pick<Repository, 'pushManifest' | 'pullManifest' | 'resolve'> => ({
  async pushManifest(manifest, tag) {
    const bytes = encodeJson(manifest);
    const digest = digestOf(bytes);
    const headers = { 'content-type': manifest.mediaType };
    const path = `${base}/manifests/${tag ?? digest}`;
    await expectStatus(await call(path, { method: 'PUT', headers, body: bytes }), [201]);
    return { mediaType: manifest.mediaType, digest, size: bytes.byteLength };
  },
  async pullManifest(reference) {
    const headers = { accept: acceptedManifests };
    const response = await call(`${base}/manifests/${reference}`, { method: 'GET', headers });
    if ((await expectStatus(response, [200, 404])).status === 404) {
      await response.body?.cancel();
      return undefined;
    }
    const mediaType = response.headers.get('content-type') ?? mediaTypes.manifest;
    const bytes = await collect(bodyOf(response), manifestLimit);
    const digest = digestOf(bytes);
    if (reference.startsWith('sha256:') && reference !== digest) throw mismatch(reference, digest);
    const manifest = JSON.parse(new TextDecoder().decode(bytes)) as Manifest;
    return { manifest, descriptor: { mediaType, digest, size: bytes.byteLength } };
  },
  async resolve(reference) {
    const headers = { accept: acceptedManifests };
    const response = await call(`${base}/manifests/${reference}`, { method: 'HEAD', headers });
    if ((await expectStatus(response, [200, 404])).status === 404) return undefined;
    return {
      mediaType: response.headers.get('content-type') ?? mediaTypes.manifest,
      digest: response.headers.get('docker-content-digest') as Digest,
      size: Number(response.headers.get('content-length')),
    };
  },
});

const sendBytes = async (
  call: Call,
  base: string,
  { digest, bytes }: { readonly digest: Digest; readonly bytes: Uint8Array },
): Promise<void> => {
  const path = `${base}/blobs/uploads/?digest=${digest}`;
  const headers = { 'content-type': 'application/octet-stream' };
  const sent = await expectStatus(await call(path, { method: 'POST', headers, body: bytes }), [201, 202]);
  // A registry may decline the single request and offer an upload instead.
  if (sent.status === 202) await finishUpload(call, { location: locationOf(sent), digest, body: bytes });
};

const sendStream = async (
  call: Call,
  location: string,
  chunks: Chunks,
): Promise<{ digest: Digest; size: number }> => {
  const digester = createDigester();
  let size = 0;
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      digester.update(chunk);
      size += chunk.byteLength;
      yield chunk;
    }
  }
  const headers = { 'content-type': 'application/octet-stream' };
  const body = ReadableStream.from<Uint8Array>(hashed());
  try {
    const patched = await expectStatus(await call(location, { method: 'PATCH', headers, body }), [202]);
    const digest = digester.digest();
    await finishUpload(call, { location: locationOf(patched), digest });
    return { digest, size };
  } catch (error) {
    // What was sent so far is of no use to anybody. The first error is the one to tell.
    await call(location, { method: 'DELETE' }).catch(() => undefined);
    throw error;
  }
};

const finishUpload = async (
  call: Call,
  upload: { readonly location: string; readonly digest: Digest; readonly body?: Uint8Array },
): Promise<void> => {
  const url = new URL(upload.location, 'http://registry');
  url.searchParams.set('digest', upload.digest);
  const path = /^https?:/.test(upload.location) ? url.href : `${url.pathname}${url.search}`;
  const headers = { 'content-type': 'application/octet-stream' };
  const body = upload.body === undefined ? {} : { body: upload.body };
  await expectStatus(await call(path, { method: 'PUT', headers, ...body }), [201]);
};

const locationOf = (response: Response): string => {
  const location = response.headers.get('location');
  if (location === null) throw new RegistryError(response.status, 'UNKNOWN', 'the answer names no Location');
  return location;
};

const bodyOf = (response: Response): AsyncIterable<Uint8Array> =>
  response.body ?? ReadableStream.from<Uint8Array>([]);

async function* checked(chunks: AsyncIterable<Uint8Array>, digest: Digest): AsyncGenerator<Uint8Array> {
  const digester = createDigester(digest.startsWith('sha512:') ? 'sha512' : 'sha256');
  for await (const chunk of chunks) {
    digester.update(chunk);
    yield chunk;
  }
  const actual = digester.digest();
  if (actual !== digest) throw mismatch(digest, actual);
}

const mismatch = (expected: string, actual: string): RegistryError =>
  new RegistryError(200, 'DIGEST_INVALID', `${expected} was asked for and ${actual} came`);

const collect = async (chunks: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> => {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > limit)
      throw new RegistryError(200, 'SIZE_INVALID', `more than the ${limit} bytes that were told`);
    parts.push(chunk);
  }
  return Buffer.concat(parts);
};
