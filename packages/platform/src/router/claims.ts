import type { HTTPRoute } from '@fairlead/kube';

/** The Gateway whose routes are ours. */
export interface GatewayName {
  readonly namespace: string;
  readonly name: string;
}

/** The platform's own: tokens come there, so whoever had a part of it would have them. */
const ownHost = 'localhost';

/**
 * The part of a route that its writer may claim; nothing of one that is another Gateway's. The platform's host is for
 * its own namespace. A service of another namespace would need that one's consent, a ReferenceGrant, which is not served
 * yet (Gateway API, "Cross-Namespace Routing").
 */
export const claimOf = (route: HTTPRoute, gateway: GatewayName): HTTPRoute | undefined => {
  const { metadata, spec } = route;
  if (!belongsTo(route, gateway)) return undefined;
  const isOwn = metadata.namespace === gateway.namespace;
  const hostnames = (spec.hostnames ?? []).filter((host) => isOwn || host !== ownHost);
  const rules = (spec.rules ?? []).map((rule) => ({
    ...rule,
    backendRefs: (rule.backendRefs ?? []).filter(
      ({ namespace }) => (namespace ?? metadata.namespace) === metadata.namespace,
    ),
  }));
  return { ...route, spec: { ...spec, hostnames, rules } };
};

const belongsTo = ({ metadata, spec }: HTTPRoute, gateway: GatewayName): boolean =>
  spec.parentRefs?.some(
    ({ namespace, name }) => name === gateway.name && (namespace ?? metadata.namespace) === gateway.namespace,
  ) === true;
