import type { KubeObject, ResourceType } from '../object.ts';

/**
 * A resource type that also remembers, for the compiler only, what its objects look like. A custom
 * resource gets one by `kind<Widget>({ group, version, kind, resource, namespaced })`.
 */
export interface Kind<T extends KubeObject = KubeObject> extends ResourceType {
  /** Never present at run time. */
  readonly __object?: T;
}

/** Names the TypeScript type of a resource's objects. */
export const kind = <T extends KubeObject>(type: ResourceType): Kind<T> => type;

/** `v1`, `apps/v1`: the `apiVersion` of a kind's objects. */
export const apiVersionOf = (type: ResourceType): string =>
  type.group === '' ? type.version : `${type.group}/${type.version}`;
