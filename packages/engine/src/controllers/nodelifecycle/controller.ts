import {
  type Controller,
  type Lease,
  leases,
  type Node,
  nodes,
  startController,
  watch,
} from '@fairlead/kube';
import { indexByNode } from '../pods/on-node.ts';
import type { StartOptions } from '../start.ts';
import { reconcileNode } from './reconcile.ts';
import { leasesOf, type Patience, patience, Signs } from './signs.ts';
import { readyOf } from './taints.ts';
import { Zones } from './zones.ts';

export function startNodeLifecycle(
  { cache, recorder, onPass }: StartOptions,
  waits: Patience = patience,
): Controller {
  indexByNode(cache);
  const nodeInformer = cache.informer(nodes);
  const state = {
    signs: new Signs(cache, waits),
    zones: new Zones(),
    known: new Map<string, Node>(),
    cut: { off: false },
  };
  return startController({
    name: 'node-lifecycle-controller',
    cache,
    ...(onPass && { onPass }),
    for: nodes,
    watches: [
      watch({
        kind: leases,
        scope: leasesOf(cache).scope,
        map: ({ metadata }: Lease) => [{ name: metadata.name }],
      }),
      // Whether a node is to blame depends on the others.
      watch({
        kind: nodes,
        map: () => nodeInformer.list().map(({ metadata }) => metadata),
        when: ({ before, after }) => (before && readyOf(before)) !== (after && readyOf(after)),
      }),
    ],
    reconcile: (name, context) =>
      reconcileNode(name, { ...context, ...state, recorder: recorder('node-controller') }),
  });
}
