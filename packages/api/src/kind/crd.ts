import type { TSchema } from 'typebox';
import type { KindDefinition } from './define.ts';

/** A CustomResourceDefinition as a plain object, ready to be applied. */
export interface CustomResourceDefinition {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: { readonly name: string };
  readonly spec: { readonly [key: string]: unknown };
}

type Node = { readonly [key: string]: unknown };

// TypeBox marks and JSON Schema words that a structural schema may not have (Kubernetes,
// "Specifying a structural schema").
const dropped = new Set([
  'required',
  'properties',
  'items',
  'patternProperties',
  'additionalProperties',
  'enum',
]);

const isRecord = (node: Node): boolean => node['patternProperties'] !== undefined;

const recordValues = (node: Node): Node =>
  Object.values(node['patternProperties'] as Record<string, Node>)[0] ?? {};

const keywords = (node: Node): Node =>
  Object.fromEntries(Object.entries(node).filter(([word]) => !dropped.has(word) && !word.startsWith('~')));

const structuralParts = (node: Node): Node => {
  if (node['enum'] !== undefined) return { type: 'string', enum: node['enum'] };
  if (isRecord(node)) return { type: 'object', additionalProperties: structural(recordValues(node)) };
  if (node['properties'] !== undefined) {
    const properties = Object.entries(node['properties'] as Record<string, Node>);
    return {
      properties: Object.fromEntries(properties.map(([name, child]) => [name, structural(child)])),
      ...((node['required'] as string[] | undefined)?.length ? { required: node['required'] } : {}),
    };
  }
  return node['items'] === undefined ? {} : { items: structural(node['items'] as Node) };
};

const structural = (node: Node): Node => ({ ...keywords(node), ...structuralParts(node) });

const schemaOf = (kind: KindDefinition<TSchema, TSchema, string, string>): Node => ({
  type: 'object',
  description: kind.description,
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    spec: structural(kind.spec as unknown as Node),
    status: structural(kind.status as unknown as Node),
  },
});

/** The CRD of a kind (Kubernetes API, apiextensions.k8s.io/v1). */
export const crdOf = (kind: KindDefinition<TSchema, TSchema, string, string>): CustomResourceDefinition => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${kind.resource}.${kind.group}` },
  spec: {
    group: kind.group,
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    names: {
      kind: kind.kind,
      listKind: `${kind.kind}List`,
      plural: kind.resource,
      singular: kind.singular,
      ...(kind.shortNames.length > 0 ? { shortNames: kind.shortNames } : {}),
      ...(kind.categories ? { categories: kind.categories } : {}),
    },
    versions: [
      {
        name: kind.version,
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: kind.columns,
        schema: { openAPIV3Schema: schemaOf(kind) },
      },
    ],
  },
});
