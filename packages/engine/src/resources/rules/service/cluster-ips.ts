import type { Place } from '../../../schema/place.ts';
import { parseAddress } from '../network/address.ts';
import { judgeAddress } from '../network/judge-address.ts';
import { isExternalName, isHeadless, type ServiceSpec } from './types.ts';

const FAMILIES = ['IPv4', 'IPv6'];
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

export const familyOf = (ip: string): string => (parseAddress(ip)?.family === 6 ? 'IPv6' : 'IPv4');

/** The addresses of a Service, their families, and how many there may be, as far as they can be judged alone. */
export const judgeClusterIPs = (spec: ServiceSpec, old: ServiceSpec | undefined, at: Place): void => {
  if (isExternalName(spec)) return;
  judgeFirst(spec, at.field('clusterIPs'));
  judgeFamilies(spec, at);
  if (!judgeEach(spec, old, at.field('clusterIPs'))) return;
  judgeTogether(spec, at.field('clusterIPs'));
};

/** The older field holds the first of the newer one. */
const judgeFirst = ({ clusterIP = '', clusterIPs = [] }: ServiceSpec, at: Place): void => {
  if (clusterIP === '') {
    if (clusterIPs.length > 0) at.invalid(clusterIPs, 'must be empty when `clusterIP` is not specified');
  } else if (clusterIPs.length === 0) at.required();
  else if (clusterIPs[0] !== clusterIP) at.invalid(clusterIPs, 'first value must match `clusterIP`');
};

const judgeFamilies = ({ ipFamilies = [], ipFamilyPolicy }: ServiceSpec, at: Place): void => {
  ipFamilies.forEach((family, index) => {
    const here = at.field('ipFamilies').index(index);
    if (!FAMILIES.includes(family)) here.unsupported(family, FAMILIES);
    if (ipFamilies.indexOf(family) < index) here.duplicate(family);
  });
  if (ipFamilyPolicy !== undefined && !POLICIES.includes(ipFamilyPolicy)) {
    at.field('ipFamilyPolicy').unsupported(ipFamilyPolicy, POLICIES);
  }
};

/** False when one is no address: then nothing can be said of them together. */
const judgeEach = ({ clusterIPs = [] }: ServiceSpec, old: ServiceSpec | undefined, at: Place): boolean => {
  let fine = true;
  clusterIPs.forEach((ip, index) => {
    if (index > 0 || ip !== 'None') fine = judgeAddress(ip, at.index(index), old?.clusterIPs) && fine;
    else if (clusterIPs.length > 1) {
      at.invalid(clusterIPs, "'None' must be the first and only value");
      fine = false;
    }
  });
  if (clusterIPs.length > 2) at.invalid(clusterIPs, 'may only hold up to 2 values');
  return fine;
};

const judgeTogether = (spec: ServiceSpec, at: Place): void => {
  const { clusterIPs = [], ipFamilies = [] } = spec;
  const families = clusterIPs.map(familyOf);
  const isDual = families.includes('IPv4') && families.includes('IPv6');
  if (clusterIPs.length > 1 && !isDual) {
    at.invalid(clusterIPs, 'may specify no more than one IP for each IP family');
  }
  if (isHeadless(spec)) return;
  families.forEach((family, index) => {
    const asked = ipFamilies[index];
    if (asked === undefined || asked === family || !FAMILIES.includes(asked)) return;
    at.index(index).invalid(
      clusterIPs[index],
      `expected an ${asked} value as indicated by \`ipFamilies[${index}]\``,
    );
  });
};

const SET = 'may not change once set';

/** A second address may come and go; the first one stays. */
export const judgeClusterIPChange = (next: ServiceSpec, old: ServiceSpec, at: Place): void => {
  if (isExternalName(next) || isExternalName(old)) return;
  if (!(isHeadless(next) && isHeadless(old))) judgeAddressChange(next, old, at);
  if (!isHeadless(next) && !isHeadless(old)) judgeFamilyChange(next, old, at);
};

const judgeAddressChange = (next: ServiceSpec, old: ServiceSpec, at: Place): void => {
  const { clusterIPs: now = [] } = next;
  const { clusterIPs: before = [] } = old;
  const here = at.field('clusterIPs');
  const shared = now.length === before.length ? before.length : 1;
  if (now.length === 0 && before.length > 0)
    here.index(0).invalid(null, 'primary clusterIP can not be unset');
  else {
    before.slice(0, shared).forEach((ip, index) => {
      if (ip !== now[index]) here.index(index).invalid(now, SET);
    });
  }
  if (now.length === 1 && before.length > 1 && next.ipFamilyPolicy !== 'SingleStack') {
    at.field('ipFamilyPolicy').invalid(
      next.ipFamilyPolicy,
      "must be set to 'SingleStack' when releasing the secondary clusterIP",
    );
  }
};

const judgeFamilyChange = (next: ServiceSpec, old: ServiceSpec, at: Place): void => {
  const { ipFamilies: now = [] } = next;
  const { ipFamilies: before = [] } = old;
  const here = at.field('ipFamilies').index(0);
  if (now.length === before.length) {
    before.forEach((family, index) => {
      if (family !== now[index]) here.invalid(now, SET);
    });
    return;
  }
  if (now.length < before.length && (next.clusterIPs ?? []).length === 0) {
    here.invalid(now, 'primary ipFamily can not be unset');
  }
  if (now.length > 0 && before.length > 0 && now[0] !== before[0]) here.invalid(next.clusterIPs, SET);
  if (now.length === 1 && before.length > 1 && next.ipFamilyPolicy !== 'SingleStack') {
    at.field('ipFamilyPolicy').invalid(
      next.ipFamilyPolicy,
      "must be set to 'SingleStack' when releasing the secondary ipFamily",
    );
  }
};
