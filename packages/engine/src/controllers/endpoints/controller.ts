import { type Controller, endpoints, type Pod, pods, services, startController, watch } from '@fairlead/kube';
import { declareIndexes, selectingServices } from '../endpointslice/indexes.ts';
import type { StartOptions } from '../start.ts';
import { reconcileEndpoints } from './reconcile.ts';

export function startEndpointsController({ cache, recorder, onPass }: StartOptions): Controller {
  declareIndexes(cache);
  const controller = startController({
    name: 'endpoint-controller',
    cache,
    ...(onPass && { onPass }),
    for: services,
    watches: [
      watch({ kind: pods, map: (pod: Pod) => selectingServices(pod, cache) }),
      // Not when they come: a person may make them before their Service.
      watch({
        kind: endpoints,
        map: ({ metadata }) => [metadata],
        when: ({ before }) => before !== undefined,
      }),
    ],
    concurrency: 5,
    reconcile: (name, context) =>
      reconcileEndpoints(name, { ...context, recorder: recorder('endpoint-controller') }),
  });
  // A Service may have gone while nobody watched.
  const sweep = (): void => {
    for (const { metadata } of cache.informer(endpoints).list()) controller.enqueue(metadata);
  };
  controller.ready.then(sweep, () => {}); // Closed before that.
  return controller;
}
