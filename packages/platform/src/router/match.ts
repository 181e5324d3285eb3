import { isIPv4, isIPv6 } from 'node:net';
import type { Random } from '@fairlead/kube';
import type { Backend, Rule } from './routes.ts';
import type { Table } from './table.ts';
import type { Upstream } from './upstream.ts';

export type Match =
  | { readonly kind: 'upstreams'; readonly upstreams: readonly Upstream[] }
  | { readonly kind: 'no-route' }
  | { readonly kind: 'no-upstream' };

/** Finds where a request may go, the best place first. */
export const match = (table: Table, request: { host: string; path: string }, random: Random): Match => {
  const rule = table.routes.of(hostName(request.host))?.find((each) => covers(each, request.path));
  if (rule === undefined) return { kind: 'no-route' };
  const backend = pickBackend(rule.backends, random);
  const upstreams = backend === undefined ? [] : byLoad(table.endpoints.of(backend.service), random);
  return upstreams.length === 0 ? { kind: 'no-upstream' } : { kind: 'upstreams', upstreams };
};

/**
 * The host that routes are matched with: lower case, no port, no final dot. An address of the machine
 * stands for the platform's own host.
 */
export const hostName = (host: string): string => {
  const name = host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
  return isAddress(name) ? 'localhost' : name;
};

const isAddress = (name: string): boolean =>
  name.startsWith('[') ? name.endsWith(']') && isIPv6(name.slice(1, -1)) : isIPv4(name);

const covers = ({ path, exact }: Rule, asked: string): boolean => {
  if (exact) return asked === path;
  if (path === '/') return true;
  const prefix = path.endsWith('/') ? path.slice(0, -1) : path;
  return asked.startsWith(prefix) && (asked.length === prefix.length || asked[prefix.length] === '/');
};

const pickBackend = (backends: readonly Backend[], random: Random): Backend | undefined => {
  if (backends.length < 2) return backends[0];
  const total = backends.reduce((sum, { weight }) => sum + weight, 0);
  let rest = random() * total;
  return backends.find(({ weight }) => (rest -= weight) < 0);
};

/** Least busy first; equals in a random turn, so that no copy is everybody's favourite. */
const byLoad = (upstreams: readonly Upstream[], random: Random): readonly Upstream[] => {
  if (upstreams.length < 2) return upstreams;
  const start = Math.floor(random() * upstreams.length);
  const turned = [...upstreams.slice(start), ...upstreams.slice(0, start)];
  return turned.sort((a, b) => a.inFlight - b.inFlight);
};
