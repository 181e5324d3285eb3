import type { JsonObject } from '../json.ts';
import { all, at, type Edit, fill, isAbsent, listOr, objectOr, when, without } from './edit.ts';

const AFFINITY_SECONDS = 10_800;

const affinity: Edit = (spec) => {
  if (spec.sessionAffinity === 'None') return without(spec, 'sessionAffinityConfig');
  if (spec.sessionAffinity !== 'ClientIP') return spec;
  const { timeoutSeconds } = objectOr(objectOr(spec.sessionAffinityConfig).clientIP);
  if (!isAbsent(timeoutSeconds)) return spec;
  return { ...spec, sessionAffinityConfig: { clientIP: { timeoutSeconds: AFFINITY_SECONDS } } };
};

/** Where a port leads when the service does not say: to the same number. */
const targetPort: Edit = (port) =>
  port.targetPort === 0 || isAbsent(port.targetPort) ? { ...port, targetPort: port.port ?? 0 } : port;

const isBalanced = ({ type }: JsonObject): boolean => type === 'LoadBalancer';

const isExternal = ({ type, externalIPs }: JsonObject): boolean =>
  type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && listOr(externalIPs).length > 0);

const isInternal = ({ type }: JsonObject): boolean =>
  type === 'ClusterIP' || type === 'NodePort' || type === 'LoadBalancer';

const spec: Edit = all(
  affinity,
  at('ports[]', targetPort),
  fill('externalTrafficPolicy', (service) => (isExternal(service) ? 'Cluster' : undefined)),
  fill('internalTrafficPolicy', (service) => (isInternal(service) ? 'Cluster' : undefined)),
  fill('allocateLoadBalancerNodePorts', (service) => (isBalanced(service) ? true : undefined)),
);

const virtualIp: Edit = fill('ipMode', ({ ip }) => (isAbsent(ip) ? undefined : 'VIP'));

export const service: Edit = all(
  at('spec', spec),
  when((object) => isBalanced(objectOr(object.spec)), at('status.loadBalancer.ingress[]', virtualIp)),
);
