import {
  type Controller,
  controllerOf,
  deployments,
  matchesSelector,
  type ObjectName,
  type Pod,
  pods,
  type ReplicaSet,
  replicaSets,
  startController,
  watch,
} from '@fairlead/kube';
import { indexOrphans } from '../ownership/claim.ts';
import type { StartOptions } from '../start.ts';
import { isRecreate } from './children.ts';
import { reconcileDeployment } from './reconcile.ts';

export function startDeploymentController({ cache, recorder, onPass }: StartOptions): Controller {
  indexOrphans(cache, replicaSets);
  const adopters = (set: ReplicaSet): ObjectName[] =>
    controllerOf(set) === undefined
      ? cache
          .informer(deployments)
          .list(set.metadata.namespace)
          .filter(({ spec }) => matchesSelector(spec.selector, set.metadata.labels))
          .map(({ metadata }) => metadata)
      : [];
  /** A Recreate waits for the last old pod, which its set stops counting while the pod still ends. */
  const recreators = ({ metadata: { namespace, ownerReferences = [] } }: Pod): ObjectName[] =>
    ownerReferences
      .filter(({ controller, kind }) => controller === true && kind === 'ReplicaSet')
      .map(({ name }) => cache.informer(replicaSets).get({ namespace, name }))
      .map((set) => (set === undefined ? undefined : controllerOf(set)))
      .map((owner) => (owner === undefined ? undefined : { namespace, name: owner.name }))
      .filter((name) => name !== undefined)
      .filter((name) => {
        const deployment = cache.informer(deployments).get(name);
        return deployment !== undefined && isRecreate(deployment);
      });
  return startController({
    name: 'deployment-controller',
    cache,
    ...(onPass && { onPass }),
    for: deployments,
    owns: [replicaSets],
    watches: [watch({ kind: replicaSets, map: adopters }), watch({ kind: pods, map: recreators })],
    concurrency: 8,
    reconcile: (name, context) =>
      reconcileDeployment(name, { ...context, recorder: recorder('deployment-controller') }),
  });
}
