import type { KubeObject } from '../object.ts';
import { type Kind, kind } from './kind.ts';
import type { Condition, IntOrString, LabelSelector } from './meta.ts';
import type { PodTemplateSpec } from './pod-spec.ts';

export interface DeploymentCondition extends Condition {
  readonly lastUpdateTime?: string;
}

export interface Deployment extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: LabelSelector;
    readonly template: PodTemplateSpec;
    readonly strategy?: {
      readonly type?: 'RollingUpdate' | 'Recreate';
      readonly rollingUpdate?: { readonly maxSurge?: IntOrString; readonly maxUnavailable?: IntOrString };
    };
    readonly minReadySeconds?: number;
    readonly revisionHistoryLimit?: number;
    readonly progressDeadlineSeconds?: number;
    readonly paused?: boolean;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly unavailableReplicas?: number;
    readonly terminatingReplicas?: number;
    readonly collisionCount?: number;
    readonly conditions?: readonly DeploymentCondition[];
  };
}

export interface ReplicaSet extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: LabelSelector;
    readonly template: PodTemplateSpec;
    readonly minReadySeconds?: number;
  };
  readonly status?: {
    readonly replicas: number;
    readonly fullyLabeledReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly terminatingReplicas?: number;
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
  };
}

const apps = { group: 'apps', version: 'v1', namespaced: true } as const;

export const deployments: Kind<Deployment> = kind({ ...apps, kind: 'Deployment', resource: 'deployments' });
export const replicaSets: Kind<ReplicaSet> = kind({ ...apps, kind: 'ReplicaSet', resource: 'replicasets' });
