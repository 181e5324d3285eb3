import type { JsonObject } from '../json.ts';
import { addQuantity, compareQuantity, formatQuantity, parseQuantity, type Quantity } from '../quantity.ts';
import { type Edit, isFilled, listOr, objectOr } from './edit.ts';

type Amounts = ReadonlyMap<string, Quantity>;
const none: Amounts = new Map();

const isHugePages = (resource: string): boolean => resource.startsWith('hugepages-');
const isForPods = (resource: string): boolean =>
  resource === 'cpu' || resource === 'memory' || isHugePages(resource);

/**
 * Resources of the pod as a whole (KEP-2837): once it limits or requests something, its huge page
 * limits and then its requests are filled in from its containers', and requests from its limits.
 */
export const podLevelResources: Edit = (spec) => {
  const { resources } = spec;
  if (!isFilled(resources)) return spec;
  if (!isFilled(resources.limits) && !isFilled(resources.requests)) return spec;
  const limits = { ...hugePageLimits(spec, objectOr(resources.requests)), ...objectOr(resources.limits) };
  const requests = isFilled(limits) ? podRequests(spec, limits) : objectOr(resources.requests);
  const filled = {
    ...resources,
    ...(isFilled(limits) && { limits }),
    ...(isFilled(requests) && { requests }),
  };
  return { ...spec, resources: filled };
};

const hugePageLimits = (spec: JsonObject, requests: JsonObject): JsonObject =>
  written(aggregate(spec, 'limits'), (resource) => isHugePages(resource) && !(resource in requests));

function podRequests(spec: JsonObject, limits: JsonObject): JsonObject {
  const asked = written(aggregate(spec, 'requests'), (name) => isForPods(name) && !isHugePages(name));
  const limited = Object.fromEntries(Object.entries(limits).filter(([name]) => isForPods(name)));
  return { ...limited, ...asked, ...objectOr(objectOr(spec.resources).requests) };
}

const written = (amounts: Amounts, wanted: (resource: string) => boolean): JsonObject =>
  Object.fromEntries(
    [...amounts].filter(([name]) => wanted(name)).map(([name, amount]) => [name, formatQuantity(amount)]),
  );

/**
 * What the containers need at most at one time: all containers and sidecars together, or an init
 * container together with the sidecars that started before it.
 */
function aggregate(spec: JsonObject, side: 'requests' | 'limits'): Amounts {
  let total = listOr(spec.containers).reduce<Amounts>((sum, one) => plus(sum, amountsOf(one, side)), none);
  let sidecars = none;
  let starting = none;
  for (const init of listOr(spec.initContainers)) {
    const own = amountsOf(init, side);
    const during = plus(sidecars, own);
    starting = most(starting, during);
    if (objectOr(init).restartPolicy === 'Always') {
      total = plus(total, own);
      sidecars = during;
    }
  }
  return most(total, starting);
}

function amountsOf(container: unknown, side: 'requests' | 'limits'): Amounts {
  const list = Object.entries(objectOr(objectOr(objectOr(container).resources)[side]));
  return new Map(
    list.flatMap(([name, text]) => {
      const quantity = parseQuantity(String(text));
      return quantity === undefined ? [] : [[name, quantity] as const];
    }),
  );
}

const plus = (a: Amounts, b: Amounts): Amounts => merge(a, b, addQuantity);
const most = (a: Amounts, b: Amounts): Amounts =>
  merge(a, b, (one, other) => (compareQuantity(one, other) < 0 ? other : one));

function merge(a: Amounts, b: Amounts, join: (one: Quantity, other: Quantity) => Quantity): Amounts {
  const out = new Map(a);
  for (const [name, amount] of b) {
    const known = out.get(name);
    out.set(name, known === undefined ? amount : join(known, amount));
  }
  return out;
}
