import { type Cache, endpointSlices, services as serviceKind } from '@fairlead/kube';
import { gatherRecords, type Records } from '../dns/records.ts';
import { type DnsServer, startDns } from '../dns/server.ts';
import { parseResolver } from '../network/files.ts';
import { openTable } from '../network/table.ts';
import type { Isolation } from '../sandbox/isolation.ts';
import { gatherRoutes } from './facts.ts';

/** The Services of the cluster for the pods of this node: their addresses and names lead somewhere. */
export interface Services {
  /** The first view of them is complete. */
  readonly synced: Promise<void>;
  close(): Promise<void>;
}

export interface ServicesOptions {
  readonly cache: Cache;
  readonly isolation: Isolation;
  /** Services, as `namespace/name`, that may lead to the machine's loopback, besides the API's own. */
  readonly loopback?: readonly string[] | undefined;
  readonly onError: (error: unknown, what: string) => void;
}

/** How long several changes are taken for one, in milliseconds: a rollout makes many. */
const gatherMs = 5;

export async function startServices(options: ServicesOptions): Promise<Services> {
  const { cache, isolation, onError } = options;
  const services = cache.informer(serviceKind);
  const slices = cache.informer(endpointSlices);
  const { clock } = cache;
  const loopback = new Set(['default/kubernetes', ...(options.loopback ?? [])]);
  const table = openTable({ ...isolation.network, after: (ms, then) => clock.after(ms, then), onError });
  let records: Records | undefined;
  let cancel: (() => void) | undefined;
  const lead = (): void => {
    cancel = undefined;
    if (!services.hasSynced || !slices.hasSynced) return;
    table.lead(gatherRoutes({ services: services.list(), slices: slices.list(), loopback }));
  };
  const changed = (): void => {
    records = undefined;
    cancel ??= clock.after(gatherMs, lead);
  };
  const stops = [services.subscribe(changed), slices.subscribe(changed)];
  // Also where there is none: pods are let out, and asked for nothing.
  const synced = Promise.all([services.synced, slices.synced]).then(changed);
  synced.catch(() => {}); // The node is closed before.
  const dns = await openDns(
    isolation,
    () => (records ??= gatherRecords(services.list(), slices.list())),
  ).catch((error: unknown) => {
    onError(error, 'the names of the cluster');
    return undefined;
  });
  return {
    synced,
    async close() {
      for (const stop of stops) stop();
      cancel?.();
      await table.close();
      await dns?.close();
    },
  };
}

function openDns({ network, names }: Isolation, records: () => Records): Promise<DnsServer> {
  return startDns({ address: network.address, records, servers: parseResolver(names.resolver).nameservers });
}
