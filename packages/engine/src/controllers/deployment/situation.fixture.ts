import type { Deployment, ReplicaSet } from '@fairlead/kube';
import { desiredReplicas, maxReplicas } from './annotations.ts';
import { type Facts, replicasOf } from './facts.ts';

/** Deployments and sets as the tests need them; what a test does not name is ordinary. */

const selector = { matchLabels: { app: 'shop' } };

export const aDeployment = (spec: Partial<Deployment['spec']> = {}): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'shop', namespace: 'default', uid: 'd', generation: 1 },
  spec: {
    replicas: 1,
    selector,
    template: { metadata: { labels: { app: 'shop' } }, spec: { containers: [{ name: 'app' }] } },
    progressDeadlineSeconds: 600,
    revisionHistoryLimit: 10,
    ...spec,
  },
});

export const aSet = (set: {
  readonly name: string;
  readonly replicas: number;
  readonly available?: number;
  readonly sizedFor?: number;
  readonly most?: number;
  readonly revision?: number;
  readonly image?: string;
}): ReplicaSet => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: set.name,
    namespace: 'default',
    uid: set.name,
    annotations: {
      ...(set.sizedFor === undefined ? {} : { [desiredReplicas]: String(set.sizedFor) }),
      ...(set.most === undefined ? {} : { [maxReplicas]: String(set.most) }),
      ...(set.revision === undefined ? {} : { 'deployment.kubernetes.io/revision': String(set.revision) }),
    },
  },
  spec: {
    replicas: set.replicas,
    selector,
    template: { spec: { containers: [{ name: 'app', image: set.image ?? set.name }] } },
  },
  status: { replicas: set.replicas, availableReplicas: set.available ?? set.replicas },
});

/** Every wanted pod runs and is available, and nothing else. */
export function settle(facts: Facts): Facts {
  const settled = (set: ReplicaSet): ReplicaSet => ({
    ...set,
    status: { replicas: replicasOf(set), availableReplicas: replicasOf(set) },
  });
  return {
    ...facts,
    newSet: facts.newSet && settled(facts.newSet),
    oldSets: facts.oldSets.map(settled),
  };
}
