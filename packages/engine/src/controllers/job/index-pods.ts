import type { Job, Pod } from '@fairlead/kube';
import { isActive } from '../pods/state.ts';
import { chooseVictims } from '../pods/victims.ts';
import { endOf } from './end-of.ts';
import { judgeFailure } from './failure-policy.ts';
import { failureCountAnnotation, ignoredCountAnnotation, indexAnnotation } from './names.ts';

export const isIndexed = ({ spec }: Job): boolean => spec.completionMode === 'Indexed';

/** Failures are counted for each index of its own, instead of for the Job. */
export const isLimitedPerIndex = (job: Job): boolean =>
  isIndexed(job) && job.spec.backoffLimitPerIndex !== undefined;

/** Which part of the work a pod does; `undefined` when it does not say, or says something that there is not. */
export function indexOf({ metadata }: Pod, { spec }: Job): number | undefined {
  const text = metadata.annotations?.[indexAnnotation] ?? '';
  return /^\d+$/.test(text) && Number(text) < (spec.completions ?? 0) ? Number(text) : undefined;
}

export const indexesOf = (pods: readonly Pod[], job: Job): ReadonlySet<number> =>
  new Set(pods.map((pod) => indexOf(pod, job)).filter((index) => index !== undefined));

const numberIn = ({ metadata }: Pod, annotation: string): number => {
  const text = metadata.annotations?.[annotation] ?? '';
  return /^\d+$/.test(text) && Number(text) < 2 ** 31 ? Number(text) : 0;
};

/** How often its index had failed before it. */
export const failuresBefore = (pod: Pod): number => numberIn(pod, failureCountAnnotation);

/** The same with the failures that the policy says do not count. */
export const allFailuresBefore = (pod: Pod): number =>
  failuresBefore(pod) + numberIn(pod, ignoredCountAnnotation);

/** What the successor of a failed pod says of its index. */
export function failureCounts(job: Job, before: Pod | undefined): Readonly<Record<string, string>> {
  if (before === undefined) return { [failureCountAnnotation]: '0' };
  const { counts } = judgeFailure(job, before);
  const ignored = numberIn(before, ignoredCountAnnotation) + (counts ? 0 : 1);
  return {
    [failureCountAnnotation]: String(failuresBefore(before) + (counts ? 1 : 0)),
    ...(ignored === 0 ? {} : { [ignoredCountAnnotation]: String(ignored) }),
  };
}

/** The latest failed pod of each index that nothing runs for: its successor takes over the count. */
export function latestFailed(failed: readonly Pod[], job: Job): ReadonlyMap<number, Pod> {
  const latest = new Map<number, Pod>();
  for (const pod of failed) {
    const index = indexOf(pod, job);
    if (index === undefined) continue;
    const other = latest.get(index);
    const isLater =
      other === undefined ||
      (allFailuresBefore(other) <= allFailuresBefore(pod) && endOf(other) <= endOf(pod));
    if (isLater) latest.set(index, pod);
  }
  return latest;
}

/** Which active pods are too many: those without an index and all but one of each, then as many as are asked. */
export function surplusPods(
  job: Job,
  pods: readonly Pod[],
  { count, now }: { readonly count: number; readonly now: number },
): readonly Pod[] {
  const doubled = isIndexed(job) ? doubledPods(job, pods, now) : [];
  const rest = pods.filter((pod) => !doubled.includes(pod));
  const more = Math.max(0, count - doubled.length);
  return [...doubled, ...chooseVictims({ pods: rest, related: [], count: more, now })];
}

function doubledPods(job: Job, pods: readonly Pod[], now: number): readonly Pod[] {
  const byIndex = Map.groupBy(pods.filter(isActive), (pod) => indexOf(pod, job));
  return [...byIndex].flatMap(([index, same]) =>
    index === undefined ? same : chooseVictims({ pods: same, related: [], count: same.length - 1, now }),
  );
}
