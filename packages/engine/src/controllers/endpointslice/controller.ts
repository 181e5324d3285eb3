import {
  type Controller,
  endpointSlices,
  nodes,
  type Pod,
  pods,
  services,
  startController,
  watch,
} from '@fairlead/kube';
import type { StartOptions } from '../start.ts';
import { declareIndexes, selectingServices } from './indexes.ts';
import { reconcileEndpointSlices } from './reconcile.ts';

export function startEndpointSliceController({ cache, recorder, onPass }: StartOptions): Controller {
  declareIndexes(cache);
  // Asked for here so that it is there when the first pod is placed.
  cache.informer(nodes);
  return startController({
    name: 'endpointslice-controller',
    cache,
    ...(onPass && { onPass }),
    for: services,
    owns: [endpointSlices],
    watches: [watch({ kind: pods, map: (pod: Pod) => selectingServices(pod, cache) })],
    concurrency: 8,
    reconcile: (name, context) =>
      reconcileEndpointSlices(name, { ...context, recorder: recorder('endpoint-slice-controller') }),
  });
}
