import type { KubeObject } from '../object.ts';
import { type Kind, kind } from './kind.ts';
import type { Condition, LabelSelector } from './meta.ts';

type Amount = string | number;

export interface MetricTarget {
  readonly type: 'Utilization' | 'Value' | 'AverageValue';
  readonly value?: Amount;
  readonly averageValue?: Amount;
  /** Percent of what the pods request. */
  readonly averageUtilization?: number;
}

export interface MetricIdentifier {
  readonly name: string;
  readonly selector?: LabelSelector;
}

export interface ScaleTarget {
  readonly kind: string;
  readonly name: string;
  readonly apiVersion?: string;
}

/** One measure by which a number of pods is chosen; the member that `type` names is set. */
export interface MetricSpec {
  readonly type: 'Resource' | 'ContainerResource' | 'Pods' | 'Object' | 'External';
  readonly resource?: { readonly name: string; readonly target: MetricTarget };
  readonly containerResource?: {
    readonly name: string;
    readonly container: string;
    readonly target: MetricTarget;
  };
  readonly pods?: { readonly metric: MetricIdentifier; readonly target: MetricTarget };
  readonly object?: {
    readonly describedObject: ScaleTarget;
    readonly metric: MetricIdentifier;
    readonly target: MetricTarget;
  };
  readonly external?: { readonly metric: MetricIdentifier; readonly target: MetricTarget };
}

/** How fast the number may change in one direction. */
export interface ScalingRules {
  readonly stabilizationWindowSeconds?: number;
  readonly selectPolicy?: 'Max' | 'Min' | 'Disabled';
  readonly policies?: readonly {
    readonly type: 'Pods' | 'Percent';
    readonly value: number;
    readonly periodSeconds: number;
  }[];
}

/** What was measured; the same members as the spec, with `current` in the place of `target`. */
export interface MetricStatus {
  readonly type: MetricSpec['type'] | '';
  readonly [source: string]: unknown;
}

/** Chooses the number of pods by what they use. */
export interface HorizontalPodAutoscaler extends KubeObject {
  readonly spec: {
    readonly scaleTargetRef: ScaleTarget;
    readonly minReplicas?: number;
    readonly maxReplicas: number;
    readonly metrics?: readonly MetricSpec[];
    readonly behavior?: { readonly scaleUp?: ScalingRules; readonly scaleDown?: ScalingRules };
  };
  readonly status?: {
    readonly lastScaleTime?: string;
    readonly currentReplicas?: number;
    readonly desiredReplicas: number;
    readonly currentMetrics: readonly MetricStatus[] | null;
    readonly conditions?: readonly Condition[];
  };
}

export const horizontalPodAutoscalers: Kind<HorizontalPodAutoscaler> = kind({
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  resource: 'horizontalpodautoscalers',
  namespaced: true,
});
