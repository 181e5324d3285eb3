import {
  isBalanced,
  isExternalName,
  needsHealthCheck,
  nodePortsOf,
  sameList,
  type ServicePort,
  type ServiceSpec,
} from '../../resources/rules/service/types.ts';

/**
 * What an update does not say of what was given out stays: whoever sends the manifest once more that they created
 * the Service with has not asked for another address.
 */
export const withKeptValues = (next: ServiceSpec, old: ServiceSpec): ServiceSpec =>
  withClusterIPs(keptHealthCheck(keptPorts(keptAddresses(next, old), old), old), old);

const keptAddresses = (next: ServiceSpec, old: ServiceSpec): ServiceSpec => {
  if (isExternalName(next) || isExternalName(old)) return next;
  const kept = {
    ...((next.clusterIP ?? '') === '' && old.clusterIP !== undefined && { clusterIP: old.clusterIP }),
    ...((next.clusterIPs ?? []).length === 0 &&
      old.clusterIPs !== undefined && { clusterIPs: old.clusterIPs }),
  };
  return { ...next, ...kept };
};

const usesNodePorts = (spec: ServiceSpec): boolean =>
  spec.type === 'NodePort' || (isBalanced(spec) && spec.allocateLoadBalancerNodePorts !== false);

/** By the names of the ports; a number that another port has asked for is not kept. */
const keptPorts = (next: ServiceSpec, old: ServiceSpec): ServiceSpec => {
  if (!usesNodePorts(next) || !usesNodePorts(old)) return next;
  const asked = nodePortsOf(next);
  const numbers = new Map((old.ports ?? []).map(({ name = '', nodePort = 0 }) => [name, nodePort]));
  const kept = (port: ServicePort): ServicePort => {
    const number = numbers.get(port.name ?? '') ?? 0;
    const wanted = (port.nodePort ?? 0) === 0 && number !== 0 && !asked.includes(number);
    return wanted ? { ...port, nodePort: number } : port;
  };
  return { ...next, ports: (next.ports ?? []).map(kept) };
};

const keptHealthCheck = (next: ServiceSpec, old: ServiceSpec): ServiceSpec => {
  const { healthCheckNodePort } = old;
  const asks = needsHealthCheck(next) && (next.healthCheckNodePort ?? 0) === 0;
  if (!asks || !needsHealthCheck(old) || healthCheckNodePort === undefined) return next;
  return { ...next, healthCheckNodePort };
};

/** Of two fields that say the same the client may know only the older one, `clusterIP`. */
export const withClusterIPs = (next: ServiceSpec, old?: ServiceSpec): ServiceSpec => {
  const { clusterIP = '', clusterIPs = [] } = next;
  if (old === undefined) {
    return clusterIP !== '' && clusterIPs.length === 0 ? { ...next, clusterIPs: [clusterIP] } : next;
  }
  const { clusterIP: before = '', clusterIPs: all = [] } = old;
  if (clusterIP === before) {
    return clusterIPs.length === 0 && all.length > 0 ? { ...next, clusterIPs: all } : next;
  }
  if (!sameList(clusterIPs, all)) return next;
  if (clusterIP !== '') return { ...next, clusterIPs: [clusterIP] };
  const { clusterIPs: _, ...rest } = next;
  return rest;
};
