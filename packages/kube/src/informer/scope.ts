import type { Scope } from '../client/contract.ts';
import type { KubeObject, ResourceType } from '../object.ts';
import { matchesSelector } from '../selector.ts';

/** One name per kind and scope: who asks for the same shares the informer. */
export const scopeKey = (type: ResourceType, scope: Scope): string =>
  JSON.stringify([kindKey(type), scope.namespace, scope.labelSelector, scope.fieldSelector]);

export const kindKey = ({ group, version, resource }: ResourceType): string =>
  `${group}/${version}/${resource}`;

/** Whether an object is in a scope; `undefined` when only the server can tell. */
export function covers(scope: Scope, object: KubeObject): boolean | undefined {
  if (scope.namespace !== undefined && object.metadata.namespace !== scope.namespace) return false;
  if (scope.fieldSelector !== undefined || typeof scope.labelSelector === 'string') return undefined;
  return scope.labelSelector === undefined || matchesSelector(scope.labelSelector, object.metadata.labels);
}
