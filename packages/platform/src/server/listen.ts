import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sleep, systemClock } from '@fairlead/kube/clock';
import { heardOut, isSending } from '../router/heard-out.ts';

export type Handler = (request: Request) => Promise<Response>;

export interface Listening {
  /** Where it listens; the port is the real one when 0 was asked for. */
  readonly address: { readonly host: string; readonly port: number };
  /** No new connection; open ones are cut. */
  close(): Promise<void>;
}

/** Serves a handler over HTTP/1.1: the one place where the platform's servers meet Node's sockets. */
export const listen = (
  handler: Handler,
  { host, port }: { host: string; port: number },
): Promise<Listening> =>
  new Promise((resolve, reject) => {
    const sockets = new Set<Socket>();
    // A deploy takes as long as it takes; idle connections and slow headers keep Node's limits.
    const server = createServer({ requestTimeout: 0, highWaterMark: 65_536 }, (incoming, outgoing) => {
      void answer(handler, incoming, outgoing);
    });
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      const address = server.address() as AddressInfo;
      const close = (): Promise<void> =>
        new Promise((closed) => {
          server.close(() => closed());
          for (const socket of sockets) socket.destroy();
        });
      resolve({ address: { host, port: address.port }, close });
    });
  });

const answer = async (
  handler: Handler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> => {
  const stop = new AbortController();
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) stop.abort();
  });
  try {
    await send(await handler(toRequest(incoming, stop.signal)), incoming, outgoing);
  } catch (error) {
    if (outgoing.headersSent || outgoing.destroyed) outgoing.destroy();
    else
      outgoing
        .writeHead(500, { 'content-type': 'text/plain' })
        .end(`the platform failed: ${String(error)}\n`);
  }
};

const toRequest = (incoming: IncomingMessage, signal: AbortSignal): Request => {
  const { method = 'GET', url = '/', headers } = incoming;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const pairs = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
  );
  return new Request(new URL(url, `http://${headers.host ?? 'localhost'}`), {
    method,
    headers: pairs,
    signal,
    ...(hasBody ? { body: bodyOf(incoming), duplex: 'half' } : {}),
  });
};

const bufferSize = 64 * 1024;
/** How long a client may go on sending what nobody wants any more, in milliseconds. */
const sendingPatience = 30_000;

/** Who stops reading this does not cut the connection, as Node's own conversion would: the answer still goes there. */
const bodyOf = (incoming: IncomingMessage): ReadableStream<Uint8Array> => {
  incoming.pause();
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        incoming.on('data', (chunk: Buffer) => {
          controller.enqueue(chunk);
          if ((controller.desiredSize ?? 0) <= 0) incoming.pause();
        });
        incoming.once('end', () => controller.close());
        incoming.once('error', (error) => controller.error(error));
      },
      pull: () => void incoming.resume(),
      cancel: () => discard(incoming),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: bufferSize }),
  );
};

const discard = (incoming: IncomingMessage): void => {
  for (const event of ['data', 'end', 'error']) incoming.removeAllListeners(event);
  incoming.on('error', () => {});
  incoming.resume();
};

const send = async (
  response: Response,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> => {
  // A refusal has a length, so that a client knows it to be whole before it has sent all of its request.
  const refusal = response.status >= 400 ? await response.bytes() : undefined;
  const headers = new Headers(response.headers);
  if (refusal !== undefined) headers.set('content-length', String(refusal.length));
  outgoing.writeHead(response.status, [...headers].flat());
  outgoing.flushHeaders();
  if (incoming.method !== 'HEAD') {
    if (refusal !== undefined) outgoing.write(refusal);
    else if (response.body !== null)
      await pipeline(Readable.fromWeb(response.body as never), outgoing, { end: false });
  }
  if (isSending(incoming)) {
    discard(incoming);
    const patience = new AbortController();
    const late = sleep(systemClock, sendingPatience, patience.signal);
    await Promise.race([heardOut(incoming), late]);
    patience.abort();
  }
  outgoing.end();
};
