import {
  type Change,
  type Controller,
  controllerOf,
  controllerRevisions,
  type DaemonSet,
  daemonSets,
  type KubeObject,
  matchesSelector,
  type Node,
  nodes,
  type ObjectName,
  pods,
  startController,
  watch,
} from '@fairlead/kube';
import { isDeepStrictEqual } from 'node:util';
import { indexOrphans } from '../ownership/claim.ts';
import type { StartOptions } from '../start.ts';
import { reconcileDaemonSet } from './reconcile.ts';
import { Retries } from './retries.ts';

export function startDaemonSetController({ cache, recorder, onPass }: StartOptions): Controller {
  indexOrphans(cache, pods);
  indexOrphans(cache, controllerRevisions);
  const retries = new Retries();
  const sets = (namespace?: string): readonly DaemonSet[] => cache.informer(daemonSets).list(namespace);
  const adopters = (orphan: KubeObject): ObjectName[] =>
    controllerOf(orphan) === undefined
      ? sets(orphan.metadata.namespace)
          .filter(({ spec }) => matchesSelector(spec.selector, orphan.metadata.labels))
          .map(({ metadata }) => metadata)
      : [];
  return startController({
    name: 'daemonset-controller',
    cache,
    ...(onPass && { onPass }),
    for: daemonSets,
    owns: [pods, controllerRevisions],
    watches: [
      watch({ kind: pods, map: adopters }),
      watch({ kind: nodes, map: () => sets().map(({ metadata }) => metadata), when: mayMatter }),
    ],
    concurrency: 2,
    reconcile: (name, context) =>
      reconcileDaemonSet(name, { ...context, retries, recorder: recorder('daemonset-controller') }),
  });
}

/** Heartbeats are no news: who may run on a node depends on its labels and taints. */
const mayMatter = ({ before, after }: Change<Node>): boolean =>
  !isDeepStrictEqual(before?.metadata.labels, after?.metadata.labels) ||
  !isDeepStrictEqual(before?.spec?.taints, after?.spec?.taints) ||
  before === undefined ||
  after === undefined;
