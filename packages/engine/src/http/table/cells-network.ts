import type { KubeObject } from '@fairlead/kube';
import type { Cells } from './cells.ts';
import { selectorText } from './selector-text.ts';

interface LoadBalancer {
  readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
}

interface Service extends KubeObject {
  readonly spec?: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly clusterIPs?: readonly string[];
    readonly externalIPs?: readonly string[];
    readonly externalName?: string;
    readonly selector?: object;
    readonly ports?: readonly {
      readonly port: number;
      readonly nodePort?: number;
      readonly protocol?: string;
    }[];
  };
  readonly status?: { readonly loadBalancer?: LoadBalancer };
}

const balancerText = (balancer: LoadBalancer | undefined): string => {
  const found = (balancer?.ingress ?? [])
    .map(({ ip, hostname }) => ip || hostname || '')
    .filter((one) => one !== '');
  return [...new Set(found)].sort().join(',');
};

const externalIp = ({ spec, status }: Service): string => {
  const own = spec?.externalIPs ?? [];
  switch (spec?.type ?? 'ClusterIP') {
    case 'ExternalName':
      return spec?.externalName ?? '';
    case 'LoadBalancer': {
      const given = balancerText(status?.loadBalancer);
      return [...(given === '' ? [] : [given]), ...own].join(',') || '<pending>';
    }
    default:
      return own.join(',') || '<none>';
  }
};

const portsText = ({ spec }: Service): string =>
  (spec?.ports ?? [])
    .map(({ port, nodePort, protocol = 'TCP' }) =>
      nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
    )
    .join(',') || '<none>';

export const serviceCells: Cells = {
  Type: ({ spec }: Service) => spec?.type ?? 'ClusterIP',
  'Cluster-IP': ({ spec }: Service) => spec?.clusterIPs?.[0] ?? spec?.clusterIP ?? '<none>',
  'External-IP': externalIp,
  'Port(s)': portsText,
  Selector: ({ spec }: Service) => selectorText(spec?.selector),
};

interface EndpointSlice extends KubeObject {
  readonly addressType?: string;
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[];
  readonly endpoints?: readonly { readonly addresses?: readonly string[] }[];
}

const SHOWN = 3;

const firstFew = (all: readonly string[]): string => {
  if (all.length === 0) return '<unset>';
  const shown = all.slice(0, SHOWN).join(',');
  return all.length > SHOWN ? `${shown} + ${all.length - SHOWN} more...` : shown;
};

export const endpointSliceCells: Cells = {
  AddressType: ({ addressType }: EndpointSlice) => addressType ?? '',
  Ports: ({ ports }: EndpointSlice) =>
    firstFew((ports ?? []).map(({ port, name }) => String(port ?? name ?? '*'))),
  Endpoints: ({ endpoints }: EndpointSlice) =>
    firstFew((endpoints ?? []).flatMap(({ addresses }) => addresses ?? [])),
};

interface Endpoints extends KubeObject {
  readonly subsets?: readonly {
    readonly addresses?: readonly { readonly ip: string }[];
    readonly ports?: readonly { readonly port: number }[];
  }[];
}

const joined = (ip: string, port: number): string => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`);

export const endpointsCells: Cells = {
  Endpoints: ({ subsets = [] }: Endpoints) => {
    const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
      ports.length === 0
        ? addresses.map(({ ip }) => ip)
        : ports.flatMap(({ port }) => addresses.map(({ ip }) => joined(ip, port))),
    );
    if (subsets.length === 0) return '<none>';
    return all.length === 0 ? '' : firstFew(all);
  },
};

interface Ingress extends KubeObject {
  readonly spec?: {
    readonly ingressClassName?: string;
    readonly rules?: readonly { readonly host?: string }[];
    readonly tls?: readonly unknown[];
  };
  readonly status?: { readonly loadBalancer?: LoadBalancer };
}

const hostsText = ({ spec }: Ingress): string => {
  const hosts = (spec?.rules ?? []).map(({ host }) => host ?? '').filter((host) => host !== '');
  if (hosts.length === 0) return '*';
  const shown = hosts.slice(0, SHOWN).join(',');
  return hosts.length > SHOWN ? `${shown} + ${hosts.length - SHOWN} more...` : shown;
};

export const ingressCells: Cells = {
  Class: ({ spec }: Ingress) => spec?.ingressClassName ?? '<none>',
  Hosts: hostsText,
  Address: ({ status }: Ingress) => balancerText(status?.loadBalancer),
  Ports: ({ spec }: Ingress) => ((spec?.tls ?? []).length > 0 ? '80, 443' : '80'),
};
