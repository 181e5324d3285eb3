import type { ResourceDefinition } from '../schema/definition.ts';

/**
 * Versions that Kubernetes converts from and to another one with fields of other names. Until there are such
 * conversions they are refused by name: stored as they are they would be half of the truth.
 */
const UNSERVED: Readonly<Record<string, string>> = {
  'autoscaling/v1/horizontalpodautoscalers': 'autoscaling/v1 (use autoscaling/v2)',
  'events.k8s.io/v1/events': 'events.k8s.io/v1 (use the events of v1)',
};

/** How a version is named when it is refused; undefined for one that is served. */
export const unservedName = (group: string, version: string, resource: string): string | undefined =>
  UNSERVED[`${group}/${version}/${resource}`];

/** The same kind without the versions that are not served. */
export const withoutUnserved = (definition: ResourceDefinition): ResourceDefinition => ({
  ...definition,
  versions: definition.versions.map((version) =>
    unservedName(definition.group, version.version, definition.resource) === undefined
      ? version
      : { ...version, served: false },
  ),
});
