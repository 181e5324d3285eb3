import {
  type Controller,
  type EndpointSlice,
  endpointSlices,
  endpoints,
  type ObjectName,
  services,
  startController,
  watch,
} from '@fairlead/kube';
import { declareIndexes } from '../endpointslice/indexes.ts';
import { managedByLabel, serviceNameLabel } from '../endpointslice/names.ts';
import { isSelecting } from '../endpointslice/selection.ts';
import type { StartOptions } from '../start.ts';
import { managedBy } from './children.ts';
import { reconcileMirrors } from './reconcile.ts';

export function startEndpointSliceMirroring({ cache, recorder, onPass }: StartOptions): Controller {
  declareIndexes(cache);
  const own = ({ metadata: { namespace, labels = {} } }: EndpointSlice): readonly ObjectName[] => {
    const name = labels[serviceNameLabel];
    return labels[managedByLabel] === managedBy && name !== undefined ? [{ namespace, name }] : [];
  };
  return startController({
    name: 'endpointslicemirroring-controller',
    cache,
    ...(onPass && { onPass }),
    for: endpoints,
    watches: [
      watch({
        kind: services,
        map: ({ metadata }) => [metadata],
        // What a Service with a selector has is written by others, and then nothing is to be done.
        when: ({ before, after }) => [before, after].some((service) => service && !isSelecting(service)),
      }),
      watch({ kind: endpointSlices, map: own }),
    ],
    concurrency: 5,
    reconcile: (name, context) =>
      reconcileMirrors(name, { ...context, recorder: recorder('endpoint-slice-mirroring-controller') }),
  });
}
