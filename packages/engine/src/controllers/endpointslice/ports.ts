import type { Container, EndpointSlice, Pod, Service, ServicePort } from '@fairlead/kube';

export type EndpointPort = NonNullable<EndpointSlice['ports']>[number];

/**
 * A Service's ports as this pod has them. A port named in `targetPort` may be another number in
 * every pod; one that the pod does not have is left out.
 */
export const portsOf = (service: Service, pod: Pod): readonly EndpointPort[] =>
  (service.spec.ports ?? []).flatMap((port) => {
    const number = targetNumber(port, pod);
    return number === undefined ? [] : [endpointPort(port, number)];
  });

/** Equal for pods whose endpoints may share a slice. */
export const portsKey = (ports: readonly EndpointPort[] | null | undefined): string =>
  (ports ?? [])
    .map(({ name = '', protocol = 'TCP', port = 0, appProtocol = '' }) =>
      [name, protocol, port, appProtocol].join('/'),
    )
    .toSorted()
    .join(' ');

const endpointPort = (
  { name = '', protocol = 'TCP', appProtocol }: ServicePort,
  port: number,
): EndpointPort => ({
  name,
  port,
  protocol,
  ...(appProtocol === undefined ? {} : { appProtocol }),
});

function targetNumber(
  { targetPort, port, protocol = 'TCP' }: ServicePort,
  { spec }: Pod,
): number | undefined {
  const target = targetPort ?? port;
  if (typeof target === 'number') return target;
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...spec.containers, ...sidecars]
    .flatMap((container: Container) => container.ports ?? [])
    .find((each) => each.name === target && (each.protocol ?? 'TCP') === protocol)?.containerPort;
}
