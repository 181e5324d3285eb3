import { type Deployment, type Desired, ownerReference, type ReplicaSet } from '@fairlead/kube';
import { newSetAnnotations } from './annotations.ts';
import type { Facts } from './facts.ts';
import { replicasOf } from './facts.ts';
import { setName, templateHash, templateHashLabel } from './names.ts';
import { newSetSize } from './rolling.ts';

/** The set of the present template: as large at birth as the rollout allows. */
export function desiredSet(facts: Facts): Desired<ReplicaSet> {
  const { deployment } = facts;
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = { [templateHashLabel]: templateHash(deployment) };
  const labels = { ...template.metadata?.labels, ...hash };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: setName(deployment),
      namespace: deployment.metadata.namespace ?? 'default',
      labels,
      annotations: newSetAnnotations(facts),
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      replicas: sizeAtBirth(facts),
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, ...hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

const sizeAtBirth = (facts: Facts): number =>
  isRecreate(facts.deployment) ? replicasOf(facts.deployment) : newSetSize(facts);

export const isRecreate = (deployment: Deployment): boolean => deployment.spec.strategy?.type === 'Recreate';
