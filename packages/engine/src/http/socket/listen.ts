import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Clock, KubeRequest, KubeResponse, Random } from '@fairlead/kube';
import type { ServerIdentity } from '../../auth/certificates.ts';
import type { Authentication } from '../../auth/authentication.ts';
import { userOfConnection } from '../../auth/client-certificate.ts';
import { anonymous, type User } from '../../auth/user.ts';
import { ApiError, internal, retryHeader, tooLarge, tooManyRequests, unauthorized } from '../errors.ts';
import { isExempt } from '../fairness/exempt.ts';
import { Turns } from '../fairness/turns.ts';
import { renderUuid } from '../metadata.ts';
import { respondStatus } from '../respond.ts';
import { BODY_LIMIT } from '../serve.ts';
import { discardBody, readBody, SocketRequest } from './request.ts';
import { send } from './response.ts';
import { createSoon, type Soon } from './watch-sink.ts';

/** A listening socket. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Takes no new connections, ends watches, lets answers finish that are under way. */
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly identity: ServerIdentity;
  readonly authentication: Authentication;
  readonly clock: Clock;
  readonly random: Random;
  readonly serve: (user: User, request: KubeRequest) => Promise<KubeResponse>;
}

/** A client that has not sent its headers or its body by then is slow on purpose. */
const HEADERS_MILLISECONDS = 20_000;
const REQUEST_MILLISECONDS = 60_000;
/** Longer than proxies and client libraries keep theirs, so that they and not we close first. */
const KEEP_ALIVE_MILLISECONDS = 120_000;
const HEADER_BYTES = 64 * 1024;
/** Each takes some 100 KB. */
const CONNECTIONS = 16_384;

/** Serves HTTPS (HTTP/1.1). Rejects when the address cannot be had. */
export const listen = async (options: ListenOptions): Promise<Listener> => {
  const { identity } = options;
  const endless = new Set<ServerResponse>();
  const turns = new Turns({ now: () => options.clock.now(), defer: (call) => void setImmediate(call) });
  const soon = createSoon(options.clock);
  const server = createServer(
    {
      key: identity.key,
      cert: identity.certificate,
      // Whoever has a certificate of our authority may show it; the others show tokens, or nothing.
      ca: identity.ca,
      requestCert: true,
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
      minVersion: 'TLSv1.2',
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: HEADERS_MILLISECONDS,
      requestTimeout: REQUEST_MILLISECONDS,
      keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
      noDelay: true,
    },
    (request, response) => void handle(options, { request, response, endless, turns, soon }),
  );
  server.maxConnections = CONNECTIONS;
  await bound(server, options);
  const { port } = server.address() as AddressInfo;
  return { host: options.host, port, close: () => closeServer(server, endless, options.clock) };
};

const bound = (server: Server, { host, port }: ListenOptions): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host, port }, () => {
    server.off('error', reject);
    resolve();
  });
  return promise;
};

/** What is still open then does not let go by itself. */
const CLOSE_MILLISECONDS = 1000;

const closeServer = (server: Server, endless: ReadonlySet<ServerResponse>, clock: Clock): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(CLOSE_MILLISECONDS, () => server.closeAllConnections());
  server.close(() => {
    cancel();
    resolve();
  });
  for (const answer of endless) {
    // A clean end tells the client to come back, where a broken connection would be an error to it.
    const { socket } = answer;
    answer.end(() => socket?.end());
  }
  return promise;
};

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Answers that go on until somebody ends them. */
  readonly endless: Set<ServerResponse>;
  readonly turns: Turns;
  readonly soon: Soon;
}

/** One request from its headers to its last byte. Never rejects: a socket that broke has nobody to tell. */
const handle = async (options: ListenOptions, exchange: Exchange): Promise<void> => {
  const { request, response, endless, soon } = exchange;
  try {
    // What a client says of a request in its own logs is found in ours, and the other way round.
    response.setHeader('audit-id', request.headers['audit-id'] ?? renderUuid(options.random));
    const found = await answer(options, exchange);
    if (found.body.kind === 'watch' || found.body.kind === 'stream') {
      endless.add(response);
      response.once('close', () => endless.delete(response));
    }
    const gzip = acceptsGzip(request.headers['accept-encoding']);
    await send(response, { headOnly: request.method === 'HEAD', gzip, soon }, found);
  } catch {
    response.destroy();
  }
};

/** By name: what else the client would take, and how gladly, is not asked. */
const acceptsGzip = (header: string | string[] | undefined): boolean =>
  header !== undefined &&
  String(header)
    .split(',')
    .some((one) => one.trim() === 'gzip');

const answer = async (
  { authentication, serve }: ListenOptions,
  { request: incoming, response: outgoing, turns }: Exchange,
): Promise<KubeResponse> => {
  try {
    const user = whoComes(authentication, incoming);
    const waits = !isExempt(user, incoming.url ?? '');
    // Said before the body is read: who is refused is not to fill the memory.
    if (waits && turns.isFull(user.name)) throw tooManyRequests();
    const body = await readBody(incoming, BODY_LIMIT);
    if (body === 'too-large') throw tooLarge(BODY_LIMIT);
    if (waits) await (turns.take(user.name) ?? Promise.reject(tooManyRequests()));
    const request = new SocketRequest({ incoming, outgoing, body });
    return await serve(user, request);
  } catch (error) {
    // A client that broke off has nobody to hear the refusal; the answer to it fails on its own.
    if (!incoming.complete) await discardBody(incoming).catch(() => {});
    // Without having read the body the connection is in no state to be used again.
    if (!incoming.complete) outgoing.setHeader('connection', 'close');
    const refusal = error instanceof ApiError ? error : internal(String(error));
    return respondStatus(refusal.status, retryHeader(refusal));
  }
};

/** One good proof is enough; a bad one is worse than none. */
const whoComes = (authentication: Authentication, { socket, headers }: IncomingMessage): User => {
  const byCertificate = userOfConnection(socket as TLSSocket);
  if (typeof byCertificate === 'object') return byCertificate;
  const byToken = authentication.ofHeader(headers.authorization);
  if (typeof byToken === 'object') return byToken;
  if (byCertificate === 'rejected' || byToken === 'rejected') throw unauthorized();
  return anonymous;
};
