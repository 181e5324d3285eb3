import { findCondition, matchesSelector, type Pod, type ReplicaSet } from '@fairlead/kube';
import { withVerdict, without } from '../conditions.ts';
import { isAvailable, isReady } from '../pods/state.ts';
import { messageOf } from '../pods/write.ts';

type Status = NonNullable<ReplicaSet['status']>;

/** What a pass found, and what went wrong in it. */
export interface Findings {
  readonly set: ReplicaSet;
  /** Its own active pods. */
  readonly pods: readonly Pod[];
  /** Why pods could not be created or deleted. */
  readonly failure: unknown;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What a ReplicaSet says of its pods. */
export function desiredStatus({ set, pods, failure, now }: Findings): Status {
  const wanted = { matchLabels: set.spec.template.metadata?.labels ?? {} };
  const minReady = set.spec.minReadySeconds ?? 0;
  const conditions = desiredConditions({ set, pods, failure, now });
  return {
    replicas: pods.length,
    ...counted(
      'fullyLabeledReplicas',
      pods.filter((pod) => matchesSelector(wanted, pod.metadata.labels)),
    ),
    ...counted('readyReplicas', pods.filter(isReady)),
    ...counted(
      'availableReplicas',
      pods.filter((pod) => isAvailable(pod, minReady, now)),
    ),
    ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

/** Counts of zero are left out, as Kubernetes leaves them out. */
const counted = (name: string, pods: readonly Pod[]): Partial<Status> =>
  pods.length === 0 ? {} : { [name]: pods.length };

function desiredConditions({ set, pods, failure, now }: Findings): NonNullable<Status['conditions']> {
  const conditions = set.status?.conditions ?? [];
  if (failure === undefined) return without(conditions, 'ReplicaFailure');
  if (findCondition(conditions, 'ReplicaFailure') !== undefined) return conditions;
  const reason = pods.length < (set.spec.replicas ?? 1) ? 'FailedCreate' : 'FailedDelete';
  const verdict = { type: 'ReplicaFailure', status: 'True', reason, message: messageOf(failure) } as const;
  return withVerdict({ conditions, verdict, now });
}
