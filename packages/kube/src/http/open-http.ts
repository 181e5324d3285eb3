import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
// Not from the package's index, which loads fetch, WebSocket and caches as well: 70 ms of every command.
import send from 'undici/lib/api/api-request.js';
import { parseJson } from '../json.ts';
import type { Headers, KubeRequest, ResponseBody, Transport, WatchSink } from '../transport.ts';
import type { Connection, Credential, CredentialSource, Impersonation } from './connection.ts';
import { createFrameSplitter } from './frames.ts';
import { flatten, severalValues } from './headers.ts';
import { openPools } from './pools.ts';
import { sendUpgrade } from './upgrade.ts';

/** Connections to one server, kept open between requests. */
export interface HttpTransport {
  readonly transport: Transport;
  /** Ends all requests and watches. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Opens a transport over HTTP or HTTPS. Nothing is sent before the first request. */
export function openHttp(connection: Connection): HttpTransport {
  const url = new URL(connection.server);
  const prefix = url.pathname.replace(/\/$/, '');
  const pools = openPools(connection, url.origin);
  const asOther = renderImpersonation(connection.impersonate);
  const sendAs = async (request: KubeRequest, credential: Credential): Promise<Dispatcher.ResponseData> => {
    const { method, path, query, headers, body, signal } = request;
    return send.call(await pools.get(credential), {
      origin: url.origin,
      method,
      path: query === '' ? prefix + path : `${prefix}${path}?${query}`,
      headers: {
        ...severalValues({ ...headers, ...asOther }),
        ...(await authorization(connection, credential)),
      },
      ...(body !== undefined && { body }),
      ...(signal !== undefined && { signal }),
      ...(isStream(request) && { bodyTimeout: 0 }),
    });
  };
  const transport: Transport = async (request) => {
    if (request.headers['upgrade'] !== undefined) {
      const credential = (await connection.credentials?.get()) ?? {};
      const own = { ...asOther, ...(await authorization(connection, credential)) };
      const there = { origin: url.origin, prefix, headers: own };
      return sendUpgrade(await pools.get(credential), request, there);
    }
    const response = await sendAsCurrent(connection.credentials, (credential) => sendAs(request, credential));
    const headers = flatten(response.headers);
    const body = await readBody({ request, status: response.statusCode, headers, body: response.body });
    return { status: response.statusCode, headers, body };
  };
  const close = () => pools.close();
  return { transport, close, [Symbol.asyncDispose]: close };
}

/** A credential may have been taken back before its time: one that is refused is renewed, once. */
async function sendAsCurrent(
  source: CredentialSource | undefined,
  send: (credential: Credential) => Promise<Dispatcher.ResponseData>,
): Promise<Dispatcher.ResponseData> {
  if (source === undefined) return send({});
  const credential = await source.get();
  const response = await send(credential);
  if (response.statusCode !== 401) return response;
  await source.reject(credential);
  await response.body.dump();
  return send(await source.get());
}

async function authorization({ token, tokenFile }: Connection, credential: Credential): Promise<Headers> {
  const own = tokenFile === undefined ? token : (await readFile(tokenFile, 'utf8')).trim();
  const bearer = own ?? credential.token;
  return bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
}

function renderImpersonation(asked: Impersonation | undefined): Headers {
  if (asked === undefined) return {};
  const { user, uid, groups = [], extra = {} } = asked;
  const named = Object.entries(extra).map(
    ([key, values]) =>
      [`impersonate-extra-${encodeURIComponent(key.toLowerCase())}`, values.join('\n')] as const,
  );
  return {
    'impersonate-user': user,
    ...(uid !== undefined && { 'impersonate-uid': uid }),
    ...(groups.length > 0 && { 'impersonate-group': groups.join('\n') }),
    ...Object.fromEntries(named),
  };
}

/** Quiet for as long as the world is. */
const isStream = ({ query }: KubeRequest): boolean => /(^|&)(watch|follow)=(true|1)(&|$)/.test(query);

const isWatch = ({ query }: KubeRequest): boolean => /(^|&)watch=(true|1)(&|$)/.test(query);

interface Received {
  readonly request: KubeRequest;
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readable;
}

async function readBody({ request, status, headers, body }: Received): Promise<ResponseBody> {
  const isJson = headers['content-type']?.includes('json') ?? false;
  if (isJson && status < 300 && isWatch(request)) {
    return { kind: 'watch', open: (sink) => pour(body, sink, request.signal) };
  }
  if (status < 300 && !isJson) return { kind: 'stream', bytes: body };
  const bytes = Buffer.concat(await Array.fromAsync(body as AsyncIterable<Buffer>));
  if (bytes.length === 0) return { kind: 'empty' };
  let value: { readonly parsed: unknown } | undefined;
  return {
    kind: 'object',
    value: () => (value ??= { parsed: parseJson(bytes.toString()) }).parsed,
    chunks: () => [bytes],
  };
}

function pour(body: Readable, sink: WatchSink, signal: AbortSignal | undefined): void {
  const split = createFrameSplitter();
  body.on('data', (chunk: Buffer) => {
    try {
      const frames = split(chunk);
      if (frames.length > 0) sink.next(frames);
    } catch (error) {
      body.destroy(error as Error);
    }
  });
  body.once('end', () => sink.end());
  // Aborting is how a watch is left, so it is no error.
  body.once('error', (error) => sink.end(signal?.aborted ? undefined : error));
}
