import {
  type Controller,
  controllerOf,
  matchesSelector,
  type ObjectName,
  type Pod,
  pods,
  type ReplicaSet,
  type ReplicationController,
  startController,
  watch,
} from '@fairlead/kube';
import { indexOrphans } from '../ownership/claim.ts';
import type { StartOptions } from '../start.ts';
import { type Form, replicaSetForm, replicationControllerForm } from './form.ts';
import { reconcileReplicaSet } from './reconcile.ts';

export const startReplicaSetController = (options: StartOptions): Controller =>
  start(replicaSetForm, options);

export const startReplicationControllerController = (options: StartOptions): Controller =>
  start(replicationControllerForm, options);

function start<T extends ReplicaSet | ReplicationController>(
  form: Form<T>,
  { cache, recorder, onPass }: StartOptions,
): Controller {
  indexOrphans(cache, pods);
  const candidates = ({ metadata }: Pod): ObjectName[] =>
    cache
      .informer(form.kind)
      .list(metadata.namespace)
      .filter((object) => matchesSelector(form.asSet(object).spec.selector, metadata.labels))
      .map((object) => object.metadata);
  return startController({
    name: form.component,
    cache,
    ...(onPass && { onPass }),
    for: form.kind,
    owns: [pods],
    // An orphan wakes every set that could adopt it.
    watches: [watch({ kind: pods, map: (pod) => (controllerOf(pod) === undefined ? candidates(pod) : []) })],
    concurrency: 8,
    reconcile: (name, context) =>
      reconcileReplicaSet(name, { ...context, recorder: recorder(form.component) }, form),
  });
}
