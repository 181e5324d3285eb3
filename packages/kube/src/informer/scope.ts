import type { Scope } from '../client/contract.ts';
import type { KubeObject, ResourceType } from '../object.ts';
import { matchesSelector, parseSelector } from '../selector.ts';

/** One name per kind and scope: who asks for the same shares the informer. */
export const scopeKey = (type: ResourceType, scope: Scope): string =>
  JSON.stringify([kindKey(type), scope.namespace, scope.labelSelector, scope.fieldSelector]);

export const kindKey = ({ group, version, resource }: ResourceType): string =>
  `${group}/${version}/${resource}`;

/** Whether an object is in a scope. */
export function covers({ namespace, labelSelector, fieldSelector }: Scope, object: KubeObject): boolean {
  const { metadata } = object;
  if (namespace !== undefined && metadata.namespace !== namespace) return false;
  const labels = typeof labelSelector === 'string' ? parseSelector(labelSelector) : labelSelector;
  if (labels !== undefined && !matchesSelector(labels, metadata.labels)) return false;
  return (fieldSelector ?? '').split(',').every((part) => part === '' || meetsField(part, object));
}

/** `spec.nodeName=a` or `metadata.name!=b`: the fields that servers select by are plain members. */
function meetsField(part: string, object: KubeObject): boolean {
  const [, path, operator, value] = /^([\w.]+)\s*(==?|!=)(.*)$/.exec(part) ?? [];
  if (path === undefined) throw new SyntaxError(`not a field requirement: ${JSON.stringify(part)}`);
  const held = path.split('.').reduce<unknown>(memberOf, object) ?? '';
  const text = typeof held === 'string' ? held : JSON.stringify(held);
  return (text === value) === (operator !== '!=');
}

const memberOf = (value: unknown, name: string): unknown =>
  (value as Readonly<Record<string, unknown>> | null | undefined)?.[name];
