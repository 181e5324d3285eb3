import type { Pod, PodCondition } from './pod.ts';

/** A pod with this condition; when it holds as before, since when it holds stays. */
export const withPodCondition = (pod: Pod, given: PodCondition, now: string): Pod => {
  const before = pod.status?.conditions ?? [];
  const old = before.find(({ type }) => type === given.type);
  const lastTransitionTime = old && old.status === given.status ? old.lastTransitionTime : now;
  const condition: PodCondition = { lastProbeTime: null, ...given, lastTransitionTime };
  const conditions = old ? before.map((one) => (one === old ? condition : one)) : [...before, condition];
  return { ...pod, status: { ...pod.status, conditions } };
};
