import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { KubeRequest, KubeResponse } from '@fairlead/kube';
import type { ServerIdentity } from '../../auth/certificates.ts';
import type { Authenticator } from '../../auth/tokens.ts';
import type { User } from '../../auth/user.ts';
import { ApiError, internal, tooLarge, unauthorized } from '../errors.ts';
import { respondStatus } from '../respond.ts';
import { BODY_LIMIT } from '../serve.ts';
import { readBody, SocketRequest } from './request.ts';
import { send } from './response.ts';

/** A listening socket. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Takes no new connections, lets answers finish that are under way, then closes what is left. */
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly identity: ServerIdentity;
  readonly authenticate: Authenticator;
  readonly serve: (user: User | undefined, request: KubeRequest) => Promise<KubeResponse>;
}

/** A client that has not sent its headers or its body by then is slow on purpose. */
const HEADERS_MILLISECONDS = 20_000;
const REQUEST_MILLISECONDS = 60_000;
/** Longer than proxies and client libraries keep theirs, so that they and not we close first. */
const KEEP_ALIVE_MILLISECONDS = 120_000;
const HEADER_BYTES = 64 * 1024;

/** Serves HTTPS (HTTP/1.1). Rejects when the address cannot be had. */
export const listen = async (options: ListenOptions): Promise<Listener> => {
  const { identity } = options;
  const server = createServer(
    {
      key: identity.key,
      cert: identity.certificate,
      ALPNProtocols: ['http/1.1'],
      minVersion: 'TLSv1.2',
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: HEADERS_MILLISECONDS,
      requestTimeout: REQUEST_MILLISECONDS,
      keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
      noDelay: true,
    },
    (request, response) => void handle(options, request, response),
  );
  await bound(server, options);
  const { port } = server.address() as AddressInfo;
  return { host: options.host, port, close: () => closeServer(server) };
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

const closeServer = (server: Server): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  // Watches have been ended by now; what still holds a connection open will not let go by itself.
  setImmediate(() => server.closeAllConnections());
  return promise;
};

/** One request from its headers to its last byte. Never rejects: a socket that broke has nobody to tell. */
const handle = async (
  options: ListenOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> => {
  try {
    await send(outgoing, incoming.method === 'HEAD', await answer(options, incoming, outgoing));
  } catch {
    outgoing.destroy();
  }
};

const answer = async (
  { authenticate, serve }: ListenOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<KubeResponse> => {
  try {
    const user = authenticate(incoming.headers.authorization);
    if (user === 'rejected') throw unauthorized();
    const body = await readBody(incoming, BODY_LIMIT);
    if (body === 'too-large') throw tooLarge(BODY_LIMIT);
    const request = new SocketRequest({ incoming, outgoing, body });
    return await serve(user === 'anonymous' ? undefined : user, request);
  } catch (error) {
    // Without having read the body the connection is in no state to be used again.
    if (!incoming.complete) outgoing.setHeader('connection', 'close');
    const refusal = error instanceof ApiError ? error : internal(String(error));
    return respondStatus(refusal.status);
  }
};
