import type { DeploymentCondition, ReplicaSet } from '@fairlead/kube';
import { findCondition, timestamp } from '@fairlead/kube';
import { type Verdict, withVerdict, without } from '../conditions.ts';
import { allSets, type Facts } from './facts.ts';

export type Conditions = readonly DeploymentCondition[];

/** No deadline at all is written as the largest number of 32 bits. */
const noDeadline = 2_147_483_647;

/** Seconds without progress after which a rollout has failed, if somebody asked for it. */
export function deadlineOf({ deployment }: Facts): number | undefined {
  const seconds = deployment.spec.progressDeadlineSeconds;
  return seconds === noDeadline ? undefined : seconds;
}

export const withDeploymentVerdict = (conditions: Conditions, verdict: Verdict, now: number): Conditions =>
  withVerdict({ conditions, verdict, now, stamp: 'lastUpdateTime' });

/** Progressing, as a rollout's beginning, pause and resumption change it. */
export function progressing(status: Verdict['status'], reason: string, message: string): Verdict {
  return { type: 'Progressing', status, reason, message };
}

export function available(enough: boolean): Verdict {
  const type = 'Available';
  return enough
    ? {
        type,
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type,
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

/** Pausing is said once; it does not hide that the deadline had passed already. */
export function withPause(conditions: Conditions, facts: Facts): Conditions {
  const current = findCondition(conditions, 'Progressing')?.reason;
  const { paused = false } = facts.deployment.spec;
  if (deadlineOf(facts) === undefined || current === 'ProgressDeadlineExceeded') return conditions;
  if (paused === (current === 'DeploymentPaused')) return conditions;
  const verdict = paused
    ? progressing('Unknown', 'DeploymentPaused', 'Deployment is paused')
    : progressing('Unknown', 'DeploymentResumed', 'Deployment is resumed');
  return withDeploymentVerdict(conditions, verdict, facts.now);
}

/** What hinders a set from making its pods hinders the Deployment; the new set speaks first. */
export function withReplicaFailure(conditions: Conditions, facts: Facts): Conditions {
  const failureOf = (set: ReplicaSet): DeploymentCondition | undefined =>
    findCondition(set.status?.conditions, 'ReplicaFailure');
  const sets = facts.newSet === undefined ? facts.oldSets : [facts.newSet, ...allSets(facts)];
  const failure = sets.map(failureOf).find((condition) => condition !== undefined);
  if (failure === undefined) return without(conditions, 'ReplicaFailure');
  const current = findCondition(conditions, 'ReplicaFailure');
  if (current?.status === failure.status && current.reason === failure.reason) return conditions;
  const lastUpdateTime = failure.lastTransitionTime ?? timestamp(facts.now);
  return [...without(conditions, 'ReplicaFailure'), { ...failure, lastUpdateTime }];
}
