import {
  type Cache,
  type Clock,
  createClient,
  openCache,
  type Random,
  sleep,
  type Transport,
} from '@fairlead/kube';
import type { GatewayName } from './claims.ts';
import { serveControl } from './control.ts';
import { drain } from './drain.ts';
import { closeConnections } from './proxy.ts';
import { serveVisitors } from './server.ts';
import { createTable } from './table.ts';
import { fillTable } from './watch.ts';

export interface RouterStart {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly listen: { readonly host: string; readonly port: number };
  readonly gateway: GatewayName;
  /** Path of the unix socket on which the node agent asks for draining. */
  readonly control?: string;
}

export interface Router {
  readonly address: { readonly host: string; readonly port: number };
  /** Requests under way end first, but not for long. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Between attempts to reach the API, in milliseconds: what came meanwhile is to be known soon. */
const longestPause = 250;

/** How long the last requests of a retired address may hold its pod up, in milliseconds. */
const drainPatience = 30_000;

/** How long requests may hold up the end of the router itself. */
const closePatience = 10_000;

/** Starts a router: watches routes and endpoints, listens for visitors once it knows them. */
export const startRouter = async (options: RouterStart): Promise<Router> => {
  const { clock, random } = options;
  const table = createTable();
  const cache: Cache = openCache({
    client: createClient(options.transport, { userAgent: 'fairlead-router' }),
    clock,
    random,
    backoff: { most: longestPause },
  });
  await fillTable(cache, table, options.gateway);
  const server = await serveVisitors({ table, random, listen: options.listen });
  const control =
    options.control === undefined
      ? undefined
      : await serveControl({
          socket: options.control,
          drain: (target) => drain(table, { ...target, patience: drainPatience, clock }),
        });
  const close = async (): Promise<void> => {
    await control?.close();
    await server.close(sleep(clock, closePatience));
    closeConnections();
    await cache.close();
  };
  return { address: server.address, close, [Symbol.asyncDispose]: close };
};
