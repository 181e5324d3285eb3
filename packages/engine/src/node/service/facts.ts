import { type EndpointSlice, keyOf, type Service } from '@fairlead/kube';
import { parseAddress } from '../network/range.ts';

/** One port of a Service, and where it leads. */
export interface ServiceRoute {
  /** `default/shop:http`. */
  readonly title: string;
  readonly protocol: 'tcp' | 'udp';
  /** Addresses at which pods ask for it. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** The port of the machine, if it has one. */
  readonly nodePort: number | undefined;
  readonly targets: readonly Target[];
  /** For so long a client comes to the same target; undefined: to any. */
  readonly affinitySeconds: number | undefined;
}

export interface Target {
  readonly address: string;
  readonly port: number;
}

/** The slices of each Service, by its key. */
export function slicesByService(slices: readonly EndpointSlice[]): Map<string, EndpointSlice[]> {
  const found = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    const name = slice.metadata.labels?.['kubernetes.io/service-name'];
    if (name === undefined || slice.addressType !== 'IPv4') continue;
    const key = keyOf({ namespace: slice.metadata.namespace ?? 'default', name });
    found.set(key, [...(found.get(key) ?? []), slice]);
  }
  return found;
}

export interface RouteFacts {
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  /** Services, by their keys, that may lead to what listens on the machine's loopback: the API's own, for one. */
  readonly loopback: ReadonlySet<string>;
}

/** Where the requests to Services go, as every node of a cluster sees it. */
export function gatherRoutes({ services, slices, loopback }: RouteFacts): ServiceRoute[] {
  const known = slicesByService(slices);
  return services.filter(hasAddress).flatMap((service) => {
    const key = keyOf(service.metadata);
    const mayLeadTo = (address: string) =>
      parseAddress(address) !== undefined && (!address.startsWith('127.') || loopback.has(key));
    return routesOf(service, known.get(key) ?? [], mayLeadTo);
  });
}

const hasAddress = ({ spec }: Service): boolean =>
  spec.type !== 'ExternalName' &&
  spec.clusterIP !== undefined &&
  spec.clusterIP !== '' &&
  spec.clusterIP !== 'None';

function routesOf(
  service: Service,
  slices: readonly EndpointSlice[],
  mayLeadTo: (address: string) => boolean,
): ServiceRoute[] {
  const { metadata, spec } = service;
  const { clusterIP = '', ports = [] } = spec;
  return ports.flatMap(({ name = '', protocol = 'TCP', port, nodePort }) => {
    if (protocol === 'SCTP') return [];
    return [
      {
        title: `${metadata.namespace ?? 'default'}/${metadata.name}:${name || port}`,
        protocol: protocol === 'UDP' ? ('udp' as const) : ('tcp' as const),
        addresses: [clusterIP, ...outsideAddresses(service)].filter(
          (address) => parseAddress(address) !== undefined,
        ),
        port,
        nodePort: nodePort || undefined,
        targets: targetsOf(slices, name).filter(({ address }) => mayLeadTo(address)),
        affinitySeconds: affinityOf(service),
      },
    ];
  });
}

interface Outside {
  readonly externalIPs?: readonly string[];
  readonly sessionAffinityConfig?: { readonly clientIP?: { readonly timeoutSeconds?: number } };
}

/** Others by which pods may name it: a balancer outside would lead here too. */
function outsideAddresses({ spec, status }: Service): readonly string[] {
  const balancer = status?.loadBalancer;
  return [
    ...((spec as Outside).externalIPs ?? []),
    ...(balancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []),
  ];
}

const threeHours = 10_800;

const affinityOf = ({ spec }: Service): number | undefined =>
  spec.sessionAffinity === 'ClientIP'
    ? ((spec as Outside).sessionAffinityConfig?.clientIP?.timeoutSeconds ?? threeHours)
    : undefined;

/** Those that are ready; if none is, those that still serve while they end (Kubernetes, "Virtual IPs and Service Proxies"). */
function targetsOf(slices: readonly EndpointSlice[], portName: string): Target[] {
  const all = slices.flatMap(({ endpoints, ports }) => {
    const port = ports?.find(({ name = '' }) => name === portName)?.port;
    return port === undefined
      ? []
      : (endpoints ?? []).flatMap(({ addresses, conditions }) =>
          addresses.map((address) => ({ address, port, conditions })),
        );
  });
  const ready = all.filter(({ conditions }) => conditions?.ready !== false);
  const ending = all.filter(
    ({ conditions }) => conditions?.serving === true && conditions.terminating === true,
  );
  const usable = new Map(
    (ready.length > 0 ? ready : ending).map(({ address, port }) => [`${address}:${port}`, { address, port }]),
  );
  return [...usable.values()].toSorted((a, b) => (a.address < b.address ? -1 : 1));
}
