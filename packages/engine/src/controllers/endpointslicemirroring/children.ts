import { isIPv6 } from 'node:net';
import {
  type Desired,
  type Endpoint,
  type EndpointAddress,
  type EndpointSlice,
  type Endpoints,
  type EndpointSubset,
  ownerReference,
} from '@fairlead/kube';
import { entriesOf, packSubsets } from '../endpoints/subsets.ts';
import { managedByLabel, serviceNameLabel } from '../endpointslice/names.ts';
import type { EndpointPort } from '../endpointslice/ports.ts';

/** Slices with this value are ours. */
export const managedBy = 'endpointslicemirroring-controller.k8s.io';

/** Most addresses of one subset that are mirrored: to each subset its slice. */
export const capacity = 1000;

/** What one slice mirrors. */
export interface Mirror {
  readonly addressType: 'IPv4' | 'IPv6';
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

export const mirrorsOf = ({ subsets = [] }: Endpoints): readonly Mirror[] =>
  packSubsets(entriesOf(subsets)).flatMap(mirrorSubset);

/** How many addresses found no place. */
export const leftOut = ({ subsets = [] }: Endpoints): number =>
  packSubsets(entriesOf(subsets))
    .map(({ addresses = [], notReadyAddresses = [] }) => addresses.length + notReadyAddresses.length)
    .reduce((total, size) => total + Math.max(0, size - capacity), 0);

function mirrorSubset({
  addresses = [],
  notReadyAddresses = [],
  ports = [],
}: EndpointSubset): readonly Mirror[] {
  const endpoints = [
    ...addresses.map((address) => toEndpoint(address, true)),
    ...notReadyAddresses.map((address) => toEndpoint(address, false)),
  ].slice(0, capacity);
  const slicePorts = ports.map(({ name = '', ...port }) => ({ name, ...port }));
  const mirrors = (['IPv4', 'IPv6'] as const).map((addressType) => ({
    addressType,
    ports: slicePorts,
    endpoints: endpoints.filter((one) => isIPv6(one.addresses[0] ?? '') === (addressType === 'IPv6')),
  }));
  return mirrors.filter((mirror) => mirror.endpoints.length > 0);
}

const toEndpoint = ({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint => ({
  addresses: [ip],
  conditions: { ready },
  ...(hostname === undefined || hostname === '' ? {} : { hostname }),
  ...(nodeName === undefined ? {} : { nodeName }),
  ...(targetRef === undefined ? {} : { targetRef }),
});

export const mirrorLabels = ({ metadata }: Endpoints): Readonly<Record<string, string>> => ({
  ...metadata.labels,
  [serviceNameLabel]: metadata.name,
  [managedByLabel]: managedBy,
});

/** What was said of the Endpoints alone. */
const ownOnly: ReadonlySet<string> = new Set([
  'endpoints.kubernetes.io/last-change-trigger-time',
  'kubectl.kubernetes.io/last-applied-configuration',
]);

export const mirrorAnnotations = ({ metadata }: Endpoints): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([key]) => !ownOnly.has(key)));

export const desiredSlice = (owner: Endpoints, mirror: Mirror): Desired<EndpointSlice> => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    generateName: `${owner.metadata.name}-`,
    namespace: owner.metadata.namespace ?? 'default',
    labels: mirrorLabels(owner),
    annotations: mirrorAnnotations(owner),
    ownerReferences: [ownerReference(owner)],
  },
  ...mirror,
});
