import { without } from '../../../schema/builtin-defaults/edit.ts';
import type { JsonObject } from '../../../schema/json.ts';
import {
  isBalanced,
  isExternal,
  isExternalName,
  needsHealthCheck,
  nodePortsOf,
  sameList,
  type Service,
  type ServiceSpec,
} from './types.ts';

/** A field that goes when the new type has no use for it and nobody touched it. */
interface Leftover {
  readonly had: (spec: ServiceSpec) => boolean;
  readonly fields: readonly (keyof ServiceSpec)[];
}

const needsClusterIP = (spec: ServiceSpec): boolean => !isExternalName(spec);
const hasNodePorts = ({ type }: ServiceSpec): boolean => type === 'NodePort' || type === 'LoadBalancer';

const LEFTOVERS: readonly Leftover[] = [
  { had: needsClusterIP, fields: ['clusterIP', 'clusterIPs'] },
  { had: needsClusterIP, fields: ['ipFamilies'] },
  { had: needsClusterIP, fields: ['ipFamilyPolicy'] },
  { had: needsHealthCheck, fields: ['healthCheckNodePort'] },
  { had: isBalanced, fields: ['allocateLoadBalancerNodePorts'] },
  { had: isBalanced, fields: ['loadBalancerClass'] },
  { had: isExternal, fields: ['externalTrafficPolicy'] },
];

/** Another type of Service leaves behind what only the old one had; what was changed besides is left to be judged. */
export const withoutLeftovers = (next: Service, old: Service): Service => {
  const gone = LEFTOVERS.filter(
    ({ had, fields }) =>
      had(old.spec) && !had(next.spec) && fields.every((field) => same(next.spec[field], old.spec[field])),
  ).flatMap(({ fields }) => fields);
  const spec = gone.reduce<JsonObject>((rest, field) => without(rest, field), { ...next.spec });
  return withoutBalancers({ ...next, spec: withoutNodePorts(spec, old.spec) });
};

const same = (a: unknown, b: unknown): boolean =>
  Array.isArray(a) && Array.isArray(b) ? sameList(a, b) : a === b;

const withoutNodePorts = (spec: ServiceSpec, old: ServiceSpec): ServiceSpec => {
  if (!hasNodePorts(old) || hasNodePorts(spec) || nodePortsOf(spec).length === 0) return spec;
  const known = nodePortsOf(old);
  if (!nodePortsOf(spec).every((port) => known.includes(port))) return spec;
  return { ...spec, ports: (spec.ports ?? []).map(({ nodePort: _, ...port }) => port) };
};

/** A mere name has no traffic. */
export const withoutPolicy = (service: Service): Service => {
  if (!isExternalName(service.spec) || service.spec.internalTrafficPolicy === undefined) return service;
  return { ...service, spec: without({ ...service.spec }, 'internalTrafficPolicy') };
};

/** No type but one has a balancer to speak of. */
const withoutBalancers = (service: Service): Service =>
  isBalanced(service.spec) || service.status?.loadBalancer === undefined
    ? service
    : { ...service, status: { ...service.status, loadBalancer: {} } };
