import {
  type Cache,
  endpointSlices,
  matchesSelector,
  type ObjectName,
  type Pod,
  pods,
  type Service,
  services,
} from '@fairlead/kube';
import { serviceNameLabel } from './names.ts';

/**
 * A Service finds its pods, and a pod its Services, by one label instead of by looking at all: with
 * thousands of apps in a namespace a readiness change still costs a handful of look-ups.
 */
export const podsByLabel = 'label';
export const slicesByService = 'service';
const servicesByLabel = 'selected-label';

export function declareIndexes(cache: Cache): void {
  cache.informer(pods).index(podsByLabel, pairsOf);
  cache.informer(services).index(servicesByLabel, ({ metadata, spec }) =>
    // Any one of its labels will do: a pod of the Service has them all.
    Object.entries(spec.selector ?? {})
      .slice(0, 1)
      .map(([key, value]) => `${metadata.namespace}/${key}=${value}`),
  );
  cache.informer(endpointSlices).index(slicesByService, ({ metadata }) => {
    const service = metadata.labels?.[serviceNameLabel];
    return service === undefined ? [] : [`${metadata.namespace}/${service}`];
  });
}

/** The Services that select a pod. */
export const selectingServices = (pod: Pod, cache: Cache): readonly ObjectName[] =>
  servicesNear(pod, cache)
    .filter(({ spec }) => matchesSelector({ matchLabels: spec.selector ?? {} }, pod.metadata.labels))
    .map(({ metadata }) => metadata);

/** Services that may select this pod: all that do, and few others. */
const servicesNear = (pod: Pod, cache: Cache): readonly Service[] =>
  pairsOf(pod).flatMap((pair) => cache.informer(services).byIndex(servicesByLabel, pair));

const pairsOf = ({ metadata }: Pod): readonly string[] =>
  Object.entries(metadata.labels ?? {}).map(([key, value]) => `${metadata.namespace}/${key}=${value}`);
