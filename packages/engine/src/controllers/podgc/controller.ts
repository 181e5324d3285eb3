import {
  type Controller,
  type Node,
  nodes,
  type ObjectName,
  pods,
  startController,
  watch,
} from '@fairlead/kube';
import { indexByNode, podsOn } from '../pods/on-node.ts';
import { isTerminal } from '../pods/state.ts';
import type { StartOptions } from '../start.ts';
import { ended, type MissingNodes, reconcilePodGarbage } from './reconcile.ts';

export function startPodGarbageCollector({ cache, recorder, onPass }: StartOptions): Controller {
  const missing: MissingNodes = new Map();
  const informer = cache.informer(pods);
  informer.index(ended, (pod) => (isTerminal(pod) ? [''] : []));
  indexByNode(cache);
  const namesOn = ({ metadata }: Node): readonly ObjectName[] =>
    podsOn(cache, metadata.name).map((pod) => pod.metadata);
  return startController({
    name: 'pod-garbage-collector',
    cache,
    ...(onPass && { onPass }),
    for: pods,
    watches: [
      watch({
        kind: nodes,
        map: namesOn,
        // A node that comes or goes; its heartbeats are no news.
        when: ({ before, after }) => before === undefined || after === undefined,
      }),
    ],
    reconcile: (name, context) =>
      reconcilePodGarbage(name, { ...context, missing, recorder: recorder('pod-garbage-collector') }),
  });
}
