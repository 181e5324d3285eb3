import type { Container, Pod } from '@fairlead/kube';
import { parseQuantity, quantityMilliValue, quantityValue } from '../schema/quantity.ts';

/** Amounts by resource: `cpu` in thousandths, all else in units (bytes). */
export type Amounts = Readonly<Record<string, number>>;

const requests = new WeakMap<Pod['spec'], Amounts>();

/** What a pod asks of its node: its containers together, or its thirstiest moment of initialisation. */
export function requestOf({ spec }: Pod): Amounts {
  const known = requests.get(spec);
  if (known !== undefined) return known;
  const request = total(spec, parseAmounts);
  requests.set(spec, request);
  return request;
}

/** The least that a container counts for when nodes are compared: who asks for nothing still takes some. */
const assumed: Amounts = { cpu: 100, memory: 200 * 1024 * 1024 };

const weights = new WeakMap<Pod['spec'], Amounts>();

/** The same for comparing nodes; only cpu and memory count there. */
export function weightOf({ spec }: Pod): Amounts {
  const known = weights.get(spec);
  if (known !== undefined) return known;
  const weight = total(spec, (request) => ({ ...assumed, ...parseAmounts(request) }));
  weights.set(spec, weight);
  return weight;
}

type List = Readonly<Record<string, string | number>> | undefined;

export function parseAmounts(list: List): Amounts {
  const entries = Object.entries(list ?? {}).map(([name, text]) => {
    const quantity = parseQuantity(text);
    if (quantity === undefined) return [name, 0] as const;
    const exact = name === 'cpu' ? quantityMilliValue(quantity) : quantityValue(quantity);
    return [name, Number(exact)] as const;
  });
  return Object.fromEntries(entries);
}

function total(spec: Pod['spec'], parse: (list: List) => Amounts): Amounts {
  const requestsOf = (container: Container): Amounts => parse(container.resources?.requests);
  let running = spec.containers.map(requestsOf).reduce(plus, {});
  let peak: Amounts = {};
  let sidecars: Amounts = {};
  for (const container of spec.initContainers ?? []) {
    // An init container runs beside the sidecars that were started before it.
    if (container.restartPolicy === 'Always') sidecars = plus(sidecars, requestsOf(container));
    else peak = most(peak, plus(sidecars, requestsOf(container)));
  }
  running = plus(running, sidecars);
  return plus(most(running, peak), parseAmounts(spec.overhead));
}

export const plus = (a: Amounts, b: Amounts): Amounts => combine(a, b, (x, y) => x + y);
export const minus = (a: Amounts, b: Amounts): Amounts => combine(a, b, (x, y) => x - y);
const most = (a: Amounts, b: Amounts): Amounts => combine(a, b, Math.max);

function combine(a: Amounts, b: Amounts, how: (x: number, y: number) => number): Amounts {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...names].map((name) => [name, how(a[name] ?? 0, b[name] ?? 0)]));
}
