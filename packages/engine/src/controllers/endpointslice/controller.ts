import {
  type Controller,
  endpointSlices,
  matchesSelector,
  nodes,
  type ObjectName,
  type Pod,
  pods,
  services,
  startController,
  watch,
} from '@fairlead/kube';
import type { StartOptions } from '../start.ts';
import { declareIndexes, servicesNear } from './indexes.ts';
import { reconcileEndpointSlices } from './reconcile.ts';

export function startEndpointSliceController({ cache, recorder, onPass }: StartOptions): Controller {
  declareIndexes(cache);
  // Asked for here so that it is there when the first pod is placed.
  cache.informer(nodes);
  const selecting = (pod: Pod): readonly ObjectName[] =>
    servicesNear(pod, cache)
      .filter(({ spec }) => matchesSelector({ matchLabels: spec.selector ?? {} }, pod.metadata.labels))
      .map(({ metadata }) => metadata);
  return startController({
    name: 'endpointslice-controller',
    cache,
    ...(onPass && { onPass }),
    for: services,
    owns: [endpointSlices],
    watches: [watch({ kind: pods, map: selecting })],
    concurrency: 8,
    reconcile: (name, context) =>
      reconcileEndpointSlices(name, { ...context, recorder: recorder('endpoint-slice-controller') }),
  });
}
