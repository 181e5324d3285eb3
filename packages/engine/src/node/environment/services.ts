import type { Service } from '@fairlead/kube';

/** The services that a pod in a namespace is told of: its neighbours, if it wants, and always the API itself. */
export const linkedServices = (
  services: readonly Service[],
  { namespace, links }: { readonly namespace: string; readonly links: boolean },
): readonly Service[] =>
  services.filter(({ metadata, spec }) => {
    if (!spec.clusterIP || spec.clusterIP === 'None') return false;
    if (metadata.namespace === 'default' && metadata.name === 'kubernetes') return true;
    return links && metadata.namespace === namespace;
  });

/** `SHOP_SERVICE_HOST`, `SHOP_SERVICE_PORT` and Docker's older names (Kubernetes, "Discovering services"). */
export function serviceVariables(service: Service): readonly (readonly [string, string])[] {
  const { clusterIP: host = '', ports = [] } = service.spec;
  const [first] = ports;
  if (first === undefined) return [];
  const prefix = upper(service.metadata.name);
  return [
    [`${prefix}_SERVICE_HOST`, host],
    [`${prefix}_SERVICE_PORT`, String(first.port)],
    ...ports.flatMap(({ name, port }) =>
      name ? [[`${prefix}_SERVICE_PORT_${upper(name)}`, String(port)] as const] : [],
    ),
    [`${prefix}_PORT`, urlOf(host, first)],
    ...ports.flatMap((port) => {
      const each = `${prefix}_PORT_${port.port}_${port.protocol ?? 'TCP'}`;
      return [
        [each, urlOf(host, port)],
        [`${each}_PROTO`, (port.protocol ?? 'TCP').toLowerCase()],
        [`${each}_PORT`, String(port.port)],
        [`${each}_ADDR`, host],
      ] as const;
    }),
  ];
}

const urlOf = (host: string, { protocol = 'TCP', port }: { protocol?: string; port: number }): string =>
  `${protocol.toLowerCase()}://${host}:${port}`;

const upper = (name: string): string => name.replaceAll('-', '_').toUpperCase();
