import {
  Agent,
  type ClientRequest,
  type IncomingMessage,
  request as send,
  type ServerResponse,
} from 'node:http';
import { readableAnswer, reasonOf } from './answer.ts';
import { requestHeaders, responseHeaders } from './headers.ts';
import { endHeard } from './heard-out.ts';
import { refuse } from './refuse.ts';
import type { Upstream } from './upstream.ts';

export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly requestId: string;
}

// Repeating these does no harm (RFC 9110, section 9.2.2), so one that died on a connection which the
// upstream had just closed is sent again, and they may use connections that were used before.
const repeatable = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

const kept = new Agent({ keepAlive: true, maxFreeSockets: 64, scheduling: 'lifo' });
const fresh = new Agent({ keepAlive: false });

/** Passes a request on to the first upstream that takes it, and its answer back. */
export const forward = (exchange: Exchange, upstreams: readonly Upstream[]): void =>
  attempt(exchange, { upstreams, agent: repeatable.has(exchange.incoming.method ?? '') ? kept : fresh });

interface Attempt {
  /** The best place first. */
  readonly upstreams: readonly Upstream[];
  readonly agent: Agent;
}

const attempt = (exchange: Exchange, { upstreams, agent }: Attempt): void => {
  const { incoming, outgoing } = exchange;
  const [upstream, ...others] = upstreams;
  if (upstream === undefined) return refuse(outgoing, 'no-answer');
  const leave = upstream.enter();
  const request = open(exchange, upstream, agent);
  const abandon = (): void => {
    leave();
    request.destroy();
  };
  request.once('response', (answer) => {
    if (readableAnswer(answer)) passBack(answer, outgoing, leave);
    else request.destroy(new Error('an answer that cannot be read'));
  });
  // Nobody asked for another protocol; without a listener Node would forget the request.
  request.once('upgrade', (_, socket) => {
    socket.destroy();
    request.emit('error', new Error('the upstream changed its protocol unasked'));
  });
  request.once('error', (error: NodeJS.ErrnoException) => {
    leave();
    outgoing.off('close', abandon);
    // An answer that has begun ends by itself, well or not: it may come before its request was sent to the end.
    if (outgoing.headersSent || outgoing.destroyed) return;
    if (neverArrived(error)) attempt(exchange, { upstreams: others, agent });
    // Other kept connections may have been closed as well: once more, on one of its own.
    else if (wasClosedMeanwhile(incoming, request)) attempt(exchange, { upstreams, agent: fresh });
    else refuse(outgoing, 'no-answer');
  });
  outgoing.once('close', abandon);
  sendBody(incoming, request);
};

const open = ({ incoming, requestId }: Exchange, { host, port }: Upstream, agent: Agent): ClientRequest =>
  send({
    host,
    port,
    method: incoming.method,
    path: incoming.url,
    headers: requestHeaders(incoming, requestId),
    setHost: false,
    agent,
  });

/** A body starts only on an open connection: until then it is whole and can go elsewhere. */
const sendBody = (incoming: IncomingMessage, request: ClientRequest): void => {
  const hasBody =
    incoming.headers['content-length'] !== undefined || incoming.headers['transfer-encoding'] !== undefined;
  if (!hasBody || incoming.headers['content-length'] === '0') {
    request.end();
    return;
  }
  request.once('socket', (socket) => {
    const begin = (): void => {
      incoming.pipe(request);
    };
    if (socket.connecting) socket.once('connect', begin);
    else begin();
  });
};

/** No connection came about: nothing was sent, so another upstream may have it. */
const neverArrived = ({ syscall }: NodeJS.ErrnoException): boolean => syscall === 'connect';

/** The upstream closed a kept connection just as it was used again; a fresh one is worth a try. */
const wasClosedMeanwhile = ({ method, headers }: IncomingMessage, { reusedSocket }: ClientRequest): boolean =>
  reusedSocket &&
  repeatable.has(method ?? '') &&
  headers['content-length'] === undefined &&
  headers['transfer-encoding'] === undefined;

const passBack = (answer: IncomingMessage, outgoing: ServerResponse, leave: () => void): void => {
  outgoing.writeHead(answer.statusCode ?? 502, reasonOf(answer), responseHeaders(answer));
  // What an app writes goes out when it is written: event streams and long polls live from that. (Node's flushHeaders
  // would write as UTF-8 what it has read as Latin-1.)
  outgoing.write('', 'latin1');
  answer.pipe(outgoing, { end: false });
  answer
    .once('end', () => endHeard(outgoing))
    .once('error', () => outgoing.destroy())
    .once('close', leave);
};

/** Lets go of every upstream connection. */
export const closeConnections = (): void => {
  kept.destroy();
  fresh.destroy();
};
