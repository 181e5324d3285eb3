import type { KubeObject } from '@fairlead/kube';
import type { Rules } from '../rules.ts';

interface Pod extends KubeObject {
  readonly spec?: {
    readonly nodeName?: string;
    readonly terminationGracePeriodSeconds?: number;
    readonly containers?: readonly Container[];
    readonly initContainers?: readonly Container[];
  };
  readonly status?: { readonly phase?: string };
}

interface Container {
  readonly resources?: {
    readonly requests?: Readonly<Record<string, unknown>>;
    readonly limits?: Readonly<Record<string, unknown>>;
  };
}

const DEFAULT_GRACE_SECONDS = 30;

/** How a pod fares when memory is short, by what its containers ask for (Kubernetes, "Pod Quality of Service Classes"). */
const qosClass = ({ spec }: Pod): 'Guaranteed' | 'Burstable' | 'BestEffort' => {
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  const asks = containers.some(({ resources }) => size(resources?.requests) + size(resources?.limits) > 0);
  if (!asks) return 'BestEffort';
  return containers.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
};

const size = (map: object | undefined): number => Object.keys(map ?? {}).length;

const isGuaranteed = ({ resources }: Container): boolean =>
  ['cpu', 'memory'].every((name) => {
    const limit = resources?.limits?.[name];
    return limit !== undefined && (resources?.requests?.[name] ?? limit) === limit;
  });

/** A pod that runs is stopped by its node, which then deletes it with no grace; any other goes at once. */
export const podRules: Rules = {
  create: (pod: Pod): KubeObject =>
    ({ ...pod, status: { phase: 'Pending', qosClass: qosClass(pod) } }) as KubeObject,
  graceSeconds(pod: Pod, asked) {
    if (asked !== undefined && asked >= 0 && asked < 1) return 0;
    if ((pod.spec?.nodeName ?? '') === '') return 0;
    const { phase } = pod.status ?? {};
    if (phase === 'Succeeded' || phase === 'Failed') return 0;
    const seconds = asked ?? pod.spec?.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
    return seconds < 0 ? 1 : seconds;
  },
};
