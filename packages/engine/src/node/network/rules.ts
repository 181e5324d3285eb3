import { createHash } from 'node:crypto';
import type { ServiceRoute, Target } from '../service/facts.ts';
import type { NetworkNames } from './names.ts';
import { type Range, renderRange } from './range.ts';

/** What the table of a node is made of. */
export interface RulesOrder {
  readonly names: NetworkNames;
  readonly range: Range;
  readonly routes: readonly ServiceRoute[];
}

/** The part of a table that comes and goes with Services. */
export interface Rules {
  readonly chains: readonly { readonly name: string; readonly lines: readonly string[] }[];
  readonly sets: readonly string[];
}

/** The range of Services. */
const serviceRange = '10.96.0.0/12';
/** Packets of a pod that come back to itself by a Service. */
const ownMark = '0x10000000';

/** The table of a node as a program for `nft`, which puts all of it in place at once; `before` names what of the last one must go. */
export function renderTable(order: RulesOrder, rules: Rules, before: Iterable<string>): string {
  const { node } = order.names;
  const kept = namesOf(rules);
  const gone = [...before].filter((name) => !kept.has(name));
  return [
    `add table ip ${node}`,
    // Rules only: who is remembered in a set stays so.
    `flush table ip ${node}`,
    ...gone.map((name) => `delete ${name.startsWith('kept_') ? 'set' : 'chain'} ip ${node} ${name}`),
    `table ip ${node} {`,
    ...rules.sets,
    // Twice, so that each may name any other.
    ...rules.chains.map(({ name }) => `chain ${name} {}`),
    ...rules.chains.flatMap(({ name, lines }) => [`chain ${name} {`, ...lines, '}']),
    ...baseChains(order),
    '}',
    '',
  ].join('\n');
}

export const namesOf = ({ chains, sets }: Rules): Set<string> =>
  new Set([...chains.map(({ name }) => name), ...sets.map((line) => line.split(' ')[1] ?? '')]);

/** Whether it is one of those that come and go. */
export const isOfService = (name: string): boolean => /^(service|target|kept)_/.test(name);

function baseChains({ names, range, routes }: RulesOrder): string[] {
  const pods = `"${names.node}-*"`;
  const services = entriesOf(routes, ({ addresses, protocol, port }) =>
    addresses.map((address) => `${address} . ${protocol} . ${port}`),
  );
  const ports = entriesOf(routes, ({ protocol, nodePort }) =>
    nodePort === undefined ? [] : [`${protocol} . ${nodePort}`],
  );
  const byPort = ports === '' ? [] : [`fib daddr type local meta l4proto . th dport vmap { ${ports} }`];
  return [
    // What a rule leads to the machine's loopback may go there; what asks for it itself may not.
    ...chain('guard', 'filter hook prerouting priority raw', [`iifname ${pods} ip daddr 127.0.0.0/8 drop`]),
    ...chain('arriving', 'nat hook prerouting priority dstnat', [
      ...(services === '' ? [] : [`iifname ${pods} ip daddr . meta l4proto . th dport vmap { ${services} }`]),
      ...byPort,
    ]),
    ...chain('own', 'nat hook output priority -100', byPort),
    ...chain('passing', 'filter hook forward priority filter', [
      `iifname ${pods} ip daddr ${serviceRange} reject`,
    ]),
    ...chain('leaving', 'nat hook postrouting priority srcnat', [
      `meta mark and ${ownMark} == ${ownMark} masquerade`,
      `ip saddr 127.0.0.0/8 oifname ${pods} masquerade`,
      `ip saddr ${renderRange(range)} oifname != ${pods} masquerade`,
    ]),
  ];
}

const chain = (name: string, hook: string, lines: readonly string[]): string[] => [
  `chain ${name} { type ${hook}; policy accept;`,
  ...lines,
  '}',
];

/** Of two Services with one address the first has it. Without targets there is nothing to go to: it is refused. */
function entriesOf(
  routes: readonly ServiceRoute[],
  keysOf: (route: ServiceRoute) => readonly string[],
): string {
  const found = new Map<string, string>();
  for (const route of routes) {
    const keys = route.targets.length === 0 ? [] : keysOf(route);
    for (const key of keys) if (!found.has(key)) found.set(key, `${key} : goto ${chainOf(route)}`);
  }
  return [...found.values()].join(', ');
}

export function desiredRules(routes: readonly ServiceRoute[]): Rules {
  const served = routes.filter(({ targets }) => targets.length > 0);
  return {
    chains: served.flatMap((route) => [
      ...route.targets.map((target) => ({
        name: targetChain(route, target),
        lines: linesOfTarget(route, target),
      })),
      { name: chainOf(route), lines: linesOfRoute(route) },
    ]),
    sets: served.flatMap((route) =>
      route.affinitySeconds === undefined
        ? []
        : route.targets.map(
            (target) =>
              `set ${setOf(route, target)} { type ipv4_addr; flags dynamic,timeout; timeout ${route.affinitySeconds}s; }`,
          ),
    ),
  };
}

function linesOfRoute(route: ServiceRoute): string[] {
  const { targets, affinitySeconds } = route;
  const chains = targets.map((target) => targetChain(route, target));
  const again =
    affinitySeconds === undefined
      ? []
      : targets.map((target) => `ip saddr @${setOf(route, target)} goto ${targetChain(route, target)}`);
  const any = chains.map((name, at) => `${at} : goto ${name}`).join(', ');
  return [
    ...again,
    chains.length === 1 ? `goto ${chains[0]}` : `numgen random mod ${chains.length} vmap { ${any} }`,
  ];
}

function linesOfTarget(route: ServiceRoute, target: Target): string[] {
  const { address, port } = target;
  return [
    `ip saddr ${address} meta mark set meta mark or ${ownMark}`,
    ...(route.affinitySeconds === undefined ? [] : [`update @${setOf(route, target)} { ip saddr }`]),
    `meta l4proto ${route.protocol} dnat to ${address}:${port}`,
  ];
}

const chainOf = (route: ServiceRoute): string => `service_${hash(route.title, route.protocol)}`;
const targetChain = (route: ServiceRoute, target: Target): string => `target_${hashOf(route, target)}`;
const setOf = (route: ServiceRoute, target: Target): string => `kept_${hashOf(route, target)}`;
const hashOf = ({ title, protocol, affinitySeconds = 0 }: ServiceRoute, { address, port }: Target): string =>
  hash(title, protocol, address, String(port), String(affinitySeconds));

const hash = (...words: readonly string[]): string =>
  createHash('sha256').update(words.join('\0')).digest('hex').slice(0, 16);
