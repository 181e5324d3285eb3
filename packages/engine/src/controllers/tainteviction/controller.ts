import { isDeepStrictEqual } from 'node:util';
import { type Controller, type Node, nodes, pods, startController, watch } from '@fairlead/kube';
import { indexByNode, podsOn } from '../pods/on-node.ts';
import type { StartOptions } from '../start.ts';
import { type Notices, reconcileStay } from './reconcile.ts';

export function startTaintEviction({ cache, recorder, onPass }: StartOptions): Controller {
  indexByNode(cache);
  const notices: Notices = new Map();
  const driving = (node: Node | undefined) =>
    (node?.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
  return startController({
    name: 'taint-eviction-controller',
    cache,
    ...(onPass && { onPass }),
    for: pods,
    when: ({ before, after }) => {
      if (after === undefined && before !== undefined) notices.delete(before.metadata.uid ?? '');
      return (
        before?.spec.nodeName !== after?.spec.nodeName ||
        !isDeepStrictEqual(before?.spec.tolerations, after?.spec.tolerations)
      );
    },
    watches: [
      watch({
        kind: nodes,
        map: ({ metadata }) => podsOn(cache, metadata.name).map((pod) => pod.metadata),
        when: ({ before, after }) => !isDeepStrictEqual(driving(before), driving(after)),
      }),
    ],
    concurrency: 8,
    reconcile: (name, context) =>
      reconcileStay(name, { ...context, notices, recorder: recorder('taint-eviction-controller') }),
  });
}
