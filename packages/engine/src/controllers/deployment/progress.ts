import { type Deployment, findCondition } from '@fairlead/kube';
import { without } from '../conditions.ts';
import { instant } from '../time.ts';
import { type Conditions, deadlineOf, progressing, withDeploymentVerdict } from './conditions.ts';
import { type Facts, replicasOf } from './facts.ts';

export interface Counts {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly unavailableReplicas: number;
}

/** The new template runs everywhere, and nothing of the old is left. */
export function isComplete(deployment: Deployment, counts: Partial<Counts>): boolean {
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = counts;
  return [updatedReplicas, replicas, availableReplicas].every((each) => each === replicasOf(deployment));
}

/**
 * Progressing: done, moving, or stuck for longer than the deadline. A finished rollout is not judged
 * again until the template changes, so a pod lost later does not make it fail.
 */
export function withProgress(conditions: Conditions, facts: Facts, counts: Counts): Conditions {
  if (deadlineOf(facts) === undefined) return without(conditions, 'Progressing');
  const { deployment, now } = facts;
  const before = findCondition(conditions, 'Progressing');
  if (before?.reason === 'NewReplicaSetAvailable' && counts.replicas === counts.updatedReplicas)
    return conditions;
  const who = whoProgresses(facts);
  if (isComplete(deployment, counts)) {
    const message = `${who} has successfully progressed.`;
    return withDeploymentVerdict(conditions, progressing('True', 'NewReplicaSetAvailable', message), now);
  }
  if (hasMoved(deployment, counts)) return withMovement(conditions, facts, `${who} is progressing.`);
  if (!hasTimedOut(conditions, facts)) return conditions;
  const message = `${who} has timed out progressing.`;
  return withDeploymentVerdict(conditions, progressing('False', 'ProgressDeadlineExceeded', message), now);
}

const whoProgresses = ({ deployment, newSet }: Facts): string =>
  newSet === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${newSet.metadata.name}"`;

/** More of the new, less of the old, or more that work, compared with what was said last. */
function hasMoved({ status = {} }: Deployment, counts: Counts): boolean {
  const updated = status.updatedReplicas ?? 0;
  return (
    counts.updatedReplicas > updated ||
    counts.replicas - counts.updatedReplicas < (status.replicas ?? 0) - updated ||
    counts.readyReplicas > (status.readyReplicas ?? 0) ||
    counts.availableReplicas > (status.availableReplicas ?? 0)
  );
}

/** Every movement restarts the deadline: the condition is confirmed anew even when its words stay. */
function withMovement(conditions: Conditions, facts: Facts, message: string): Conditions {
  const before = findCondition(conditions, 'Progressing');
  const others = without(conditions, 'Progressing');
  const verdict = progressing('True', 'ReplicaSetUpdated', message);
  const next = withDeploymentVerdict(others, verdict, facts.now);
  if (before?.status !== 'True' || before.lastTransitionTime === undefined) return next;
  const { lastTransitionTime } = before;
  return next.map((each) => (each.type === 'Progressing' ? { ...each, lastTransitionTime } : each));
}

function hasTimedOut(conditions: Conditions, facts: Facts): boolean {
  const condition = findCondition(conditions, 'Progressing');
  if (condition === undefined || condition.reason === 'NewReplicaSetAvailable') return false;
  if (condition.reason === 'ProgressDeadlineExceeded') return true;
  const from = instant(condition.lastUpdateTime);
  const deadline = deadlineOf(facts);
  return from !== undefined && deadline !== undefined && from + deadline * 1000 < facts.now;
}

/** Milliseconds until the deadline has to be looked at again; `undefined` when nothing is awaited. */
export function untilDeadline(facts: Facts, conditions: Conditions): number | undefined {
  const condition = findCondition(conditions, 'Progressing');
  const deadline = deadlineOf(facts);
  const from = instant(condition?.lastUpdateTime);
  if (deadline === undefined || from === undefined || facts.deployment.spec.paused === true) return undefined;
  if (condition?.reason === 'NewReplicaSetAvailable' || condition?.reason === 'ProgressDeadlineExceeded')
    return undefined;
  // A second more: the times in conditions are whole seconds.
  return Math.max(0, from + deadline * 1000 - facts.now) + 1000;
}
