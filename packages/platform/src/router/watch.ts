import {
  type Cache,
  type EndpointSlice,
  endpointSlices,
  type HTTPRoute,
  httpRoutes,
  keyOf,
} from '@fairlead/kube';
import type { Table } from './table.ts';

/** The Gateway whose routes are ours. */
export interface GatewayName {
  readonly namespace: string;
  readonly name: string;
}

/** Keeps the table as the API says. Resolves with the first full picture; while the API is away the last one stays. */
export const fillTable = async (cache: Cache, table: Table, gateway: GatewayName): Promise<void> => {
  const ofOurs = (route: HTTPRoute | undefined): HTTPRoute | undefined =>
    route !== undefined && belongsTo(route, gateway) ? route : undefined;
  const routes = cache.informer(httpRoutes);
  const slices = cache.informer(endpointSlices);
  routes.subscribe(({ before, after }) => table.routes.set(nameOf(after ?? before), ofOurs(after)));
  slices.subscribe(({ before, after }) => table.endpoints.set(nameOf(after ?? before), after));
  await Promise.all([routes.synced, slices.synced]);
};

const nameOf = (object: HTTPRoute | EndpointSlice | undefined): string =>
  object === undefined ? '' : keyOf(object.metadata);

const belongsTo = ({ metadata, spec }: HTTPRoute, gateway: GatewayName): boolean =>
  spec.parentRefs?.some(
    ({ namespace, name }) => name === gateway.name && (namespace ?? metadata.namespace) === gateway.namespace,
  ) === true;
