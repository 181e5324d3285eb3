import { pathSteps, withDefault } from './builtin-contextual.ts';
import { completeDefaults } from './builtin-defaults.ts';
import { builtinType, readGenerated } from './builtin-types.ts';
import { conversionOf, conversionRules } from './conversion/conversion.ts';
import type { PrinterColumn, ResourceDefinition, ResourceVersion, Subresource } from './definition.ts';
import type { Schema } from './structural.ts';

/** One line of generated/resources.json: one version of a resource. */
interface ResourceRow {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind?: string;
  /** Name in generated/types.json. */
  readonly type: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  readonly storage: boolean;
  readonly verbs: readonly string[];
  readonly generation?: boolean;
  readonly createOnUpdate?: boolean;
  readonly unconditionalUpdate?: boolean;
  readonly orphanByDefault?: boolean;
  readonly answersDeleted?: boolean;
  readonly keepsStatus?: boolean;
  readonly annotationsCount?: boolean;
  readonly resetFields?: readonly string[];
  readonly statusResetFields?: readonly string[];
  readonly fieldSelectors?: Readonly<Record<string, string>>;
  readonly scale?: ResourceDefinition['scale'];
  readonly subresources?: readonly Subresource[];
  readonly columns?: readonly PrinterColumn[];
}

const STATUS_KEEPS = ['labels', 'ownerReferences'] as const;

type ContextualDefaults = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

let definitions: readonly ResourceDefinition[] | undefined;
let contextual: ContextualDefaults | undefined;

/**
 * Every resource that a kube-apiserver 1.34 serves by default, also those that are only posted
 * (reviews, bindings: their verbs are `create` alone). Read on the first call; a resource's
 * structure on the first use of its `schema()`.
 */
export function builtinResources(): readonly ResourceDefinition[] {
  definitions ??= definitionsOf(readGenerated('resources.json') as readonly ResourceRow[]);
  return definitions;
}

function definitionsOf(rows: readonly ResourceRow[]): readonly ResourceDefinition[] {
  const byType = new Map(rows.map((row) => [row.type, row]));
  const made = new Map<string, ResourceDefinition>();
  for (const [name, own] of Map.groupBy(rows, nameOf)) {
    const versions = own.map((row) => ({ row, stored: byType.get(conversionRules[row.type]?.stored ?? '') }));
    const home = versions.map(({ stored }) => stored && nameOf(stored)).find((other) => other !== name);
    const storedAs = made.get(home ?? '');
    made.set(name, { ...definitionOf(versions), ...(storedAs && { storedAs }) });
  }
  return [...made.values()];
}

const nameOf = ({ group, resource }: ResourceRow): string => `${group}/${resource}`;

/** A version, and the one that it is converted to. */
interface Converted {
  readonly row: ResourceRow;
  readonly stored: ResourceRow | undefined;
}

function definitionOf(versions: readonly Converted[]): ResourceDefinition {
  const first = versions.find(({ row }) => row.storage) ?? versions[0];
  if (first === undefined) throw new Error('a resource without versions');
  const { row: main } = first;
  return {
    group: main.group,
    kind: main.kind,
    listKind: main.listKind ?? `${main.kind}List`,
    resource: main.resource,
    singular: main.singular,
    shortNames: main.shortNames ?? [],
    categories: main.categories ?? [],
    namespaced: main.namespaced,
    versions: [first, ...versions.filter((one) => one !== first)].map(versionOf),
    verbs: main.verbs,
    status: main.subresources?.some(({ name }) => name === 'status') ?? false,
    ...(main.scale !== undefined && { scale: main.scale }),
    fieldSelectors: selectorsOf(main),
    origin: 'builtin',
    createOnUpdate: main.createOnUpdate ?? false,
    unconditionalUpdate: main.unconditionalUpdate ?? false,
    generation: main.generation ?? false,
    orphanByDefault: main.orphanByDefault ?? false,
    answersDeleted: main.answersDeleted ?? false,
    keepsStatus: main.keepsStatus ?? false,
    annotationsCount: main.annotationsCount ?? false,
    statusKeeps: STATUS_KEEPS.filter((field) => main.statusResetFields?.includes(`.metadata.${field}`)),
    subresources: main.subresources ?? [],
  };
}

/** By where the fields are in what is stored. */
const selectorsOf = ({ type, fieldSelectors = {} }: ResourceRow): ResourceDefinition['fieldSelectors'] => {
  const at = conversionRules[type]?.fieldStored;
  if (at === undefined) return fieldSelectors;
  return Object.fromEntries(Object.entries(fieldSelectors).map(([name, path]) => [name, at(path)]));
};

/** Kubernetes says it in the lifecycle of the types, which is in no description of them. */
const DEPRECATIONS: Readonly<Record<string, string>> = {
  'core.v1.ComponentStatus': 'v1 ComponentStatus is deprecated in v1.19+',
  'core.v1.Endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
};

function versionOf({ row, stored }: Converted): ResourceVersion {
  let known: Schema | undefined;
  const schema = (): Schema => {
    known ??= undecided(row.type);
    return known;
  };
  const complete = completeDefaults(row.type, schema);
  const deprecation = DEPRECATIONS[row.type];
  const conversion = stored && conversionOf({ own: sideOf(row), stored: sideOf(stored) });
  return {
    version: row.version,
    served: true,
    storage: row.storage,
    schema,
    ...(row.columns !== undefined && { columns: row.columns }),
    ...(deprecation !== undefined && { deprecation }),
    ...(complete !== undefined && { completeDefaults: complete }),
    ...(conversion !== undefined && { conversion }),
  };
}

/** Without the defaults that a conversion decides: who probes a kind for defaults sees them as its own. */
const undecided = (type: string): Schema =>
  (conversionRules[type]?.decided ?? []).reduce<Schema>(
    (schema, path) => withDefault(schema, pathSteps(path), undefined),
    builtinKind(type),
  );

const sideOf = ({ group, version, type }: ResourceRow) => ({
  apiVersion: group === '' ? version : `${group}/${version}`,
  type,
  schema: () => builtinType(type),
});

/** The structure of a kind with the defaults that hold in it: `core.v1.Pod`, `policy.v1.Eviction`. */
export function builtinKind(type: string): Schema {
  contextual ??= readGenerated('defaults.json') as ContextualDefaults;
  const defaults = Object.entries(contextual[type] ?? {});
  return defaults.reduce<Schema>(
    (schema, [path, value]) => withDefault(schema, pathSteps(path), value),
    builtinType(type),
  );
}
