import type { Endpoints, Service } from '@fairlead/kube';
import { headlessLabel } from '../endpointslice/names.ts';

const managedByLabel = 'endpoints.kubernetes.io/managed-by';
export const overCapacityAnnotation = 'endpoints.kubernetes.io/over-capacity';

/** Once written by who leads several: such an object belongs to no Service. */
export const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader';

/** The Service's own labels and the two that say what this is. */
export function endpointsLabels({ metadata, spec }: Service): Readonly<Record<string, string>> {
  const { [headlessLabel]: _, ...labels } = metadata.labels ?? {};
  const isHeadless = spec.clusterIP === undefined || spec.clusterIP === '' || spec.clusterIP === 'None';
  return {
    ...labels,
    ...(isHeadless ? { [headlessLabel]: '' } : {}),
    [managedByLabel]: MANAGER,
  };
}

const MANAGER = 'endpoint-controller';

/** Written for a Service by this controller, and not by somebody by hand. */
export const isManaged = ({ metadata }: Endpoints): boolean => metadata.labels?.[managedByLabel] === MANAGER;
