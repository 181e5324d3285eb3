import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Random } from '@fairlead/kube';
import { match } from './match.ts';
import { forward } from './proxy.ts';
import { refuse, refuseSocket } from './refuse.ts';
import type { Table } from './table.ts';
import { joinUpgrade } from './upgrade.ts';

export interface RouterOptions {
  readonly table: Table;
  readonly random: Random;
  readonly listen: { readonly host: string; readonly port: number };
}

export interface RouterServer {
  readonly address: { readonly host: string; readonly port: number };
  /** No new connection; requests under way end first, idle connections at once. */
  close(): Promise<void>;
}

/** Listens for visitors. */
export const serveVisitors = async (options: RouterOptions): Promise<RouterServer> => {
  const server = createServer({
    requestTimeout: 0,
    headersTimeout: 20_000,
    keepAliveTimeout: 65_000,
    maxHeaderSize: 32_768,
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.once('close', () => sockets.delete(socket));
  });
  answerRequests(server, options);
  await listening(server, options.listen);
  const { port } = server.address() as AddressInfo;
  return {
    address: { host: options.listen.host, port },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
};

const answerRequests = (server: Server, { table, random }: RouterOptions): void => {
  const find = (host: string, url: string) =>
    match(table, { host, path: url.split('?', 1)[0] ?? '/' }, random);
  server.on('request', (incoming, outgoing) => {
    const { host } = incoming.headers;
    if (host === undefined || incoming.url?.startsWith('/') !== true) return refuse(outgoing, 'bad-request');
    const found = find(host, incoming.url);
    if (found.kind !== 'upstreams') return refuse(outgoing, found.kind);
    forward({ incoming, outgoing, requestId: newId(random) }, found.upstreams);
  });
  server.on('upgrade', (incoming, socket, head) => {
    const found = find(incoming.headers.host ?? '', incoming.url ?? '/');
    if (found.kind !== 'upstreams') return refuseSocket(socket, found.kind);
    const [upstream] = found.upstreams;
    if (upstream !== undefined) joinUpgrade({ incoming, socket, head, requestId: newId(random) }, upstream);
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
