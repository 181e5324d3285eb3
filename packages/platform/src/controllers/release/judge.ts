import { labels, type Release } from '@fairlead/api';
import type { ContainerStatus, Deployment, Pod } from '@fairlead/kube';

/** How the rollout of one release goes. */
export type Verdict =
  | { readonly kind: 'deploying' }
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'crashed'; readonly pod: Pod; readonly container: string; readonly exitCode: number }
  | { readonly kind: 'unready'; readonly pod: Pod; readonly container: string }
  | { readonly kind: 'stuck'; readonly reason: string };

export interface RolloutFacts {
  readonly release: Release;
  readonly deployments: readonly Deployment[];
  readonly pods: readonly Pod[];
}

/** Judges a rollout from what Kubernetes says of it. A crash is seen at once, silence when its time is up. */
export const judgeRollout = (facts: RolloutFacts): Verdict => {
  const pods = facts.pods.filter(
    (pod) => pod.metadata.labels?.[labels.release] === String(facts.release.spec.version),
  );
  const crash = firstOf(pods, crashOf);
  if (crash !== undefined) return crash;
  const stuck = firstOf(pods, refusalOf);
  if (stuck !== undefined) return stuck;
  if (facts.deployments.some(deadlineExceeded))
    return firstOf(pods, unreadyOf) ?? nothingStarted(facts.deployments);
  const processes = Object.keys(facts.release.spec.processes ?? {});
  const settled =
    facts.deployments.length === processes.length &&
    facts.deployments.every((d) => rolledOut(d, facts.release));
  return { kind: settled ? 'succeeded' : 'deploying' };
};

const firstOf = (pods: readonly Pod[], judge: (pod: Pod) => Verdict | undefined): Verdict | undefined => {
  for (const pod of pods) {
    const verdict = judge(pod);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
};

// One restart may be bad luck; the second end without ever having been ready is not.
const restartsAllowed = 1;

const crashOf = (pod: Pod): Verdict | undefined => {
  if (pod.metadata.deletionTimestamp !== undefined || isReady(pod)) return undefined;
  const crashed = pod.status?.containerStatuses?.find(hasCrashed);
  const ended = crashed?.lastState?.terminated ?? crashed?.state?.terminated;
  return crashed === undefined
    ? undefined
    : { kind: 'crashed', pod, container: crashed.name, exitCode: ended?.exitCode ?? -1 };
};

const hasCrashed = ({ state, restartCount, ready }: ContainerStatus): boolean =>
  !ready && (restartCount > restartsAllowed || state?.waiting?.reason === 'CrashLoopBackOff');

const refusals = new Set([
  'ImagePullBackOff',
  'ErrImagePull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'NeedsNamespaces',
  'PortConflict',
]);

const refusalOf = (pod: Pod): Verdict | undefined => {
  const waiting = pod.status?.containerStatuses?.find(({ state }) =>
    refusals.has(state?.waiting?.reason ?? ''),
  )?.state?.waiting;
  return waiting === undefined
    ? undefined
    : { kind: 'stuck', reason: `${waiting.reason ?? ''}: ${waiting.message ?? ''}` };
};

const unreadyOf = (pod: Pod): Verdict | undefined => {
  const waiting = pod.status?.containerStatuses?.find(
    ({ ready, state }) => !ready && state?.running !== undefined,
  );
  return waiting === undefined ? undefined : { kind: 'unready', pod, container: waiting.name };
};

const nothingStarted = (deployments: readonly Deployment[]): Verdict => {
  const failure = deployments
    .flatMap(({ status }) => status?.conditions ?? [])
    .find(
      ({ type, status }) =>
        (type === 'ReplicaFailure' && status === 'True') || (type === 'Progressing' && status === 'False'),
    );
  return { kind: 'stuck', reason: failure?.message ?? 'no copy was started in time' };
};

const deadlineExceeded = ({ metadata, status }: Deployment): boolean =>
  status?.observedGeneration === metadata.generation &&
  status?.conditions?.some(
    ({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded',
  ) === true;

const isReady = (pod: Pod): boolean =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;

const rolledOut = ({ metadata, spec, status }: Deployment, release: Release): boolean => {
  const wanted = spec.replicas ?? 1;
  return (
    spec.template.metadata?.labels?.[labels.release] === String(release.spec.version) &&
    status?.observedGeneration === metadata.generation &&
    (status?.updatedReplicas ?? 0) === wanted &&
    (status?.replicas ?? 0) === wanted &&
    (status?.availableReplicas ?? 0) === wanted
  );
};
