import {
  type Controller,
  type Node,
  nodes,
  type ObjectName,
  pods,
  startController,
  watch,
} from '@fairlead/kube';
import { isTerminal } from '../pods/state.ts';
import type { StartOptions } from '../start.ts';
import { ended, type MissingNodes, reconcilePodGarbage } from './reconcile.ts';

/** The index of pods by the node that they are bound to. */
const onNode = 'node';

export function startPodGarbageCollector({ cache, recorder, onPass }: StartOptions): Controller {
  const missing: MissingNodes = new Map();
  const informer = cache.informer(pods);
  informer.index(ended, (pod) => (isTerminal(pod) ? [''] : []));
  informer.index(onNode, ({ spec }) => (spec.nodeName === undefined ? [] : [spec.nodeName]));
  const podsOn = ({ metadata }: Node): readonly ObjectName[] =>
    informer.byIndex(onNode, metadata.name).map((pod) => pod.metadata);
  return startController({
    name: 'pod-garbage-collector',
    cache,
    ...(onPass && { onPass }),
    for: pods,
    watches: [
      watch({
        kind: nodes,
        map: podsOn,
        // A node that comes or goes; its heartbeats are no news.
        when: ({ before, after }) => before === undefined || after === undefined,
      }),
    ],
    reconcile: (name, context) =>
      reconcilePodGarbage(name, { ...context, missing, recorder: recorder('pod-garbage-collector') }),
  });
}
