import {
  type Controller,
  controllerOf,
  matchesSelector,
  type ObjectName,
  type Pod,
  pods,
  replicaSets,
  startController,
  watch,
} from '@fairlead/kube';
import { indexOrphans } from '../ownership/claim.ts';
import type { StartOptions } from '../start.ts';
import { reconcileReplicaSet } from './reconcile.ts';

export function startReplicaSetController({ cache, recorder, onPass }: StartOptions): Controller {
  indexOrphans(cache, pods);
  const candidates = ({ metadata }: Pod): ObjectName[] =>
    cache
      .informer(replicaSets)
      .list(metadata.namespace)
      .filter((set) => matchesSelector(set.spec.selector, metadata.labels))
      .map((set) => set.metadata);
  return startController({
    name: 'replicaset-controller',
    cache,
    ...(onPass && { onPass }),
    for: replicaSets,
    owns: [pods],
    // An orphan wakes every set that could adopt it.
    watches: [watch({ kind: pods, map: (pod) => (controllerOf(pod) === undefined ? candidates(pod) : []) })],
    concurrency: 8,
    reconcile: (name, context) =>
      reconcileReplicaSet(name, { ...context, recorder: recorder('replicaset-controller') }),
  });
}
