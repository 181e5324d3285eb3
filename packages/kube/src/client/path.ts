import type { ObjectName } from '../name.ts';
import type { ResourceType } from '../object.ts';
import { renderSelector } from '../selector.ts';
import type { RawRequest, Scope } from './contract.ts';

/** The URL path of a kind's collection: of one namespace, or of all. */
export function collectionPath(type: ResourceType, namespace?: string): string {
  const root = type.group === '' ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`;
  const within = type.namespaced && namespace !== undefined ? `/namespaces/${encode(namespace)}` : '';
  return `${root}${within}/${type.resource}`;
}

/** The URL path of one object, or of its subresource. */
export function objectPath(type: ResourceType, name: ObjectName, subresource?: string): string {
  if (name.name === '') throw new TypeError(`a ${type.kind} is named by an empty name`);
  if (type.namespaced && !name.namespace) {
    throw new TypeError(`${type.kind} ${name.name} needs a namespace`);
  }
  const path = `${collectionPath(type, name.namespace)}/${encode(name.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** A query without the question mark. */
export function renderQuery(query: RawRequest['query'] = {}): string {
  return Object.entries(query)
    .flatMap(([name, value]) => [value ?? []].flat().map((each) => `${name}=${encode(String(each))}`))
    .join('&');
}

/** The query parameters that narrow a collection. */
export const scopeQuery = ({ labelSelector, fieldSelector }: Scope): NonNullable<RawRequest['query']> => ({
  labelSelector:
    typeof labelSelector === 'object' ? renderSelector(labelSelector) : labelSelector || undefined,
  fieldSelector: fieldSelector || undefined,
});

const encode = encodeURIComponent;
