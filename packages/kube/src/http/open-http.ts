import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
// Not from the package's index, which loads fetch, WebSocket and caches as well: 70 ms of every command.
import send from 'undici/lib/api/api-request.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import type { Headers, KubeRequest, ResponseBody, Transport, WatchSink } from '../transport.ts';
import type { Connection } from './connection.ts';
import { createFrameSplitter } from './frames.ts';

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
  const pool = openPool(connection, url);
  const transport: Transport = async (request) => {
    const { method, path, query, headers, body, signal } = request;
    const response = await send.call(pool, {
      method,
      path: query === '' ? prefix + path : `${prefix}${path}?${query}`,
      headers: { ...severalValues(headers), ...(await authorization(connection)) },
      ...(body !== undefined && { body }),
      ...(signal !== undefined && { signal }),
      ...(isStream(request) && { bodyTimeout: 0 }),
    });
    const received = flatten(response.headers);
    const read = { request, status: response.statusCode, headers: received, body: response.body };
    return { status: response.statusCode, headers: received, body: await readBody(read) };
  };
  const close = () => pool.destroy();
  return { transport, close, [Symbol.asyncDispose]: close };
}

function openPool({ ca, cert, key, insecure, serverName, socketPath }: Connection, url: URL): Pool {
  return new Pool(url.origin, {
    // Each watch holds a connection of its own: HTTP/1.1, as many as it takes.
    allowH2: false,
    connections: null,
    pipelining: 1,
    ...(socketPath !== undefined && { socketPath }),
    connect: {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(serverName !== undefined && { servername: serverName }),
      ...(insecure && { rejectUnauthorized: false }),
    },
  });
}

async function authorization({ token, tokenFile, basic }: Connection): Promise<Headers> {
  const bearer = tokenFile === undefined ? token : (await readFile(tokenFile, 'utf8')).trim();
  if (bearer !== undefined) return { authorization: `Bearer ${bearer}` };
  if (basic === undefined) return {};
  const pair = Buffer.from(`${basic.username}:${basic.password}`).toString('base64');
  return { authorization: `Basic ${pair}` };
}

/** Quiet for as long as the world is. */
const isStream = ({ query }: KubeRequest): boolean => /(^|&)(watch|follow)=(true|1)(&|$)/.test(query);

const isWatch = ({ query }: KubeRequest): boolean => /(^|&)watch=(true|1)(&|$)/.test(query);

/** A record holds one text for a header; on the wire each of its values is a line. */
const severalValues = (headers: Headers): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.includes('\n') ? value.split('\n') : value]),
  );

const flatten = (headers: NodeJS.Dict<string | string[]>): Headers =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value = '']) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );

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
    value: () => (value ??= { parsed: JSON.parse(bytes.toString()) }).parsed,
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
