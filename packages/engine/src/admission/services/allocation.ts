import type { KubeObject } from '@fairlead/kube';
import { internal } from '../../http/errors.ts';
import { keyOf } from '../../resources/registry.ts';
import {
  isExternalName,
  needsHealthCheck,
  type Service,
  type ServiceSpec,
} from '../../resources/rules/service/types.ts';
import type { Admission, AdmissionRequest } from '../chain.ts';
import { withAddresses } from './addresses.ts';
import { type ServiceBook, SERVICES } from './book.ts';
import { decideFamilies } from './families.ts';
import { withClusterIPs, withKeptValues } from './kept-values.ts';
import { withChangedNodePorts, withNewNodePorts } from './node-ports.ts';
import { type Order, placeOrder } from './order.ts';
import { refuse } from './refuse.ts';

/** Gives every Service its address, and the ports that its type asks for. Before anything is judged, as in Kubernetes. */
export const serviceAllocation = (book: ServiceBook): Admission => ({
  name: 'ServiceAllocation',
  allocate(request) {
    if (request.resource.keyPrefix !== SERVICES || request.subresource !== '') return request.object;
    const key = keyOf(SERVICES, request.namespace, request.name);
    const order = placeOrder(book, { key, dryRun: request.dryRun });
    return { ...request.object, spec: specOf(request, order) } as KubeObject;
  },
});

const specOf = ({ object, old, name }: AdmissionRequest, order: Order): ServiceSpec => {
  const { spec } = object as Service;
  const given = { name, order };
  if (old === undefined) {
    const familied = withFamilies(withClusterIPs(spec), undefined, name);
    return withHealthCheck(withNewNodePorts(withAddresses(familied, given), given), undefined, order);
  }
  const before = (old as Service).spec;
  const familied = withFamilies(withKeptValues(spec, before), before, name);
  // Only what was a mere name has no address yet.
  const addressed = isExternalName(before) ? withAddresses(familied, given) : familied;
  return withHealthCheck(withChangedNodePorts(addressed, before, given), before, order);
};

const withFamilies = (spec: ServiceSpec, old: ServiceSpec | undefined, name: string): ServiceSpec => {
  const decided = decideFamilies(spec, old);
  return decided.errors.length === 0 ? decided.spec : refuse(name, decided.errors);
};

const withHealthCheck = (next: ServiceSpec, old: ServiceSpec | undefined, order: Order): ServiceSpec => {
  if (!needsHealthCheck(next) || (old !== undefined && needsHealthCheck(old))) return next;
  const { healthCheckNodePort: asked = 0 } = next;
  if (asked === 0) {
    const port = order.drawPort();
    if (port === undefined) throw internal('failed to allocate a HealthCheck NodePort 0: range is full');
    return { ...next, healthCheckNodePort: port };
  }
  const fault = order.takePort(asked);
  if (fault === undefined) return next;
  throw internal(`failed to allocate requested HealthCheck NodePort ${asked}: ${fault}`);
};
