import { findCondition, isTrue, type KubeObject, type Pod } from '@fairlead/kube';
import { instant } from '../time.ts';

/** Its containers have ended and will not be started again. */
export const isTerminal = (pod: Pod): boolean =>
  pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

export const isDeleting = (object: KubeObject): boolean => object.metadata.deletionTimestamp !== undefined;

/** Counts as one of its owner's replicas. */
export const isActive = (pod: Pod): boolean => !isTerminal(pod) && !isDeleting(pod);

/** Still there, but on its way out. */
export const isTerminating = (pod: Pod): boolean => !isTerminal(pod) && isDeleting(pod);

export const isReady = (pod: Pod): boolean => isTrue(pod.status?.conditions, 'Ready');

/** Since when it is ready, in milliseconds; `undefined` when it is not, or does not say. */
export const readySince = (pod: Pod): number | undefined =>
  isReady(pod) ? instant(findCondition(pod.status?.conditions, 'Ready')?.lastTransitionTime) : undefined;

/**
 * From when on it counts as available, in milliseconds: ready for `minReadySeconds` without a break.
 * `undefined` while it is not ready.
 */
export function availableFrom(pod: Pod, minReadySeconds: number): number | undefined {
  if (!isReady(pod)) return undefined;
  if (minReadySeconds === 0) return 0;
  const since = readySince(pod);
  return since === undefined ? undefined : since + minReadySeconds * 1000;
}

export function isAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  const from = availableFrom(pod, minReadySeconds);
  return from !== undefined && from <= now;
}

/** Milliseconds until the next ready pod becomes available, if one is waited for. */
export function untilAvailable(
  pods: readonly Pod[],
  minReadySeconds: number,
  now: number,
): number | undefined {
  const times = pods
    .map((pod) => availableFrom(pod, minReadySeconds))
    .filter((from) => from !== undefined)
    .filter((from) => from > now);
  return times.length === 0 ? undefined : Math.min(...times) - now;
}
