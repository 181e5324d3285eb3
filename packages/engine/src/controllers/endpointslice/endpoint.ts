import { isIPv6 } from 'node:net';
import type { Endpoint, EndpointSlice, Pod, Service } from '@fairlead/kube';
import { isDeleting, isReady, isTerminal } from '../pods/state.ts';
import { type EndpointPort, portsOf } from './ports.ts';

export type AddressType = EndpointSlice['addressType'];

/** One pod as a place to send a Service's requests to. */
export interface Place {
  readonly addressType: AddressType;
  readonly ports: readonly EndpointPort[];
  readonly endpoint: Endpoint;
}

export const addressTypesOf = ({ spec }: Service): readonly AddressType[] => {
  const families = spec.ipFamilies?.filter((family) => family !== '') ?? [];
  return families.length === 0 ? ['IPv4'] : families;
};

/** A pod is a place from its address until its end. Whether requests should go there, its conditions say. */
export function placesOf(service: Service, pod: Pod, zone: string | undefined): readonly Place[] {
  if (isTerminal(pod)) return [];
  const ports = portsOf(service, pod);
  return addressTypesOf(service).flatMap((addressType) => {
    const addresses = addressesOf(pod, addressType);
    if (addresses.length === 0) return [];
    return [{ addressType, ports, endpoint: desiredEndpoint({ service, pod, addresses, zone }) }];
  });
}

/** The addresses of a pod in one family. */
export function addressesOf({ status }: Pod, addressType: AddressType): readonly string[] {
  const listed = (status?.podIPs ?? []).map(({ ip }) => ip);
  const known = listed.length > 0 || !status?.podIP ? listed : [status.podIP];
  return known.filter((ip) => isIPv6(ip) === (addressType === 'IPv6'));
}

/** The name under which a pod is known in the Service that it names as its subdomain. */
export function hostnameOf({ metadata }: Service, { spec }: Pod): string | undefined {
  const { hostname = '', subdomain } = spec;
  return hostname !== '' && subdomain === metadata.name ? hostname : undefined;
}

function desiredEndpoint(place: {
  readonly service: Service;
  readonly pod: Pod;
  readonly addresses: readonly string[];
  readonly zone: string | undefined;
}): Endpoint {
  const { service, pod, addresses, zone } = place;
  const { name, namespace, uid } = pod.metadata;
  const { nodeName } = pod.spec;
  const hostname = hostnameOf(service, pod);
  const serving = isReady(pod);
  const terminating = isDeleting(pod);
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  return {
    addresses,
    conditions: { ready, serving, terminating },
    ...(hostname === undefined ? {} : { hostname }),
    ...(nodeName === undefined || nodeName === '' ? {} : { nodeName }),
    ...(zone === undefined ? {} : { zone }),
    targetRef: {
      kind: 'Pod',
      ...(namespace === undefined ? {} : { namespace }),
      name,
      ...(uid === undefined ? {} : { uid }),
    },
  };
}
