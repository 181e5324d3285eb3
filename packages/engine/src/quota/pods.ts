import type { KubeObject } from '@fairlead/kube';
import { addAmounts, type Amounts, parseAmounts, type ResourceList, scalar } from './amounts.ts';
import type { Measure } from './measure.ts';
import { podAmounts, type ResourceRequirements, type Spec } from './pod-amounts.ts';
import { fitsNames, type Scope } from './quota.ts';

interface Pod extends KubeObject {
  readonly spec: Spec & {
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly overhead?: ResourceList;
    readonly activeDeadlineSeconds?: number;
    readonly priorityClassName?: string;
    readonly affinity?: { readonly podAffinity?: Affinity; readonly podAntiAffinity?: Affinity };
  };
  readonly status?: { readonly phase?: string; readonly qosClass?: string };
}

interface Container {
  readonly name: string;
  readonly resources?: ResourceRequirements;
}

interface Affinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly Term[];
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly { readonly podAffinityTerm: Term }[];
}

interface Term {
  readonly namespaces?: readonly string[];
  readonly namespaceSelector?: object;
}

const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'];
const NAMES = new Set([
  'count/pods',
  'pods',
  ...COMPUTE.flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
]);

export const pods: Measure = {
  counts: (name) =>
    NAMES.has(name) ||
    name.startsWith('hugepages-') ||
    (name.startsWith('requests.') && isExtended(name.slice('requests.'.length))) ||
    name.startsWith('requests.hugepages-'),
  fits: (scope, pod: Pod) => fits(scope, pod),
  // Otherwise nothing that counts can change in a pod.
  grows: ({ object, old, subresource }) =>
    subresource === 'resize' ||
    (subresource === '' && hasDeadline(object as Pod) !== hasDeadline(old as Pod)),
  usage(pod: Pod, now): Amounts {
    const one: Amounts = new Map([['count/pods', scalar(1)]]);
    if (isOver(pod, now)) return one;
    const overhead = parseAmounts(pod.spec.overhead);
    const requests = addAmounts(podAmounts(pod.spec, 'requests'), overhead);
    return addAmounts(one, named(requests, limitsWithOverhead(pod, overhead)));
  },
  lacks: (pod: Pod, resources) => lacking(pod, resources),
};

/** Only what is limited at all grows by the overhead. */
const limitsWithOverhead = (pod: Pod, overhead: Amounts): Amounts => {
  const limits = podAmounts(pod.spec, 'limits');
  return addAmounts(limits, new Map([...overhead].filter(([name]) => limits.has(name))));
};

/** By the names that quotas use. */
const named = (requests: Amounts, limits: Amounts): Amounts =>
  new Map([
    ['pods', scalar(1)],
    ...[...requests].flatMap(([name, amount]) => requestNames(name).map((one) => [one, amount] as const)),
    ...[...limits]
      .filter(([name]) => COMPUTE.includes(name))
      .map(([name, amount]) => [`limits.${name}`, amount] as const),
  ]);

const requestNames = (name: string): readonly string[] => {
  if (COMPUTE.includes(name) || name.startsWith('hugepages-')) return [name, `requests.${name}`];
  return isExtended(name) ? [`requests.${name}`] : [];
};

/** `example.com/gpu`: not one of Kubernetes' own. */
const isExtended = (name: string): boolean => {
  const [domain, rest] = name.split('/');
  return rest !== undefined && !`${domain}/`.includes('kubernetes.io/');
};

/** What has ended holds nothing, and what should be gone is not held against anyone. */
const isOver = ({ metadata, status }: Pod, now: number): boolean => {
  if (status?.phase === 'Failed' || status?.phase === 'Succeeded') return true;
  const { deletionTimestamp: at, deletionGracePeriodSeconds: grace } = metadata;
  return at !== undefined && grace !== undefined && now > Date.parse(at) + grace * 1000;
};

const fits = (scope: Scope, pod: Pod): boolean => {
  const { priorityClassName: priority = '' } = pod.spec;
  switch (scope.scopeName) {
    case 'Terminating':
      return hasDeadline(pod);
    case 'NotTerminating':
      return !hasDeadline(pod);
    case 'BestEffort':
      return pod.status?.qosClass === 'BestEffort';
    case 'NotBestEffort':
      return pod.status?.qosClass !== 'BestEffort';
    case 'PriorityClass':
      return fitsNames(scope, priority === '' ? [] : [priority]);
    case 'CrossNamespacePodAffinity':
      return looksAcross(pod);
    default:
      return false;
  }
};

const hasDeadline = ({ spec }: Pod): boolean => (spec.activeDeadlineSeconds ?? -1) >= 0;

const looksAcross = ({ spec }: Pod): boolean =>
  [spec.affinity?.podAffinity, spec.affinity?.podAntiAffinity]
    .flatMap((affinity) => [
      ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((one) => one.podAffinityTerm),
    ])
    .some(
      ({ namespaces = [], namespaceSelector }) => namespaces.length > 0 || namespaceSelector !== undefined,
    );

const REQUIRED = ['cpu', 'memory'].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]);

/** A quota over cpu or memory wants every container to say how much it takes. */
const lacking = ({ spec }: Pod, resources: readonly string[]): string | undefined => {
  if (Object.keys({ ...spec.resources?.requests, ...spec.resources?.limits }).length > 0) return undefined;
  const required = REQUIRED.filter((name) => resources.includes(name)).toSorted();
  const containers = [...spec.containers, ...(spec.initContainers ?? [])].map(({ name, resources: own }) => {
    return { name, has: named(parseAmounts(own?.requests), parseAmounts(own?.limits)) };
  });
  const missing = required.flatMap((resource) => {
    const without = containers.filter(({ has }) => !has.has(resource)).map(({ name }) => name);
    return without.length === 0 ? [] : [`${resource} for: ${[...new Set(without)].toSorted().join(',')}`];
  });
  return missing.length === 0 ? undefined : `must specify ${missing.join('; ')}`;
};
