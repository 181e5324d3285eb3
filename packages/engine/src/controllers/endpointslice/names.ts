import type { Service } from '@fairlead/kube';

export const serviceNameLabel = 'kubernetes.io/service-name';
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
/** Slices with this value are ours; a person's or another controller's are left alone. */
export const managedBy = 'endpointslice-controller.k8s.io';
export const headlessLabel = 'service.kubernetes.io/headless';

/** The API appends five characters. */
export const sliceNamePrefix = ({ metadata }: Service): string => `${metadata.name}-`;

const reserved: ReadonlySet<string> = new Set([serviceNameLabel, managedByLabel, headlessLabel]);

/** A slice carries its Service's labels and the three that say what it is. */
export function sliceLabels({ metadata, spec }: Service): Readonly<Record<string, string>> {
  const inherited = Object.entries(metadata.labels ?? {}).filter(([key]) => !reserved.has(key));
  return {
    ...Object.fromEntries(inherited),
    [serviceNameLabel]: metadata.name,
    [managedByLabel]: managedBy,
    ...(spec.clusterIP === 'None' ? { [headlessLabel]: '' } : {}),
  };
}
