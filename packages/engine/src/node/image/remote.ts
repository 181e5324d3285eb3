import { createHash } from 'node:crypto';
import { answerChallenge, parseChallenge } from './challenge.ts';
import type { Credentials } from './credentials.ts';
import { pullFailed } from './error.ts';
import { type Descriptor, manifestTypes } from './manifest.ts';

/** Where the images of a registry host really come from. */
export interface RegistryEndpoint {
  /** `http://127.0.0.1:5000`, without `/v2/`. */
  readonly url: string;
  /** Sent as a bearer token. */
  readonly token?: string | undefined;
}

/** Sends a GET; the global `fetch` fits. */
export type Fetch = (
  url: string,
  init: { readonly headers: Record<string, string>; readonly signal: AbortSignal },
) => Promise<Response>;

/** One repository of one registry (OCI distribution 1.1, "Pulling manifests", "Pulling blobs"). */
export interface Remote {
  readonly fetch: Fetch;
  readonly endpoint: RegistryEndpoint;
  readonly repository: string;
  readonly signal: AbortSignal;
  readonly credentials?: Credentials | undefined;
  /** What the registry was told of us, once it has asked. */
  authorization?: string | undefined;
}

const manifestLimit = 4 * 1024 * 1024;

export async function fetchManifest(
  remote: Remote,
  reference: string,
): Promise<{ readonly bytes: Uint8Array; readonly digest: string }> {
  const response = await get(remote, `manifests/${reference}`, manifestTypes.join(', '));
  const bytes = await readAll(response, manifestLimit);
  const digest = digestOf(bytes);
  if (reference.startsWith('sha256:') && reference !== digest) throw wrongDigest(reference, digest);
  return { bytes, digest };
}

/** A small blob, whole. */
export async function fetchDocument(remote: Remote, descriptor: Descriptor): Promise<Uint8Array> {
  if (descriptor.size > manifestLimit)
    throw pullFailed(`${descriptor.digest} is too large for a configuration`);
  const bytes = await readAll(await get(remote, `blobs/${descriptor.digest}`, '*/*'), manifestLimit);
  const digest = digestOf(bytes);
  if (digest !== descriptor.digest) throw wrongDigest(descriptor.digest, digest);
  return bytes;
}

/** The bytes as they come. They are not what they claim to be before the stream has ended well. */
export async function* fetchBlob(remote: Remote, { digest, size }: Descriptor): AsyncGenerator<Uint8Array> {
  const response = await get(remote, `blobs/${digest}`, '*/*');
  const hash = createHash('sha256');
  let received = 0;
  for await (const chunk of bodyOf(response)) {
    received += chunk.length;
    if (received > size)
      throw pullFailed(`${digest} is longer than the ${size} bytes that the manifest says`);
    hash.update(chunk);
    yield chunk;
  }
  const found = `sha256:${hash.digest('hex')}`;
  if (received !== size || found !== digest) throw wrongDigest(digest, found);
}

async function get(remote: Remote, path: string, accept: string): Promise<Response> {
  const { endpoint, repository } = remote;
  const url = `${endpoint.url.replace(/\/$/, '')}/v2/${repository}/${path}`;
  remote.authorization ??= endpoint.token && `Bearer ${endpoint.token}`;
  let response = await send(remote, url, accept);
  if (response.status === 401 && (await isTold(remote, response))) response = await send(remote, url, accept);
  if (response.ok) return response;
  await response.body?.cancel();
  throw pullFailed(
    refusals[response.status] ?? `the registry answers ${response.status} for ${repository}/${path}`,
  );
}

function send(remote: Remote, url: string, accept: string): Promise<Response> {
  const { authorization, signal } = remote;
  const headers = { accept, ...(authorization !== undefined && { authorization }) };
  return remote.fetch(url, { headers, signal }).catch((error: Error) => {
    throw pullFailed(`the registry does not answer: ${causeOf(error)}`);
  });
}

/** Whether there is something new to tell a registry that asks who we are. */
async function isTold(remote: Remote, response: Response): Promise<boolean> {
  const challenge = parseChallenge(response.headers.get('www-authenticate') ?? '');
  if (challenge === undefined || remote.endpoint.token !== undefined) return false;
  const answer = await answerChallenge(remote, challenge);
  if (answer === undefined || answer === remote.authorization) return false;
  await response.body?.cancel();
  remote.authorization = answer;
  return true;
}

const refusals: Readonly<Record<number, string>> = {
  401: 'the registry does not accept the token of this node, or wants to know who asks (authorization failed)',
  403: 'the registry does not allow this node to pull the image',
  404: 'not found in the registry',
};

async function readAll(response: Response, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bodyOf(response)) {
    size += chunk.length;
    if (size > limit) throw pullFailed(`the registry's answer is longer than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  try {
    for await (const chunk of response.body) yield chunk;
  } catch (error) {
    throw pullFailed(`the registry broke off: ${causeOf(error as Error)}`);
  }
}

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const wrongDigest = (expected: string, found: string) =>
  pullFailed(`the registry sent ${found} where ${expected} was asked for`);

const causeOf = (error: Error): string =>
  error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
