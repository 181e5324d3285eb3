import { type Desired, type EndpointSlice, ownerReference, type Service } from '@fairlead/kube';
import { sliceLabels, sliceNamePrefix } from './names.ts';
import type { Content } from './decide.ts';

/** A new slice of a Service. */
export const desiredSlice = (service: Service, content: Content): Desired<EndpointSlice> => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    generateName: sliceNamePrefix(service),
    namespace: service.metadata.namespace ?? 'default',
    labels: sliceLabels(service),
    ownerReferences: [ownerReference(service)],
  },
  addressType: content.addressType,
  endpoints: content.endpoints,
  ports: content.ports,
});
