import type { KubeResponse } from '@fairlead/kube';
import type { Registry, ServedResource } from '../resources/registry.ts';
import { failure, methodNotAllowed, notFound } from './errors.ts';
import { respondText } from './respond.ts';
import type { ObjectPath } from './route.ts';

/** What no part of the server knows of. */
export const noSuchPath = (): KubeResponse => respondText('404 page not found\n', 404);

/**
 * Nothing is served at this address of a group. Built-in groups know all that there is in them and say so with a
 * Status; elsewhere a kind may yet come, and the address is one like any other.
 */
export const noSuchResource = (registry: Registry, group: string): KubeResponse => {
  if (!isBuiltin(registry, group)) return noSuchPath();
  throw failure({
    code: 404,
    reason: 'NotFound',
    message: 'the server could not find the requested resource',
    details: {},
  });
};

const isBuiltin = (registry: Registry, group: string): boolean =>
  [...registry.all()].some((one) => one.group === group && one.origin === 'builtin');

/** A part that this kind does not have. Of a custom resource it is as if the object were not there. */
export const noSuchPart = (registry: Registry, resource: ServedResource, path: ObjectPath): KubeResponse => {
  if (resource.definition.origin === 'builtin') return noSuchResource(registry, path.group);
  throw notFound({ group: path.group, resource: path.resource, name: path.name });
};

/**
 * A name without a namespace, or a namespace for what has none, is no address of anything; a collection over all
 * namespaces can only be read.
 */
export const misplaced = (
  registry: Registry,
  { definition }: ServedResource,
  { path, method }: { readonly path: ObjectPath; readonly method: string },
): KubeResponse | undefined => {
  const { namespaced, origin } = definition;
  if (!namespaced) return path.namespace === '' ? undefined : noSuchResource(registry, path.group);
  if (path.namespace !== '') return undefined;
  if (path.name !== '') return noSuchResource(registry, path.group);
  if (method === 'GET' || method === 'HEAD') return undefined;
  if (origin === 'custom') return noSuchPath();
  throw methodNotAllowed();
};
