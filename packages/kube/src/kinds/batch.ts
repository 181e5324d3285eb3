import type { KubeObject } from '../object.ts';
import { type Kind, kind } from './kind.ts';
import type { Condition, LabelSelector } from './meta.ts';
import type { PodTemplateSpec } from './pod-spec.ts';

export interface JobCondition extends Condition {
  readonly lastProbeTime?: string;
}

export interface Job extends KubeObject {
  readonly spec: {
    readonly template: PodTemplateSpec;
    readonly selector?: LabelSelector;
    readonly manualSelector?: boolean;
    readonly parallelism?: number;
    readonly completions?: number;
    readonly completionMode?: 'NonIndexed' | 'Indexed';
    readonly backoffLimit?: number;
    readonly activeDeadlineSeconds?: number;
    readonly ttlSecondsAfterFinished?: number;
    readonly suspend?: boolean;
    readonly podReplacementPolicy?: 'TerminatingOrFailed' | 'Failed';
  };
  readonly status?: {
    readonly conditions?: readonly JobCondition[];
    readonly startTime?: string;
    readonly completionTime?: string;
    readonly active?: number;
    readonly ready?: number;
    readonly succeeded?: number;
    readonly failed?: number;
    readonly terminating?: number;
    readonly uncountedTerminatedPods?: {
      readonly succeeded?: readonly string[];
      readonly failed?: readonly string[];
    };
  };
}

export const jobs: Kind<Job> = kind({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  resource: 'jobs',
  namespaced: true,
});
