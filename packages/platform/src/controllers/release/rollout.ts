import { labels, type Release } from '@fairlead/api';
import type { Deployment } from '@fairlead/kube';

/** Whether a Deployment is one of this release: what its status says of another one is none of its business. */
export const isOfRelease = ({ spec }: Deployment, release: Release): boolean =>
  spec.template.metadata?.labels?.[labels.release] === String(release.spec.version);

/** Whether Kubernetes has looked at a Deployment as it is now. */
export const isObserved = ({ metadata, status }: Deployment): boolean =>
  status?.observedGeneration === metadata.generation;

/** Whether every process of a release runs in full, and nothing of another one does. */
export const isRolledOut = (release: Release, deployments: readonly Deployment[]): boolean => {
  const own = deployments.filter((deployment) => isOfRelease(deployment, release));
  return own.length === Object.keys(release.spec.processes ?? {}).length && own.every(isComplete);
};

const isComplete = (deployment: Deployment): boolean => {
  const { spec, status } = deployment;
  return (
    isObserved(deployment) &&
    [status?.updatedReplicas, status?.replicas, status?.availableReplicas].every(
      (count) => (count ?? 0) === (spec.replicas ?? 1),
    )
  );
};
