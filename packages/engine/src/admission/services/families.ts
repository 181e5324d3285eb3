import { familyOf, judgeClusterIPs } from '../../resources/rules/service/cluster-ips.ts';
import { isExternalName, sameList, type ServiceSpec } from '../../resources/rules/service/types.ts';
import type { FieldError } from '../../schema/field-error.ts';
import { Place } from '../../schema/place.ts';

/** The families that this cluster has addresses of. */
const OURS = ['IPv4'];

export interface Familied {
  readonly spec: ServiceSpec;
  readonly errors: readonly FieldError[];
}

/** Decides of which families a Service's addresses are, and how many there are to be (Kubernetes, "IPv4/IPv6 dual-stack"). */
export const decideFamilies = (given: ServiceSpec, old: ServiceSpec | undefined): Familied => {
  if (isExternalName(given) || (old !== undefined && isSettled(given, old)))
    return { spec: given, errors: [] };
  const asked = { ...given, ipFamilyPolicy: given.ipFamilyPolicy ?? policyOf(given, old) };
  const at = new Place('spec');
  judgeClusterIPs(asked, old, at);
  if (at.found.length > 0) return { spec: asked, errors: at.found };
  const reduced = old === undefined ? asked : withoutSecond(asked, old, at);
  judgeCount(reduced, at.field('ipFamilyPolicy'));
  const inferred = withInferred(reduced, at);
  if (at.found.length > 0) return { spec: inferred, errors: at.found };
  if (inferred.clusterIP === 'None' && !isSelecting(inferred))
    return { spec: withBoth(inferred), errors: [] };
  judgeOurs(inferred, at);
  const { ipFamilies = [] } = inferred;
  return { spec: ipFamilies.length > 0 ? inferred : { ...inferred, ipFamilies: OURS }, errors: at.found };
};

const isSelecting = ({ selector }: ServiceSpec): boolean => Object.keys(selector ?? {}).length > 0;

/** Without a selector nothing tells which families its endpoints will have. */
const policyOf = (spec: ServiceSpec, old: ServiceSpec | undefined): string => {
  if (old?.ipFamilyPolicy !== undefined) return old.ipFamilyPolicy;
  return spec.clusterIP === 'None' && !isSelecting(spec) ? 'RequireDualStack' : 'SingleStack';
};

/** Who prefers two is neither given one nor robbed of it because the cluster has changed. */
const isSettled = (next: ServiceSpec, old: ServiceSpec): boolean =>
  next.ipFamilyPolicy === 'PreferDualStack' &&
  (old.ipFamilyPolicy ?? 'PreferDualStack') === 'PreferDualStack' &&
  old.type === next.type &&
  sameList(old.clusterIPs, next.clusterIPs) &&
  sameList(old.ipFamilies, next.ipFamilies);

const count = (list: readonly unknown[] | undefined): number => list?.length ?? 0;

const withoutSecond = (next: ServiceSpec, old: ServiceSpec, at: Place): ServiceSpec => {
  if (next.ipFamilyPolicy === 'SingleStack') return firstsOf(next, old);
  const isLess = (field: 'clusterIPs' | 'ipFamilies'): boolean =>
    count(next[field]) > 0 && count(next[field]) < count(old[field]);
  const release = (what: string): void =>
    at
      .field('ipFamilyPolicy')
      .invalid(next.ipFamilyPolicy, `must be 'SingleStack' to release the secondary ${what}`);
  if (isLess('clusterIPs')) release('cluster IP');
  if (isLess('ipFamilies')) release('IP family');
  return next;
};

/** To ask for one, and to leave the rest as it is, is to let go of the second. */
const firstsOf = (next: ServiceSpec, old: ServiceSpec): ServiceSpec => {
  const { clusterIPs = [], ipFamilies = [] } = next;
  return {
    ...next,
    ...(clusterIPs.length > 1 &&
      sameList(clusterIPs, old.clusterIPs) && { clusterIPs: clusterIPs.slice(0, 1) }),
    ...(ipFamilies.length > 1 &&
      sameList(ipFamilies, old.ipFamilies) && { ipFamilies: ipFamilies.slice(0, 1) }),
  };
};

const judgeCount = ({ ipFamilyPolicy, clusterIPs, ipFamilies }: ServiceSpec, at: Place): void => {
  if (ipFamilyPolicy !== 'SingleStack') return;
  const words = (what: string): string =>
    `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`;
  if (count(clusterIPs) === 2) at.invalid(ipFamilyPolicy, words('cluster IPs'));
  if (count(ipFamilies) === 2) at.invalid(ipFamilyPolicy, words('IP families'));
};

/** An address that is asked for says of which family it is. */
const withInferred = (spec: ServiceSpec, at: Place): ServiceSpec => {
  const { clusterIPs = [], ipFamilies = [] } = spec;
  if (clusterIPs[0] === 'None') return spec;
  const found = clusterIPs.slice(ipFamilies.length).map(familyOf);
  found.forEach((family, index) => {
    if (OURS.includes(family)) return;
    at.field('clusterIPs')
      .index(ipFamilies.length + index)
      .invalid(clusterIPs, `${family} is not configured on this cluster`);
  });
  return found.length === 0 ? spec : { ...spec, ipFamilies: [...ipFamilies, ...found] };
};

/** Headless and without a selector: it may have endpoints of both families, also where the cluster has one. */
const withBoth = (spec: ServiceSpec): ServiceSpec => {
  const [first = 'IPv4', ...rest] = spec.ipFamilies ?? [];
  const second = first === 'IPv4' ? 'IPv6' : 'IPv4';
  const both = rest.length === 0 && spec.ipFamilyPolicy !== 'SingleStack';
  return { ...spec, ipFamilies: both ? [first, second] : [first, ...rest] };
};

const judgeOurs = ({ ipFamilyPolicy, ipFamilies = [] }: ServiceSpec, at: Place): void => {
  if (ipFamilyPolicy === 'RequireDualStack') {
    at.field('ipFamilyPolicy').invalid(
      ipFamilyPolicy,
      'this cluster is not configured for dual-stack services',
    );
  }
  ipFamilies.forEach((family, index) => {
    if (!OURS.includes(family))
      at.field('ipFamilies').index(index).invalid(family, 'not configured on this cluster');
  });
};
