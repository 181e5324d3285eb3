import { type Clock, type Condition, type Pod, type PodDisruptionBudget, setCondition } from '@fairlead/kube';
import { scaled } from '../bounds.ts';
import { isDeleting, isReady } from '../pods/state.ts';
import { instant } from '../time.ts';
import type { Expectation } from './scale.ts';

type Status = NonNullable<PodDisruptionBudget['status']>;

/** A budget, its pods, and how many there should be. */
export interface Facts {
  readonly budget: PodDisruptionBudget;
  readonly pods: readonly Pod[];
  readonly expected: Expectation;
  readonly clock: Clock;
}

/** How long the end of an evicted pod is awaited, in milliseconds. */
const patience = 120_000;

/** Only a share of the pods asks how many there should be; a number is held to those that are there. */
export const asksForScale = ({ spec }: PodDisruptionBudget): boolean =>
  spec.maxUnavailable !== undefined || typeof spec.minAvailable === 'string';

export function desiredStatus(facts: Facts): Status {
  const { budget, clock } = facts;
  const disrupted = awaited(facts);
  const currentHealthy = healthy(facts, disrupted);
  const { desiredHealthy, expectedPods } = decideNeed(facts);
  const spare = currentHealthy - desiredHealthy;
  const disruptionsAllowed = expectedPods <= 0 || spare <= 0 ? 0 : spare;
  const generation = budget.metadata.generation ?? 0;
  return {
    ...(generation === 0 ? {} : { observedGeneration: generation }),
    ...(disrupted.size === 0 ? {} : { disruptedPods: Object.fromEntries(disrupted) }),
    disruptionsAllowed,
    currentHealthy,
    desiredHealthy,
    expectedPods,
    conditions: setCondition(budget.status?.conditions, verdict(disruptionsAllowed > 0, generation), clock),
  };
}

const verdict = (isAllowed: boolean, observedGeneration: number): Omit<Condition, 'lastTransitionTime'> => ({
  type: 'DisruptionAllowed',
  status: isAllowed ? 'True' : 'False',
  reason: isAllowed ? 'SufficientPods' : 'InsufficientPods',
  message: '',
  observedGeneration,
});

/** Nothing may be disrupted while nobody can tell how many pods there should be. */
export function failedStatus({ budget, clock }: Pick<Facts, 'budget' | 'clock'>, message: string): Status {
  const { status } = budget;
  const generation = status?.observedGeneration ?? 0;
  const failed = { ...verdict(false, generation), reason: 'SyncFailed', message };
  return {
    currentHealthy: 0,
    desiredHealthy: 0,
    expectedPods: 0,
    ...status,
    disruptionsAllowed: 0,
    conditions: setCondition(status?.conditions, failed, clock),
  };
}

function decideNeed({ budget: { spec }, pods, expected }: Facts) {
  const { maxUnavailable, minAvailable } = spec;
  const share = (value: string | number): number => scaled(value, expected.count, Math.ceil);
  if (maxUnavailable !== undefined) {
    const desiredHealthy = Math.max(0, expected.count - share(maxUnavailable));
    return { desiredHealthy, expectedPods: expected.count };
  }
  if (typeof minAvailable === 'number') return { desiredHealthy: minAvailable, expectedPods: pods.length };
  if (minAvailable === undefined) return { desiredHealthy: 0, expectedPods: 0 };
  return { desiredHealthy: share(minAvailable), expectedPods: expected.count };
}

const healthy = ({ pods }: Facts, disrupted: ReadonlyMap<string, string>): number =>
  pods.filter((pod) => !isDeleting(pod) && !disrupted.has(pod.metadata.name) && isReady(pod)).length;

/** The evicted pods that are not on their way out yet, as far as it is still believed that they will be. */
function awaited({ budget, pods, clock }: Facts): ReadonlyMap<string, string> {
  const evicted = budget.status?.disruptedPods ?? {};
  return new Map(
    pods
      .filter((pod) => !isDeleting(pod))
      .map(({ metadata }) => [metadata.name, evicted[metadata.name]] as const)
      .filter((entry): entry is readonly [string, string] => entry[1] !== undefined)
      .filter(([, time]) => (instant(time) ?? 0) + patience >= clock.now()),
  );
}

/** Evicted pods whose end was awaited in vain. */
export function notDeleted({ budget, pods, clock }: Facts): readonly Pod[] {
  const evicted = budget.status?.disruptedPods ?? {};
  return pods.filter((pod) => {
    const time = instant(evicted[pod.metadata.name]);
    return time !== undefined && !isDeleting(pod) && time + patience < clock.now();
  });
}

/** Milliseconds until an evicted pod is no longer awaited. */
export function untilRecheck({ disruptedPods = {} }: Status, now: number): number | undefined {
  const times = Object.values(disruptedPods).map((time) => (instant(time) ?? 0) + patience - now);
  // A millisecond more: at the very moment it is still awaited.
  return times.length === 0 ? undefined : Math.max(0, Math.min(...times)) + 1;
}
