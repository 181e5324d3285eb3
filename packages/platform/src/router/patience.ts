import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/**
 * Cuts a connection on which nothing has moved for so long (milliseconds) when the visitor is why: who does not send the
 * rest of a request, or does not take what there is of its answer, would hold a place at the app for ever. A visitor
 * who waits for an app that says nothing yet goes on waiting: event streams and long polls live from that.
 */
export const cutStalled = (server: Server, patience: number): void => {
  const current = new WeakMap<Socket, Exchange>();
  server.on('request', (incoming, outgoing) => current.set(incoming.socket, { incoming, outgoing }));
  server.on('upgrade', (incoming) => incoming.socket.setTimeout(0));
  server.setTimeout(patience, (socket) => {
    const exchange = current.get(socket);
    if (exchange !== undefined && waitsForApp(exchange)) socket.setTimeout(patience);
    else socket.destroy();
  });
};

const waitsForApp = ({ incoming, outgoing }: Exchange): boolean =>
  incoming.complete && !outgoing.writableFinished && outgoing.writableLength === 0;
