import { Place } from '../../../schema/place.ts';
import { dnsSubdomain } from '../../formats.ts';
import { judgeLabels } from '../../metadata-rules.ts';
import { judgeAddress, judgeReachable } from '../network/judge-address.ts';
import { judgeClusterIPChange, judgeClusterIPs } from './cluster-ips.ts';
import { judgeNumbers, judgePorts } from './ports.ts';
import {
  judgeAffinity,
  judgeBalancer,
  judgeBalancerClass,
  judgeSourceRanges,
  judgeTraffic,
} from './traffic.ts';
import { isExternalName, isHeadless, needsHealthCheck, type Service, type ServiceSpec } from './types.ts';

/** Everything that is wrong with a Service, in Kubernetes' order. */
export const serviceErrors = (next: Service, old: Service | undefined): Place['found'] => {
  const root = new Place();
  const at = root.field('spec');
  if (old !== undefined) judgeChange(next.spec, old.spec, at);
  judgeTopology(next, root);
  judgeKind(next.spec, at);
  judgePorts(next.spec, at.field('ports'));
  judgeLabels(next.spec.selector ?? {}, at.field('selector'));
  judgeAffinity(next.spec, at);
  judgeClusterIPs(next.spec, old?.spec, at);
  judgeExternalIPs(next.spec, old?.spec, at.field('externalIPs'));
  at.field('type').oneOf(next.spec.type, TYPES);
  judgeNumbers(next.spec, at.field('ports'));
  judgeSourceRanges(next, old, root);
  judgeBalancer(next.spec, at);
  judgeTraffic(next.spec, at);
  return root.found;
};

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

const judgeChange = (next: ServiceSpec, old: ServiceSpec, at: Place): void => {
  judgeClusterIPChange(next, old, at);
  judgeBalancerClass(next, old, at);
  const keepsCheck = needsHealthCheck(old) && needsHealthCheck(next);
  if (keepsCheck && next.healthCheckNodePort !== old.healthCheckNodePort) {
    at.field('healthCheckNodePort').forbidden('field is immutable');
  }
};

const HINTS = 'service.kubernetes.io/topology-aware-hints';
const MODE = 'service.kubernetes.io/topology-mode';

const judgeTopology = ({ metadata }: Service, root: Place): void => {
  const { [HINTS]: hints, [MODE]: mode } = metadata.annotations ?? {};
  if (hints === undefined || mode === undefined || hints === mode) return;
  const at = root.field('metadata').field('annotations').key(MODE);
  at.invalid(mode, `must match annotations[${HINTS}] when both are specified`);
};

/** What a type asks for. */
const judgeKind = (spec: ServiceSpec, at: Place): void => {
  const { type = '', ports = [] } = spec;
  if (ports.length === 0 && !isHeadless(spec) && !isExternalName(spec)) at.field('ports').required();
  if (isExternalName(spec)) judgeExternalName(spec, at);
  else if (type !== 'ClusterIP' && TYPES.includes(type) && isHeadless(spec)) {
    at.field('clusterIPs').index(0).invalid('None', `may not be set to 'None' for ${type} services`);
  }
};

/** Another name in the DNS, and nothing of this cluster. A dot may end it. */
const judgeExternalName = (spec: ServiceSpec, at: Place): void => {
  const forbid = (field: string): void =>
    at.field(field).forbidden('may not be set for ExternalName services');
  if ((spec.clusterIPs ?? []).length > 0) forbid('clusterIPs');
  if ((spec.ipFamilies ?? []).length > 0) forbid('ipFamilies');
  if (spec.ipFamilyPolicy !== undefined) forbid('ipFamilyPolicy');
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  if (name === '') at.field('externalName').required();
  else at.field('externalName').faults(name, dnsSubdomain(name));
};

const judgeExternalIPs = (
  { externalIPs = [] }: ServiceSpec,
  old: ServiceSpec | undefined,
  at: Place,
): void => {
  externalIPs.forEach((ip, index) => {
    const here = at.index(index);
    if (judgeAddress(ip, here, old?.externalIPs)) judgeReachable(ip, here);
  });
};
