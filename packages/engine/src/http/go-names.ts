import type { ResourceDefinition } from '../schema/definition.ts';

/** Go's name for the JSON type of a value. */
export const goKindOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'bigint' ? 'number' : typeof value;
};

/** The type of Kubernetes' own that a kind is kept in: `core.ConfigMap`. Messages name it. */
export const internalType = ({ group, kind }: Pick<ResourceDefinition, 'group' | 'kind'>): string =>
  `${group === '' || group === 'events.k8s.io' ? 'core' : (group.split('.')[0] ?? '')}.${kind}`;

/** What an answer is in Go, whole lists included. */
export const answerType = (definition: ResourceDefinition, list: boolean): string => {
  if (definition.origin === 'custom') return `*unstructured.Unstructured${list ? 'List' : ''}`;
  return `*${internalType({ ...definition, kind: list ? definition.listKind : definition.kind })}`;
};
