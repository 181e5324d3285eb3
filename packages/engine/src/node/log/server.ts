import type { Clock } from '@fairlead/kube';
import { mkdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { type Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { serveUpgrade, type Sessions } from '../stream/serve.ts';
import { type LiveLog, type LogQuery, readLog } from './read.ts';

/** Where a container's log is; for what cannot be read, why (as Kubernetes words it). */
export type LogPlace =
  | { readonly path: string; readonly live: LiveLog | undefined }
  | { readonly status: 400 | 404; readonly message: string };

export type FindLog = (wanted: {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
}) => LogPlace;

export interface NodeServerOptions {
  /** A Unix socket; only the node's user may connect. */
  readonly socket: string;
  readonly findLog: FindLog;
  readonly sessions: Sessions;
  /** What the pods use, as JSON. */
  readonly usage: () => Promise<object>;
  readonly clock: Clock;
}

/**
 * Serves what the API server asks of a node:
 * `GET /containerLogs/{namespace}/{pod}/{container}?follow&tailLines&timestamps&previous&sinceSeconds&sinceTime&limitBytes`,
 * the path and the query of a kubelet.
 */
export async function startNodeServer(options: NodeServerOptions): Promise<{ close(): Promise<void> }> {
  await mkdir(dirname(options.socket), { recursive: true, mode: 0o700 });
  await claimSocket(options.socket);
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error: Error) => fail(response, 500, error.message));
  });
  // Whoever has taken over his connection is not seen by the server any more.
  const taken = new Set<Duplex>();
  server.on('upgrade', (request, socket, head) => {
    taken.add(socket);
    socket.once('close', () => taken.delete(socket));
    if (head.length > 0) socket.unshift(head);
    serveUpgrade(options.sessions, request, socket);
  });
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(options.socket, done);
  });
  return {
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
        for (const socket of taken) socket.destroy();
      }),
  };
}

/** A socket file outlives its process. One that still answers belongs to a node that runs. */
async function claimSocket(path: string): Promise<void> {
  const taken = await new Promise<boolean>((done) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      done(true);
    });
    probe.once('error', () => done(false));
  });
  if (taken) throw new Error(`another node agent is running: it answers at ${path}`);
  await rm(path, { force: true });
}

async function answer(
  { findLog, clock, usage }: NodeServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://node');
  const [, root, ...names] = url.pathname.split('/').map(decodeURIComponent);
  const [namespace, pod, container] = names;
  if (url.pathname === '/healthz') return end(response, 200, 'ok');
  if (url.pathname === '/usage') return end(response, 200, JSON.stringify(await usage()));
  if (root !== 'containerLogs' || !namespace || !pod || !container) return fail(response, 404, 'not found');
  if (request.method !== 'GET') return fail(response, 405, 'only GET is served here');
  const query = parseLogQuery(url.searchParams, clock.now());
  if (query === undefined) return fail(response, 400, 'a number in the query is not one');
  const place = findLog({ namespace, pod, container, previous: flag(url.searchParams, 'previous') });
  if ('status' in place) return fail(response, place.status, place.message);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.flushHeaders();
  const text = readLog({ ...place, query, signal: gone.signal });
  // A reader that goes away is no error.
  await pipeline(Readable.from(text, { objectMode: false }), response).catch(() => response.destroy());
}

function parseLogQuery(query: URLSearchParams, now: number): LogQuery | undefined {
  const sinceSeconds = whole(query.get('sinceSeconds'));
  const sinceTime = query.get('sinceTime');
  const since = sinceTime === null ? sinceSeconds && now - sinceSeconds * 1000 : Date.parse(sinceTime);
  const parsed = {
    follow: flag(query, 'follow'),
    timestamps: flag(query, 'timestamps'),
    tailLines: whole(query.get('tailLines')),
    limitBytes: whole(query.get('limitBytes')),
    since,
  };
  return [parsed.tailLines, parsed.limitBytes, since].some(Number.isNaN) ? undefined : parsed;
}

/** `?follow`, `?follow=true` and `?follow=1` all mean yes. */
const flag = (query: URLSearchParams, name: string): boolean =>
  ['', 'true', '1'].includes(query.get(name) ?? 'no');

const whole = (text: string | null): number | undefined =>
  text === null ? undefined : /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
}

function fail(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) response.destroy();
  else end(response, status, message);
}
