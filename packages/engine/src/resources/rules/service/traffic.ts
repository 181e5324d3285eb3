import type { Place } from '../../../schema/place.ts';
import { portNumber, qualifiedName } from '../../formats.ts';
import { judgeRange } from '../network/judge-address.ts';
import { isBalanced, isExternal, needsHealthCheck, type Service, type ServiceSpec } from './types.ts';

const LONGEST_AFFINITY = 86_400;
const AFFINITIES = ['ClientIP', 'None'];

export const judgeAffinity = (spec: ServiceSpec, at: Place): void => {
  const { sessionAffinity, sessionAffinityConfig: config } = spec;
  at.field('sessionAffinity').oneOf(sessionAffinity, AFFINITIES);
  const here = at.field('sessionAffinityConfig');
  if (sessionAffinity === 'None' && config !== undefined) {
    here.forbidden('must not be set when session affinity is None');
  }
  if (sessionAffinity === 'ClientIP') judgeTimeout(config?.clientIP?.timeoutSeconds, here);
};

const judgeTimeout = (seconds: number | undefined, config: Place): void => {
  const at = config.field('clientIP').field('timeoutSeconds');
  if (seconds === undefined) at.required('when session affinity type is ClientIP');
  else if (seconds <= 0 || seconds > LONGEST_AFFINITY) {
    at.invalid(seconds, `must be greater than 0 and less than ${LONGEST_AFFINITY}`);
  }
};

const ONLY_BALANCED = "may only be used when `type` is 'LoadBalancer'";
const RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';

/** Whom a balancer lets in: a field, or an annotation from before there was one. Blanks around them are no fault. */
export const judgeSourceRanges = (next: Service, old: Service | undefined, root: Place): void => {
  const { loadBalancerSourceRanges: ranges = [] } = next.spec;
  const annotation = next.metadata.annotations?.[RANGES];
  if (ranges.length > 0) {
    // Kubernetes writes the field so.
    const at = root.field('spec').field('LoadBalancerSourceRanges');
    if (!isBalanced(next.spec)) at.forbidden(ONLY_BALANCED);
    const known = (old?.spec.loadBalancerSourceRanges ?? []).map((range) => range.trim());
    ranges.forEach((range, index) => judgeRange(range.trim(), at.index(index), known));
  } else if (annotation !== undefined) {
    const at = root.field('metadata').field('annotations').key(RANGES);
    if (!isBalanced(next.spec)) at.forbidden(ONLY_BALANCED);
    if (annotation.trim() === '' || old?.metadata.annotations?.[RANGES] === annotation) return;
    for (const range of annotation.split(',')) judgeRange(range.trim(), at);
  }
};

export const judgeBalancer = (spec: ServiceSpec, at: Place): void => {
  if (spec.allocateLoadBalancerNodePorts !== undefined && !isBalanced(spec)) {
    at.field('allocateLoadBalancerNodePorts').forbidden(ONLY_BALANCED);
  }
  judgeBalancerClass(spec, undefined, at);
};

export const judgeBalancerClass = (next: ServiceSpec, old: ServiceSpec | undefined, root: Place): void => {
  const at = root.field('loadBalancerClass');
  const { loadBalancerClass: name } = next;
  const bothBalanced = old !== undefined && isBalanced(old) && isBalanced(next);
  if (bothBalanced && old.loadBalancerClass !== name) at.invalid(name, 'may not change once set');
  if (name === undefined) return;
  if (isBalanced(next)) at.faults(name, qualifiedName(name));
  else at.forbidden(ONLY_BALANCED);
};

const POLICIES = ['Cluster', 'Local'];
const INTERNAL = ['ClusterIP', 'LoadBalancer', 'NodePort'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];

export const judgeTraffic = (spec: ServiceSpec, at: Place): void => {
  judgeExternalPolicy(spec, at.field('externalTrafficPolicy'));
  judgeHealthCheck(spec, at.field('healthCheckNodePort'));
  const { internalTrafficPolicy: internal, trafficDistribution: distribution } = spec;
  if (internal === undefined) {
    if (INTERNAL.includes(spec.type ?? '')) at.field('internalTrafficPolicy').required();
  } else if (!POLICIES.includes(internal)) at.field('internalTrafficPolicy').unsupported(internal, POLICIES);
  if (distribution === undefined || DISTRIBUTIONS.includes(distribution)) return;
  at.field('trafficDistribution').unsupported(distribution, DISTRIBUTIONS);
};

const judgeExternalPolicy = (spec: ServiceSpec, at: Place): void => {
  const { externalTrafficPolicy: policy = '' } = spec;
  if (isExternal(spec)) at.oneOf(policy, POLICIES);
  else if (policy !== '') at.invalid(policy, 'may only be set for externally-accessible services');
};

const judgeHealthCheck = (spec: ServiceSpec, at: Place): void => {
  const { healthCheckNodePort: port = 0 } = spec;
  if (needsHealthCheck(spec)) {
    if (port === 0) at.required();
    else at.faults(port, portNumber(port));
  } else if (port !== 0) {
    at.invalid(port, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
  }
};
