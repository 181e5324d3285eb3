import { addressWarnings, rangeWarnings } from '../network/address.ts';
import { isExternalName, type Service } from './types.ts';

const HINTS = 'service.kubernetes.io/topology-aware-hints';
const MODE = 'service.kubernetes.io/topology-mode';

/** What a Service says without effect, or in a way that will not be taken for ever. */
export const serviceWarnings = ({ metadata, spec }: Service): readonly string[] => {
  const { clusterIP = '', clusterIPs = [], externalIPs = [], loadBalancerIP = '' } = spec;
  const addresses = clusterIP === '' || clusterIP === 'None' ? [] : clusterIPs;
  return [
    ...(metadata.annotations?.[HINTS] === undefined
      ? []
      : [`annotation ${HINTS} is deprecated, please use ${MODE} instead`]),
    ...addresses.flatMap((ip, index) => addressWarnings(`spec.clusterIPs[${index}]`, ip)),
    ...ignoredByHeadless(spec),
    ...externalIPs.flatMap((ip, index) => addressWarnings(`spec.externalIPs[${index}]`, ip)),
    ...addressWarnings('spec.loadBalancerIP', loadBalancerIP),
    ...(spec.loadBalancerSourceRanges ?? []).flatMap((range, index) =>
      rangeWarnings(`spec.loadBalancerSourceRanges[${index}]`, range),
    ),
    ...(isExternalName(spec) && externalIPs.length > 0
      ? ['spec.externalIPs is ignored when spec.type is "ExternalName"']
      : []),
    ...(!isExternalName(spec) && (spec.externalName ?? '') !== ''
      ? ['spec.externalName is ignored when spec.type is not "ExternalName"']
      : []),
  ];
};

const ignoredByHeadless = (spec: Service['spec']): string[] => {
  if (spec.type !== 'ClusterIP' || spec.clusterIP !== 'None') return [];
  const ignored = [
    ...((spec.loadBalancerIP ?? '') === '' ? [] : ['loadBalancerIP']),
    ...((spec.externalIPs ?? []).length === 0 ? [] : ['externalIPs']),
    ...(spec.sessionAffinity === 'None' ? [] : ['SessionAffinity']),
  ];
  return ignored.map((field) => `spec.${field} is ignored for headless services`);
};
