import type { KubeObject } from '../object.ts';
import { type Kind, kind } from './kind.ts';
import type { Condition, IntOrString, LabelSelector } from './meta.ts';

/** How many of some pods may be missing at once because somebody wants it so. */
export interface PodDisruptionBudget extends KubeObject {
  readonly spec: {
    readonly selector?: LabelSelector;
    readonly minAvailable?: IntOrString;
    readonly maxUnavailable?: IntOrString;
    readonly unhealthyPodEvictionPolicy?: 'IfHealthyBudget' | 'AlwaysAllow';
  };
  readonly status?: {
    readonly observedGeneration?: number;
    /** Pods that the API evicted and whose end is awaited, with the time of that. */
    readonly disruptedPods?: Readonly<Record<string, string>>;
    readonly disruptionsAllowed: number;
    readonly currentHealthy: number;
    readonly desiredHealthy: number;
    readonly expectedPods: number;
    readonly conditions?: readonly Condition[];
  };
}

export const podDisruptionBudgets: Kind<PodDisruptionBudget> = kind({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  resource: 'poddisruptionbudgets',
  namespaced: true,
});
