import * as cluster from './builtin-defaults/cluster.ts';
import type { Edit } from './builtin-defaults/edit.ts';
import { pod } from './builtin-defaults/pod.ts';
import { roundResources } from './builtin-defaults/resource-list.ts';
import { service } from './builtin-defaults/service.ts';
import * as workloads from './builtin-defaults/workloads.ts';
import type { CompleteDefaults } from './definition.ts';
import type { Schema } from './structural.ts';

/**
 * The defaults that depend on other fields, and the deprecated fields that are merged into their
 * successors. Which there are is found by tools/kinds (generated/defaults-conditional.json), which
 * also writes the cases that hold this code to Kubernetes' own (generated/defaults-cases.json).
 */
const edits: Readonly<Record<string, Edit>> = {
  'apiextensions.v1.CustomResourceDefinition': cluster.customResourceDefinition,
  'apps.v1.DaemonSet': workloads.daemonSet,
  'apps.v1.Deployment': workloads.deployment,
  'apps.v1.ReplicaSet': workloads.replicaSet,
  'apps.v1.StatefulSet': workloads.statefulSet,
  'batch.v1.CronJob': workloads.cronJob,
  'batch.v1.Job': workloads.job,
  'core.v1.LimitRange': cluster.limitRange,
  'core.v1.Namespace': cluster.namespace,
  'core.v1.Node': cluster.node,
  'core.v1.Pod': pod,
  'core.v1.PodTemplate': workloads.podTemplateKind,
  'core.v1.ReplicationController': workloads.replicationController,
  'core.v1.Secret': cluster.secret,
  'core.v1.Service': service,
  'networking.v1.NetworkPolicy': cluster.networkPolicy,
  'rbac.v1.ClusterRoleBinding': cluster.roleBinding,
  'rbac.v1.RoleBinding': cluster.roleBinding,
  'resource.v1.ResourceClaim': cluster.resourceClaim,
  'resource.v1.ResourceClaimTemplate': cluster.resourceClaimTemplate,
  'resource.v1.ResourceSlice': cluster.resourceSlice,
};

/** Kinds with resource lists and nothing else to do. */
const counting: ReadonlySet<string> = new Set([
  'core.v1.PersistentVolume',
  'core.v1.PersistentVolumeClaim',
  'core.v1.ResourceQuota',
  'storage.v1.VolumeAttachment',
]);

/** Undefined for a kind whose defaults are all data. */
export function completeDefaults(type: string, schema: () => Schema): CompleteDefaults | undefined {
  const edit = edits[type];
  if (edit === undefined && !counting.has(type)) return undefined;
  let round: Edit | undefined;
  return (object, now) => {
    round ??= roundResources(schema());
    return round(edit === undefined ? object : edit(object, now), now);
  };
}
