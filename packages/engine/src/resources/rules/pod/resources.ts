import type { Place } from '../../../schema/place.ts';
import {
  compareQuantity,
  parseQuantity,
  type Quantity,
  quantityMilliValue,
  quantityValue,
} from '../../../schema/quantity.ts';
import { dnsLabel, qualifiedName } from '../../formats.ts';

/** What a container asks for, and what it may have at most. */
export interface Resources {
  readonly limits?: Readonly<Record<string, string>>;
  readonly requests?: Readonly<Record<string, string>>;
  readonly claims?: readonly { readonly name?: string; readonly request?: string }[];
}

const ZERO: Quantity = { unscaled: 0n, scale: 0, format: 'DecimalSI' };

/** Quantities have been read already, so they can be read. */
export const quantityOf = (text: string): Quantity => parseQuantity(text) ?? ZERO;

export const isHugePages = (resource: string): boolean => resource.startsWith('hugepages-');
const isNative = (resource: string): boolean =>
  !resource.includes('/') || resource.includes('kubernetes.io/');
/** Of others, a node has no more than it has. */
export const canBeOvercommitted = (resource: string): boolean => isNative(resource) && !isHugePages(resource);

export const COMPUTE = new Set(['cpu', 'memory', 'ephemeral-storage']);
export const COUNTED = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];
const STANDARD = new Set([
  ...COUNTED,
  'storage',
  'requests.storage',
  ...[...COMPUTE].flatMap((one) => [one, `requests.${one}`, `limits.${one}`]),
]);

type JudgeName = (resource: string, at: Place) => void;

export const judgeResources = (
  { limits = {}, requests = {}, claims = [] }: Resources,
  at: Place,
  given: { readonly claims?: readonly string[]; readonly judgeName?: JudgeName } = {},
): void => {
  const { judgeName = judgeContainerResource } = given;
  for (const resource in limits) {
    judgeAmount(
      { resource, amount: limits[resource] as string, judgeName },
      at.field('limits').key(resource),
    );
  }
  for (const resource in requests) {
    const amount = requests[resource] as string;
    judgeAmount({ resource, amount, judgeName }, at.field('requests').key(resource));
    judgeRequest({ resource, amount, limit: limits[resource] }, at);
  }
  const asked = [...Object.keys(limits), ...Object.keys(requests)];
  if (asked.some(isHugePages) && !asked.includes('cpu') && !asked.includes('memory')) {
    at.forbidden('HugePages require cpu or memory');
  }
  judgeClaims(claims, given.claims ?? [], at.field('claims'));
};

const judgeAmount = (
  given: { readonly resource: string; readonly amount: string; readonly judgeName: JudgeName },
  at: Place,
): void => {
  const { resource, amount } = given;
  if (!COMPUTE.has(resource)) given.judgeName(resource, at);
  if (amount.startsWith('-')) at.invalid(amount, 'must be greater than or equal to 0');
  const isCounted = COUNTED.includes(resource) || isExtended(resource);
  if (isCounted && quantityMilliValue(quantityOf(amount)) % 1000n !== 0n) {
    at.invalid(amount, 'must be an integer');
  }
  if (isHugePages(resource) && !isWholePages(resource, amount)) {
    at.invalid(amount, `${amount} is not positive integer multiple of ${resource}`);
  }
};

const isWholePages = (resource: string, amount: string): boolean => {
  const page = quantityValue(quantityOf(resource.slice('hugepages-'.length)));
  return page > 0n && quantityValue(quantityOf(amount)) % page === 0n;
};

const judgeRequest = (
  {
    resource,
    amount,
    limit,
  }: { readonly resource: string; readonly amount: string; readonly limit?: string },
  at: Place,
): void => {
  const shared = canBeOvercommitted(resource);
  if (limit === undefined) {
    if (!shared) at.field('limits').required('Limit must be set for non overcommitable resources');
    return;
  }
  if (amount === limit) return;
  const order = compareQuantity(quantityOf(amount), quantityOf(limit));
  const here = at.field('requests');
  if (order !== 0 && !shared) here.invalid(amount, `must be equal to ${resource} limit of ${limit}`);
  else if (order > 0) here.invalid(amount, `must be less than or equal to ${resource} limit of ${limit}`);
};

export const isExtended = (resource: string): boolean =>
  !isNative(resource) &&
  !resource.startsWith('requests.') &&
  qualifiedName(`requests.${resource}`).length === 0;

const isStandard = (resource: string): boolean =>
  STANDARD.has(resource) || isHugePages(resource) || resource.startsWith('requests.hugepages-');

export const judgeResource: JudgeName = (resource, at) => {
  const faults = qualifiedName(resource);
  if (faults.length > 0) return at.faults(resource, faults);
  if (resource.includes('/') || isStandard(resource)) return;
  at.invalid(resource, 'must be a standard resource type or fully qualified');
};

export const judgeContainerResource: JudgeName = (resource, at) => {
  judgeResource(resource, at);
  if (!resource.includes('/')) {
    if (COMPUTE.has(resource) || isHugePages(resource)) return;
    at.invalid(resource, 'must be a standard resource for containers');
  } else if (!isNative(resource) && !isExtended(resource)) {
    at.invalid(resource, "doesn't follow extended resource name standard");
  }
};

const POD_LEVEL = ['cpu', 'hugepages-', 'memory'];

/** Of all containers together. */
export const judgePodResource: JudgeName = (resource, at) => {
  const before = at.found.length;
  judgeResource(resource, at);
  if (at.found.length > before || POD_LEVEL.includes(resource) || isHugePages(resource)) return;
  at.unsupported(resource, POD_LEVEL);
};

/** Devices that the pod has claimed (dynamic resource allocation), by its names for them. */
const judgeClaims = (claims: NonNullable<Resources['claims']>, known: readonly string[], at: Place): void => {
  const taken = new Set<string>();
  claims.forEach(({ name = '', request = '' }, index) => {
    const here = at.index(index);
    if (name === '') return here.required();
    if (request !== '') here.field('request').faults(request, dnsLabel(request));
    const key = request === '' ? name : `${name}/${request}`;
    const whole = request === '' && [...taken].some((one) => one.startsWith(`${name}/`));
    if (taken.has(name) || taken.has(key) || whole) here.duplicate(taken.has(name) || whole ? name : key);
    taken.add(key);
    if (known.includes(name)) return;
    const where = known.length === 0 ? ' which is empty' : `: ${[...known].sort().join(', ')}`;
    here.notFound(name, `must be one of the names in pod.spec.resourceClaims${where}`);
  });
};
