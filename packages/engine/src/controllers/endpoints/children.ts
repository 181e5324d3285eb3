import type { Desired, EndpointAddress, Endpoints, Pod, Service } from '@fairlead/kube';
import { addressesOf, addressTypesOf, hostnameOf } from '../endpointslice/endpoint.ts';
import { portsOf } from '../endpointslice/ports.ts';
import { isDeleting, isReady, isTerminal } from '../pods/state.ts';
import { endpointsLabels, overCapacityAnnotation } from './names.ts';
import { type Entry, isOverCapacity, packSubsets, truncate } from './subsets.ts';

/** The Endpoints of a Service; `before` is what there is, whose other annotations stay. */
export function desiredEndpoints(
  service: Service,
  pods: readonly Pod[],
  before: Endpoints | undefined,
): Desired<Endpoints> {
  const subsets = packSubsets(pods.flatMap((pod) => entriesFor(service, pod)));
  const { [overCapacityAnnotation]: _, ...others } = before?.metadata.annotations ?? {};
  const annotations = {
    ...others,
    ...(isOverCapacity(subsets) ? { [overCapacityAnnotation]: 'truncated' } : {}),
  };
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    ...before,
    metadata: {
      ...before?.metadata,
      name: service.metadata.name,
      namespace: service.metadata.namespace ?? 'default',
      labels: endpointsLabels(service),
      ...(Object.keys(annotations).length === 0 ? { annotations: {} } : { annotations }),
    },
    subsets: truncate(subsets),
  };
}

function entriesFor(service: Service, pod: Pod): readonly Entry[] {
  const { publishNotReadyAddresses: all = false, ports = [], clusterIP } = service.spec;
  const address = addressOf(service, pod);
  if (address === undefined || isTerminal(pod) || (isDeleting(pod) && !all)) return [];
  const ready = all || isReady(pod);
  if (ports.length === 0) return clusterIP === 'None' ? [{ address, ready }] : [];
  return portsOf(service, pod).map(({ name = '', port = 0, protocol = 'TCP', appProtocol }) => ({
    address,
    ready,
    port: {
      ...(name === '' ? {} : { name }),
      port,
      protocol,
      ...(appProtocol === undefined ? {} : { appProtocol }),
    },
  }));
}

/** In the first of the Service's families. */
function addressOf(service: Service, pod: Pod): EndpointAddress | undefined {
  const [ip] = addressesOf(pod, addressTypesOf(service)[0] ?? 'IPv4');
  if (ip === undefined) return undefined;
  const { name, namespace, uid } = pod.metadata;
  const hostname = hostnameOf(service, pod);
  return {
    ip,
    ...(hostname === undefined ? {} : { hostname }),
    ...(pod.spec.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
    targetRef: {
      kind: 'Pod',
      ...(namespace === undefined ? {} : { namespace }),
      name,
      ...(uid === undefined ? {} : { uid }),
    },
  };
}
