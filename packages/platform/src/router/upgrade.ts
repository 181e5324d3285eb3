import { type ClientRequest, type IncomingMessage, request as send } from 'node:http';
import type { Duplex } from 'node:stream';
import { upgradeHeaders } from './headers.ts';
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
  request.once('upgrade', (answer, peer, peerHead) => {
    socket.write(statusLines(answer));
    if (peerHead.length > 0) socket.write(peerHead);
    if (head.length > 0) peer.write(head);
    join(socket, peer);
  });
  // An upstream that does not change protocol answers as usual; the connection then ends.
  request.once('response', (answer) => {
    socket.write(statusLines(answer));
    answer.pipe(socket);
  });
  request.once('error', (error: NodeJS.ErrnoException) => {
    leave();
    socket.off('close', leave).off('close', destroy).off('error', destroy);
    if (error.syscall === 'connect' && !socket.destroyed) joinUpgrade(exchange, others);
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

const statusLines = ({ statusCode, statusMessage, rawHeaders }: IncomingMessage): string => {
  const lines = [`HTTP/1.1 ${statusCode ?? 502} ${statusMessage ?? ''}`];
  for (let index = 0; index < rawHeaders.length; index += 2)
    lines.push(`${rawHeaders[index] ?? ''}: ${rawHeaders[index + 1] ?? ''}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
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
