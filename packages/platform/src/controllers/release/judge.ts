import { labels, type Release } from '@fairlead/api';
import { type Deployment, findCondition, type Pod } from '@fairlead/kube';
import { lastingTrouble, presentTrouble, type Trouble } from '../pod-state.ts';
import { isObserved, isOfRelease, isRolledOut } from './rollout.ts';

/** How the rollout of one release goes. */
export type Verdict =
  | { readonly kind: 'deploying' }
  | { readonly kind: 'succeeded' }
  | {
      readonly kind: 'failed';
      readonly trouble: Trouble | { readonly kind: 'stuck'; readonly reason: string };
    };

export interface RolloutFacts {
  readonly release: Release;
  readonly deployments: readonly Deployment[];
  readonly pods: readonly Pod[];
}

/** Judges a rollout from what Kubernetes says of it. A crash is seen at once, silence when its time is up. */
export const judgeRollout = (facts: RolloutFacts): Verdict => {
  const { release } = facts;
  const pods = facts.pods.filter(
    ({ metadata }) => metadata.labels?.[labels.release] === String(release.spec.version),
  );
  const deployments = facts.deployments.filter((deployment) => isOfRelease(deployment, release));
  const lasting = firstOf(pods, lastingTrouble);
  if (lasting !== undefined) return { kind: 'failed', trouble: lasting };
  if (deployments.some(isOutOfTime))
    return { kind: 'failed', trouble: firstOf(pods, presentTrouble) ?? nothingStarted(deployments) };
  return { kind: isRolledOut(release, deployments) ? 'succeeded' : 'deploying' };
};

const firstOf = (pods: readonly Pod[], judge: (pod: Pod) => Trouble | undefined): Trouble | undefined => {
  for (const pod of pods) {
    const trouble = judge(pod);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
};

const isOutOfTime = (deployment: Deployment): boolean =>
  isObserved(deployment) &&
  findCondition(deployment.status?.conditions, 'Progressing')?.reason === 'ProgressDeadlineExceeded';

/** Not one pod was made: Kubernetes says why. */
const nothingStarted = (deployments: readonly Deployment[]) => {
  const said = deployments.flatMap(({ status }) => status?.conditions ?? []);
  const refused = said.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  const stopped = said.find(({ type, status }) => type === 'Progressing' && status === 'False');
  const reason = (refused ?? stopped)?.message ?? 'no copy was started in time';
  return { kind: 'stuck' as const, reason };
};
