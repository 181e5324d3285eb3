import {
  type Cache,
  type EndpointSlice,
  endpointSlices,
  type HTTPRoute,
  httpRoutes,
  keyOf,
} from '@fairlead/kube';
import { claimOf, type GatewayName } from './claims.ts';
import type { Table } from './table.ts';

/** Keeps the table as the API says. Resolves with the first full picture; while the API is away the last one stays. */
export const fillTable = async (cache: Cache, table: Table, gateway: GatewayName): Promise<void> => {
  const ofOurs = (route: HTTPRoute | undefined): HTTPRoute | undefined => route && claimOf(route, gateway);
  const routes = cache.informer(httpRoutes);
  const slices = cache.informer(endpointSlices);
  routes.subscribe(({ before, after }) => table.routes.set(nameOf(after ?? before), ofOurs(after)));
  slices.subscribe(({ before, after }) => table.endpoints.set(nameOf(after ?? before), after));
  await Promise.all([routes.synced, slices.synced]);
};

const nameOf = (object: HTTPRoute | EndpointSlice | undefined): string =>
  object === undefined ? '' : keyOf(object.metadata);
