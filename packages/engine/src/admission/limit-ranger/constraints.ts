import type { KubeObject } from '@fairlead/kube';
import { formatQuantity, type Quantity, quantityMilliValue, quantityValue } from '../../schema/quantity.ts';
import { type Amounts, NOTHING, parseAmounts, type ResourceList } from '../../quota/amounts.ts';
import { podAmounts, type ResourceRequirements } from '../../quota/pod-amounts.ts';
import type { Pod } from '../pod.ts';

export interface LimitRange extends KubeObject {
  readonly spec?: { readonly limits?: readonly Limit[] };
}

interface Limit {
  readonly type: string;
  readonly min?: ResourceList;
  readonly max?: ResourceList;
  readonly maxLimitRequestRatio?: ResourceList;
  readonly default?: ResourceList;
  readonly defaultRequest?: ResourceList;
}

export interface Claim extends KubeObject {
  readonly spec?: { readonly resources?: ResourceRequirements };
}

interface Asked {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/** What in a pod is outside the range, in Kubernetes' words. */
export const podViolations = ({ spec }: Pod, range: LimitRange): readonly string[] => {
  const containers = [...spec.containers, ...(spec.initContainers ?? [])].map(({ resources }) => ({
    requests: parseAmounts(resources?.requests),
    limits: parseAmounts(resources?.limits),
  }));
  const whole = { requests: podAmounts(spec, 'requests'), limits: podAmounts(spec, 'limits') };
  return (range.spec?.limits ?? []).flatMap((limit) => {
    if (limit.type === 'Container') return containers.flatMap((asked) => violations(limit, asked));
    return limit.type === 'Pod' ? violations(limit, whole) : [];
  });
};

/** A claim has no limits that count: the range's minimum and maximum hold for what it requests. */
export const claimViolations = ({ spec }: Claim, range: LimitRange): readonly string[] => {
  const asked = { requests: parseAmounts(spec?.resources?.requests), limits: NOTHING };
  return (range.spec?.limits ?? [])
    .filter(({ type }) => type === 'PersistentVolumeClaim')
    .flatMap((limit) => [
      ...judged(limit, limit.min, (bound) => belowMinimum(bound, asked)),
      ...judged(limit, limit.max, (bound) => requestAboveMaximum(bound, asked)),
    ]);
};

const violations = (limit: Limit, asked: Asked): readonly string[] => [
  ...judged(limit, limit.min, (bound) => belowMinimum(bound, asked)),
  ...judged(limit, limit.max, (bound) => aboveMaximum(bound, asked)),
  ...judged(limit, limit.maxLimitRequestRatio, (bound) => aboveRatio(bound, asked)),
];

interface Bound {
  readonly type: string;
  readonly name: string;
  readonly amount: Quantity;
}

const judged = (
  { type }: Limit,
  bounds: ResourceList | undefined,
  judge: (bound: Bound) => string | undefined,
): readonly string[] =>
  [...parseAmounts(bounds)]
    .map(([name, amount]) => judge({ type, name, amount }))
    .filter((violation) => violation !== undefined);

const belowMinimum = ({ type, name, amount }: Bound, { requests, limits }: Asked): string | undefined => {
  const minimum = `minimum ${name} usage per ${type} is ${formatQuantity(amount)}`;
  const [request, limit] = [requests.get(name), limits.get(name)];
  if (request === undefined) return `${minimum}.  No request is specified`;
  const value = scaled(request, limit, amount);
  if (value(request) < value(amount)) return `${minimum}, but request is ${formatQuantity(request)}`;
  if (limit === undefined || value(limit) >= value(amount)) return undefined;
  return `${minimum}, but limit is ${formatQuantity(limit)}`;
};

const aboveMaximum = ({ type, name, amount }: Bound, { requests, limits }: Asked): string | undefined => {
  const maximum = `maximum ${name} usage per ${type} is ${formatQuantity(amount)}`;
  const [request, limit] = [requests.get(name), limits.get(name)];
  if (limit === undefined) return `${maximum}.  No limit is specified`;
  const value = scaled(request, limit, amount);
  if (value(limit) > value(amount)) return `${maximum}, but limit is ${formatQuantity(limit)}`;
  if (request === undefined || value(request) <= value(amount)) return undefined;
  return `${maximum}, but request is ${formatQuantity(request)}`;
};

const requestAboveMaximum = ({ type, name, amount }: Bound, { requests }: Asked): string | undefined => {
  const maximum = `maximum ${name} usage per ${type} is ${formatQuantity(amount)}`;
  const request = requests.get(name);
  if (request === undefined) return `${maximum}.  No request is specified`;
  const value = scaled(request, amount);
  return value(request) > value(amount) ? `${maximum}, but request is ${formatQuantity(request)}` : undefined;
};

const aboveRatio = ({ type, name, amount }: Bound, { requests, limits }: Asked): string | undefined => {
  const most = `${name} max limit to request ratio per ${type} is ${formatQuantity(amount)}`;
  const [request, limit] = [requests.get(name), limits.get(name)];
  const value = scaled(request, limit, amount);
  if (request === undefined || value(request) === 0n) {
    return `${most}, but no request is specified or request is 0`;
  }
  if (limit === undefined || value(limit) === 0n) return `${most}, but no limit is specified or limit is 0`;
  const ratio = Number(value(limit)) / Number(value(request));
  const allowed = Number(quantityMilliValue(amount)) / 1000;
  return ratio > allowed ? `${most}, but provided ratio is ${ratio.toFixed(6)}` : undefined;
};

/** Beyond this Kubernetes compares whole units: thousandths would not fit into 64 bits. */
const MOST_FOR_MILLI = (2n ** 63n - 1n) / 1000n;

const scaled = (...amounts: readonly (Quantity | undefined)[]): ((amount: Quantity) => bigint) => {
  const fits = amounts.every((one) => one === undefined || quantityValue(one) <= MOST_FOR_MILLI);
  return fits ? quantityMilliValue : quantityValue;
};
