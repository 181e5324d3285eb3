import type { Clock, KubeRequest, KubeResponse, Random } from '@fairlead/kube';
import type { ServerIdentity } from '../../auth/certificates.ts';
import type { Authentication, Credential } from '../../auth/authentication.ts';
import { userOfConnection } from '../../auth/client-certificate.ts';
import { anonymous, type User } from '../../auth/user.ts';
import { type ApiError, internal, retryHeader, tooLarge, tooManyRequests, unauthorized } from '../errors.ts';
import { isExempt } from '../fairness/exempt.ts';
import { type TurnLimits, Turns } from '../fairness/turns.ts';
import { renderUuid } from '../metadata.ts';
import { respondStatus } from '../respond.ts';
import { BODY_LIMIT } from '../serve.ts';
import { type Exchange, openHttpServer } from './http1/server.ts';
import { SocketRequest } from './request.ts';
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
  /** How many requests may wait for their turn. */
  readonly limits?: TurnLimits;
  readonly serve: (user: User, request: KubeRequest) => KubeResponse | Promise<KubeResponse>;
}

/** Each takes some 100 KB. */
const CONNECTIONS = 16_384;

/** Serves HTTPS (HTTP/1.1). Rejects when the address cannot be had. */
export const listen = async (options: ListenOptions): Promise<Listener> => {
  const door = openDoor(options);
  const { identity, host, port, clock } = options;
  const server = await openHttpServer({
    host,
    port,
    tls: {
      key: identity.key,
      cert: identity.certificate,
      // Whoever has a certificate of our authority may show it; the others show tokens, or nothing.
      ca: identity.ca,
      requestCert: true,
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
      minVersion: 'TLSv1.2',
    },
    limit: CONNECTIONS,
    clock,
    onRequest: (exchange) => receive(door, exchange),
  });
  const close = (): Promise<void> => {
    const closed = server.close();
    // A clean end tells the client to come back, where a broken connection would be an error to it.
    for (const exchange of door.endless) exchange.end();
    return closed;
  };
  return { host, port: server.port, close };
};

const openDoor = (options: ListenOptions): Door => {
  const { clock, limits } = options;
  const now = (): number => clock.now();
  return {
    ...options,
    endless: new Set(),
    credentials: new WeakMap(),
    turns: new Turns({ ...(limits && { limits }), now, defer: (call) => void setImmediate(call) }),
    soon: createSoon(clock),
  };
};

interface Door extends ListenOptions {
  /** Answers that go on until somebody ends them. */
  readonly endless: Set<Exchange>;
  /** What the header fields of a connection show, as long as they come again. */
  readonly credentials: WeakMap<object, Credential>;
  readonly turns: Turns;
  readonly soon: Soon;
}

/** One request from its head to its turn. */
const receive = (door: Door, exchange: Exchange): void => {
  const { turns, random } = door;
  // What a client says of a request in its own logs is found in ours, and the other way round.
  exchange.addField('audit-id', exchange.head.fields.headers['audit-id'] ?? renderUuid(random));
  const user = whoComes(door, exchange);
  if (user === 'rejected') return refuse(door, exchange, unauthorized());
  const waits = !isExempt(user, exchange.head.target);
  // Said before the body is read: who is refused is not to fill the memory.
  if (waits && turns.isFull(user.name)) return refuse(door, exchange, tooManyRequests());
  exchange.readBody(BODY_LIMIT, (body) => {
    if (body === 'too-large') return refuse(door, exchange, tooLarge(BODY_LIMIT));
    const begin = (): void => answer(door, exchange, { user, body });
    if (!waits) return begin();
    if (!turns.take(user.name, begin)) refuse(door, exchange, tooManyRequests());
  });
};

/** A client that still sends its body would not hear the refusal. */
const refuse = (door: Door, exchange: Exchange, error: ApiError): void =>
  exchange.discardBody(() => reply(door, exchange, respondStatus(error.status, retryHeader(error))));

interface Asked {
  readonly user: User;
  readonly body: Uint8Array | undefined;
}

/** Without a promise where there is nothing to wait for: most of what is asked is in memory. */
const answer = (door: Door, exchange: Exchange, { user, body }: Asked): void => {
  const failed = (error: unknown): void => refuse(door, exchange, internal(String(error)));
  try {
    const answered = door.serve(user, new SocketRequest(exchange, body));
    if (answered instanceof Promise) answered.then((response) => reply(door, exchange, response), failed);
    else reply(door, exchange, answered);
  } catch (error) {
    failed(error);
  }
};

/** Never throws: a connection that broke has nobody to tell. */
const reply = ({ endless, soon }: Door, exchange: Exchange, response: KubeResponse): void => {
  const { kind } = response.body;
  if (kind === 'watch' || kind === 'stream') {
    endless.add(exchange);
    exchange.onceOver(() => endless.delete(exchange));
    exchange.goesOn();
  }
  const gzip = acceptsGzip(exchange.head.fields.headers['accept-encoding']);
  const broke = (): void => exchange.destroy();
  try {
    const sent = send(exchange, { gzip, soon }, response);
    if (sent instanceof Promise) sent.catch(broke);
  } catch {
    broke();
  }
};

/** By name: what else the client would take, and how gladly, is not asked. */
const acceptsGzip = (header: string | undefined): boolean =>
  header !== undefined && header.split(',').some((one) => one.trim() === 'gzip');

/** Fields that come again with the next request are one and the same object: what they show is read once. */
const credentialIn = (
  { authentication, credentials }: Door,
  fields: Exchange['head']['fields'],
): Credential => {
  let found = credentials.get(fields);
  if (found === undefined) {
    found = authentication.credentialOf(fields.headers.authorization);
    credentials.set(fields, found);
  }
  return found;
};

/** One good proof is enough; a bad one is worse than none. */
const whoComes = (door: Door, { socket, head }: Exchange): User | 'rejected' => {
  const byCertificate = userOfConnection(socket);
  if (typeof byCertificate === 'object') return byCertificate;
  const byToken = credentialIn(door, head.fields)();
  if (typeof byToken === 'object') return byToken;
  return byCertificate === 'rejected' || byToken === 'rejected' ? 'rejected' : anonymous;
};
