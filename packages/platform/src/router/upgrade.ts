import { type ClientRequest, type IncomingMessage, request as send } from 'node:http';
import { type Duplex, pipeline } from 'node:stream';
import { readableAnswer, reasonOf } from './answer.ts';
import { responseHeaders, upgradeHeaders } from './headers.ts';
import { refuseSocket } from './refuse.ts';
import type { Upstream } from './upstream.ts';

export interface UpgradeExchange {
  readonly incoming: IncomingMessage;
  readonly socket: Duplex;
  /** What the client sent after its headers. */
  readonly head: Buffer;
  readonly requestId: string;
}

/** Joins a client that changes its protocol (WebSocket) with the first upstream that takes it, until one of them ends. */
export const joinUpgrade = (exchange: UpgradeExchange, upstreams: readonly Upstream[]): void => {
  const { socket, head } = exchange;
  const [upstream, ...others] = upstreams;
  if (upstream === undefined) return refuseSocket(socket, 'no-answer');
  const leave = upstream.enter();
  const request = open(exchange, upstream);
  const destroy = (): void => void request.destroy();
  let begun = false;
  request.once('upgrade', (answer, peer, peerHead) => {
    begun = true;
    writeHead(socket, answer, answer.rawHeaders);
    if (peerHead.length > 0) socket.write(peerHead);
    if (head.length > 0) peer.write(head);
    join(socket, peer);
  });
  request.once('response', (answer) => {
    begun = readableAnswer(answer);
    if (begun) answerAsUsual(socket, answer);
    else request.destroy(new Error('an answer that cannot be read'));
  });
  request.once('error', (error: NodeJS.ErrnoException) => {
    leave();
    socket.off('close', leave).off('close', destroy).off('error', destroy);
    if (begun) socket.destroy();
    else if (error.syscall === 'connect' && !socket.destroyed) joinUpgrade(exchange, others);
    else refuseSocket(socket, 'no-answer');
  });
  socket.once('close', leave).once('close', destroy).on('error', destroy);
  if (socket.destroyed) destroy();
  request.end();
};

const open = ({ incoming, requestId }: UpgradeExchange, { host, port }: Upstream): ClientRequest =>
  send({
    host,
    port,
    method: incoming.method,
    path: incoming.url,
    headers: upgradeHeaders(incoming, requestId),
    setHost: false,
    agent: false,
  });

/** An upstream that does not change its protocol; the connection then ends. */
const answerAsUsual = (socket: Duplex, answer: IncomingMessage): void => {
  writeHead(socket, answer, [...responseHeaders(answer), 'Connection', 'close']);
  pipeline(answer, socket, () => socket.destroy());
};

const writeHead = (socket: Duplex, answer: IncomingMessage, headers: readonly string[]): void => {
  const lines = [`HTTP/1.1 ${answer.statusCode ?? 502} ${reasonOf(answer)}`];
  for (let index = 0; index < headers.length; index += 2)
    lines.push(`${headers[index] ?? ''}: ${headers[index + 1] ?? ''}`);
  // Node reads the bytes of a header as Latin-1, whatever they are; so they leave as they came.
  socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
};

const join = (client: Duplex, peer: Duplex): void => {
  client.pipe(peer).pipe(client);
  for (const [end, other] of [
    [client, peer],
    [peer, client],
  ] as const) {
    end.on('error', () => other.destroy());
    end.on('close', () => other.destroy());
  }
};
