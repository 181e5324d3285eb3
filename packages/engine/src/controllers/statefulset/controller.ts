import {
  type Controller,
  controllerOf,
  controllerRevisions,
  type KubeObject,
  matchesSelector,
  type ObjectName,
  persistentVolumeClaims,
  pods,
  startController,
  statefulSets,
  watch,
} from '@fairlead/kube';
import { indexOrphans } from '../ownership/claim.ts';
import type { StartOptions } from '../start.ts';
import { reconcileStatefulSet } from './reconcile.ts';

export function startStatefulSetController({ cache, recorder, onPass }: StartOptions): Controller {
  indexOrphans(cache, pods);
  indexOrphans(cache, controllerRevisions);
  cache.informer(persistentVolumeClaims);
  const adopters = (orphan: KubeObject): ObjectName[] =>
    controllerOf(orphan) === undefined
      ? cache
          .informer(statefulSets)
          .list(orphan.metadata.namespace)
          .filter(({ spec }) => matchesSelector(spec.selector, orphan.metadata.labels))
          .map(({ metadata }) => metadata)
      : [];
  return startController({
    name: 'statefulset-controller',
    cache,
    ...(onPass && { onPass }),
    for: statefulSets,
    owns: [pods, controllerRevisions],
    watches: [
      watch({ kind: pods, map: adopters }),
      // A claim that goes, or changes hands, may be what a place waits for.
      watch({ kind: persistentVolumeClaims, map: setsOf }),
    ],
    concurrency: 8,
    reconcile: (name, context) =>
      reconcileStatefulSet(name, { ...context, recorder: recorder('statefulset-controller') }),
  });
  /** The sets that may have made a claim, told by its name alone. */
  function setsOf({ metadata: { namespace, name } }: KubeObject): ObjectName[] {
    return cache
      .informer(statefulSets)
      .list(namespace)
      .filter(({ spec }) => (spec.volumeClaimTemplates ?? []).length > 0)
      .filter((set) => name.includes(`-${set.metadata.name}-`))
      .map(({ metadata }) => metadata);
  }
}
