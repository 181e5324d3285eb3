import type { KubeObject } from '@fairlead/kube';
import type { FieldError } from '../../../schema/field-error.ts';
import { Place } from '../../../schema/place.ts';
import type { WriteRules } from '../../rules.ts';

/** What a status counts, in the order in which Kubernetes looks at it. */
interface Counts {
  readonly counts: readonly string[];
  /** The first is at most the second; what is said else. */
  readonly bounds?: readonly (readonly [string, string, string])[];
}

type Numbers = Readonly<Record<string, number | undefined>>;

/** Counts are not negative, parts are no more than the whole, and collisions are not forgotten. */
export const countedStatus = ({ counts, bounds = [] }: Counts): WriteRules => ({
  validate: (object, old) => {
    const found: FieldError[] = [];
    const at = new Place('status', found);
    const [status, before] = [statusOf(object), statusOf(old)];
    for (const count of counts) at.field(count).notNegative(status[count]);
    for (const [part, whole, words] of bounds) {
      const value = status[part] ?? 0;
      if (value > (status[whole] ?? 0)) at.field(part).invalid(value, `cannot be greater than ${words}`);
    }
    const { collisionCount = 0 } = status;
    if (before.collisionCount !== undefined && collisionCount < before.collisionCount) {
      at.field('collisionCount').invalid(collisionCount, 'cannot be decremented');
    }
    return found;
  },
});

const statusOf = (object: KubeObject | undefined): Numbers =>
  (object as { readonly status?: Numbers } | undefined)?.status ?? {};

const ofAll = (...parts: readonly string[]) =>
  parts.map((part) => [part, 'replicas', 'status.replicas'] as const);

export const deploymentStatus = countedStatus({
  counts: [
    'observedGeneration',
    'replicas',
    'updatedReplicas',
    'readyReplicas',
    'availableReplicas',
    'unavailableReplicas',
    'terminatingReplicas',
    'collisionCount',
  ],
  bounds: [
    ...ofAll('updatedReplicas', 'readyReplicas', 'availableReplicas'),
    ['availableReplicas', 'readyReplicas', 'readyReplicas'],
  ],
});

export const replicaSetStatus = countedStatus({
  counts: [
    'replicas',
    'fullyLabeledReplicas',
    'readyReplicas',
    'availableReplicas',
    'observedGeneration',
    'terminatingReplicas',
  ],
  bounds: [
    ...ofAll('fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'),
    ['availableReplicas', 'readyReplicas', 'readyReplicas'],
  ],
});

export const statefulSetStatus = countedStatus({
  counts: [
    'replicas',
    'readyReplicas',
    'currentReplicas',
    'updatedReplicas',
    'availableReplicas',
    'observedGeneration',
    'collisionCount',
  ],
  bounds: [
    ...ofAll('readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'),
    ['availableReplicas', 'readyReplicas', 'status.readyReplicas'],
  ],
});

export const daemonSetStatus = countedStatus({
  counts: [
    'currentNumberScheduled',
    'numberMisscheduled',
    'desiredNumberScheduled',
    'numberReady',
    'observedGeneration',
    'updatedNumberScheduled',
    'numberAvailable',
    'numberUnavailable',
    'collisionCount',
  ],
});
