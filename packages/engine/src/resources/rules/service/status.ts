import { Place } from '../../../schema/place.ts';
import { dnsSubdomain } from '../../formats.ts';
import { parseAddress } from '../network/address.ts';
import { judgeAddress } from '../network/judge-address.ts';
import { isBalanced, type Service } from './types.ts';

const MODES = ['Proxy', 'VIP'];

type Ingress = NonNullable<NonNullable<NonNullable<Service['status']>['loadBalancer']>['ingress']>[number];

const ingressesOf = ({ status }: Service): readonly Ingress[] => status?.loadBalancer?.ingress ?? [];

/** Where a balancer is reached. */
export const serviceStatusErrors = (next: Service, old: Service | undefined): Place['found'] => {
  const at = new Place('status.loadBalancer.ingress');
  const ingresses = ingressesOf(next);
  if (!isBalanced(next.spec) && ingresses.length > 0) {
    at.forbidden("may only be used when `spec.type` is 'LoadBalancer'");
    return at.found;
  }
  const known = old === undefined ? [] : ingressesOf(old).flatMap(({ ip = '' }) => (ip === '' ? [] : [ip]));
  ingresses.forEach((ingress, index) => judgeIngress(ingress, known, at.index(index)));
  return at.found;
};

const judgeIngress = (
  { ip = '', ipMode, hostname = '' }: Ingress,
  known: readonly string[],
  at: Place,
): void => {
  if (ip !== '') judgeAddress(ip, at.field('ip'), known);
  const mode = at.field('ipMode');
  if (ipMode === undefined) {
    if (ip !== '') mode.required('must be specified when `ip` is set');
  } else if (ip === '') mode.forbidden('may not be specified when `ip` is not set');
  else if (!MODES.includes(ipMode)) mode.unsupported(ipMode, MODES);
  if (hostname === '') return;
  at.field('hostname').faults(hostname, dnsSubdomain(hostname));
  if (parseAddress(hostname) !== undefined) {
    at.field('hostname').invalid(hostname, 'must be a DNS name, not an IP address');
  }
};
