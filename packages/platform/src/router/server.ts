import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Random } from '@fairlead/kube';
import { mayUpgrade, whyRefused } from './admit.ts';
import { match } from './match.ts';
import { cutStalled } from './patience.ts';
import { forward } from './proxy.ts';
import { refuse, refuseSocket } from './refuse.ts';
import type { Table } from './table.ts';
import { joinUpgrade } from './upgrade.ts';

export interface RouterOptions {
  readonly table: Table;
  readonly random: Random;
  readonly listen: { readonly host: string; readonly port: number };
  /** How long a visitor may hold up a connection without moving, in milliseconds. */
  readonly patience?: number;
}

export interface RouterServer {
  readonly address: { readonly host: string; readonly port: number };
  /** No new connection; requests under way have until `patience` to end, idle connections end at once. */
  close(patience: Promise<void>): Promise<void>;
}

/** Listens for visitors. */
export const serveVisitors = async (options: RouterOptions): Promise<RouterServer> => {
  const server = createServer({
    // A request takes as long as it takes, while it moves.
    requestTimeout: 0,
    headersTimeout: 20_000,
    connectionsCheckingInterval: 5000,
    keepAliveTimeout: 65_000,
    maxHeaderSize: 32_768,
    shouldUpgradeCallback: mayUpgrade,
  });
  // Bounded by their size; beyond a number Node would leave out some without a word.
  server.maxHeadersCount = 0;
  // Each may hold a buffer of headers: what strangers can make the router keep has an end.
  server.maxConnections = 10_000;
  cutStalled(server, options.patience ?? 60_000);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.once('close', () => sockets.delete(socket));
  });
  const lastAnswers = followAnswers(server);
  answerRequests(server, options);
  await listening(server, options.listen);
  const { port } = server.address() as AddressInfo;
  return {
    address: { host: options.listen.host, port },
    close: (patience) =>
      new Promise((resolve) => {
        server.close(() => resolve());
        lastAnswers();
        // Streams and changed protocols end when the client likes.
        const cut = (): void => sockets.forEach((socket) => socket.destroy());
        void patience.then(cut);
      }),
  };
};

/** The returned function makes the answers under way the last ones of their connections, and says so to clients. */
const followAnswers = (server: Server): (() => void) => {
  const underWay = new Set<ServerResponse>();
  let last = false;
  const finish = (outgoing: ServerResponse): void => {
    if (!outgoing.headersSent) outgoing.setHeader('connection', 'close');
  };
  server.on('request', (_, outgoing) => {
    underWay.add(outgoing);
    if (last) finish(outgoing);
    outgoing.once('close', () => {
      underWay.delete(outgoing);
      if (last) server.closeIdleConnections();
    });
  });
  return () => {
    last = true;
    for (const outgoing of underWay) finish(outgoing);
    server.closeIdleConnections();
  };
};

const answerRequests = (server: Server, { table, random }: RouterOptions): void => {
  const find = (host: string, url: string) =>
    match(table, { host, path: url.split('?', 1)[0] ?? '/' }, random);
  server.on('request', (incoming, outgoing) => {
    const refusal = whyRefused(incoming);
    if (refusal !== undefined) return refuse(outgoing, refusal);
    const found = find(incoming.headers.host ?? '', incoming.url ?? '/');
    if (found.kind !== 'upstreams') return refuse(outgoing, found.kind);
    forward({ incoming, outgoing, requestId: newId(random) }, found.upstreams);
  });
  server.on('upgrade', (incoming, socket, head) => {
    const found = find(incoming.headers.host ?? '', incoming.url ?? '/');
    if (found.kind !== 'upstreams') return refuseSocket(socket, found.kind);
    joinUpgrade({ incoming, socket, head, requestId: newId(random) }, found.upstreams);
  });
};

const newId = (random: Random): string =>
  Math.floor(random() * 2 ** 52)
    .toString(36)
    .padStart(11, '0');

const listening = (server: Server, { host, port }: RouterOptions['listen']): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
