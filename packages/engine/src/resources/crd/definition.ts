import type { KubeObject } from '@fairlead/kube';
import { parseCrdSchema } from '../../schema/crd-schema.ts';
import type { PrinterColumn, ResourceDefinition, ResourceVersion } from '../../schema/definition.ts';
import type { Schema } from '../../schema/structural.ts';
import { compareApiVersions } from '../api-version.ts';

/** apiextensions.k8s.io/v1 CustomResourceDefinition, as much as the engine reads. */
export interface Crd extends KubeObject {
  readonly spec: CrdSpec;
  readonly status?: CrdStatus;
}

export interface CrdSpec {
  readonly group: string;
  readonly names: CrdNames;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly versions: readonly CrdVersion[];
  readonly conversion?: { readonly strategy?: string; readonly webhook?: CrdWebhook };
  readonly preserveUnknownFields?: boolean;
}

interface CrdWebhook {
  readonly clientConfig?: object;
  readonly conversionReviewVersions?: readonly string[];
}

export interface CrdNames {
  readonly plural: string;
  readonly singular?: string;
  readonly kind: string;
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

export interface CrdVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema?: { readonly openAPIV3Schema?: unknown };
  readonly subresources?: {
    readonly status?: object;
    readonly scale?: {
      readonly specReplicasPath: string;
      readonly statusReplicasPath: string;
      readonly labelSelectorPath?: string;
    };
  };
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
}

export interface CrdCondition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

export interface CrdStatus {
  readonly conditions?: readonly CrdCondition[];
  readonly acceptedNames?: CrdNames;
  readonly storedVersions?: readonly string[];
}

const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

/** The kind that a definition adds. Its schema is parsed on first use. */
export const definitionOf = (crd: Crd): ResourceDefinition => {
  const { group, scope, versions } = crd.spec;
  const names = completeNames(crd.spec.names);
  const storage = versions.find((one) => one.storage) ?? versions[0];
  const going = crd.metadata.deletionTimestamp !== undefined;
  return {
    group,
    kind: names.kind,
    listKind: names.listKind,
    resource: names.plural,
    singular: names.singular,
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: scope === 'Namespaced',
    versions: [...versions]
      .sort((a, b) => compareApiVersions(a.name, b.name))
      .map((version) => versionOf(version, crd)),
    verbs: VERBS,
    ...(going && { ending: true }),
    ...ownParts(storage),
    since: Number(crd.metadata.resourceVersion ?? 0),
    origin: 'custom',
    generation: true,
  };
};

/** The names that may be left out follow from the kind. */
export const completeNames = (
  names: CrdNames,
): Required<Pick<CrdNames, 'singular' | 'listKind'>> & CrdNames => ({
  ...names,
  singular: names.singular || (names.kind ?? '').toLowerCase(),
  listKind: names.listKind || (names.kind ? `${names.kind}List` : ''),
});

const ownParts = (version: CrdVersion | undefined): NonNullable<ResourceVersion['own']> => ({
  status: version?.subresources?.status !== undefined,
  ...(version?.subresources?.scale && { scale: version.subresources.scale }),
  fieldSelectors: Object.fromEntries(
    (version?.selectableFields ?? []).map(({ jsonPath }) => [jsonPath.replace(/^\./, ''), jsonPath]),
  ),
});

const versionOf = (version: CrdVersion, crd: Crd): ResourceVersion => {
  let schema: Schema | undefined;
  return {
    version: version.name,
    served: version.served,
    storage: version.storage,
    schema() {
      const parsed = schema ?? parseCrdSchema(version.schema?.openAPIV3Schema).schema;
      schema = parsed;
      return parsed;
    },
    own: ownParts(version),
    ...(version.additionalPrinterColumns && { columns: version.additionalPrinterColumns }),
    ...(version.deprecated && {
      deprecation: version.deprecationWarning ?? deprecationOf(version, crd.spec),
    }),
  };
};

/** Names the best version to use instead, where there is a better one. */
const deprecationOf = ({ name }: CrdVersion, { group, names, versions }: CrdSpec): string => {
  const better = versions
    .filter((one) => one.served && !one.deprecated && compareApiVersions(one.name, name) < 0)
    .sort((a, b) => compareApiVersions(a.name, b.name));
  const words = `${group}/${name} ${names.kind} is deprecated`;
  return better[0] === undefined ? words : `${words}; use ${group}/${better[0].name} ${names.kind}`;
};
