import type { ResourceDefinition, ResourceVersion } from '../schema/definition.ts';
import { type RuleBook, type Rules, rulesOf } from './rules.ts';

/** A resource in one of its versions, with what the verbs would else compute for each request. */
export interface ServedResource {
  readonly definition: ResourceDefinition;
  readonly version: ResourceVersion;
  /** `v1`, `apps/v1`. */
  readonly apiVersion: string;
  /** The version in which objects are stored; equal to `apiVersion` nearly always. */
  readonly storageVersion: string;
  /** Of a version that is converted: what it is converted to, with the rules of the version itself. */
  readonly stored?: ServedResource;
  /** All keys of this resource begin so: `/apps/deployments/`. */
  readonly keyPrefix: string;
  /** What the kind asks for beyond its structure. */
  readonly rules: Rules;
}

/** The kinds that are served now: built-in ones, and those that CustomResourceDefinitions add at run time. */
export interface Registry {
  find(group: string, version: string, resource: string): ServedResource | undefined;
  definition(group: string, resource: string): ResourceDefinition | undefined;
  all(): Iterable<ResourceDefinition>;
  /** Adds or replaces. */
  add(definition: ResourceDefinition): void;
  remove(group: string, resource: string): void;
  /** Rises with every change: what is derived from the kinds (discovery, OpenAPI) is kept until then. */
  readonly edition: number;
}

export const createRegistry = (definitions: Iterable<ResourceDefinition>, rules: RuleBook): Registry => {
  const kinds = new Map<string, ResourceDefinition>();
  const served = new Map<string, ServedResource>();
  let edition = 0;
  const registry: Registry = {
    find: (group, version, resource) => served.get(`${group}/${version}/${resource}`),
    definition: (group, resource) => kinds.get(`${group}/${resource}`),
    all: () => kinds.values(),
    add(definition) {
      registry.remove(definition.group, definition.resource);
      kinds.set(`${definition.group}/${definition.resource}`, definition);
      for (const one of servedVersions(definition, rules)) {
        served.set(`${definition.group}/${one.version.version}/${definition.resource}`, one);
      }
      edition++;
    },
    remove(group, resource) {
      const known = kinds.get(`${group}/${resource}`);
      if (known === undefined) return;
      kinds.delete(`${group}/${resource}`);
      for (const { version } of known.versions) served.delete(`${group}/${version}/${resource}`);
      edition++;
    },
    get edition() {
      return edition;
    },
  };
  for (const definition of definitions) registry.add(definition);
  return registry;
};

const servedVersions = (definition: ResourceDefinition, rules: RuleBook): ServedResource[] => {
  const home = definition.storedAs ?? definition;
  const storage = home.versions.find((version) => version.storage) ?? home.versions[0];
  return definition.versions
    .filter((version) => version.served)
    .map((version) => {
      const stored = storage ?? version;
      const apiVersion = apiVersionOf(home.group, stored.version);
      const shared = {
        storageVersion: apiVersion,
        keyPrefix: keyPrefixOf(home.group, home.resource),
        rules: rulesOf(rules, definition),
      };
      return {
        ...shared,
        definition: inVersion(definition, version),
        version,
        apiVersion: apiVersionOf(definition.group, version.version),
        ...(version.conversion && {
          stored: { ...shared, definition: home, version: stored, apiVersion },
        }),
      };
    });
};

/** A kind as one of its versions has it. */
export const inVersion = (definition: ResourceDefinition, { own }: ResourceVersion): ResourceDefinition =>
  own === undefined ? definition : { ...withoutScale(definition), ...own };

const withoutScale = ({ scale: _scale, ...definition }: ResourceDefinition): ResourceDefinition => definition;

export const apiVersionOf = (group: string, version: string): string =>
  group === '' ? version : `${group}/${version}`;

export const keyPrefixOf = (group: string, resource: string): string =>
  `/${group === '' ? 'core' : group}/${resource}/`;

/** The store's key of one object; `namespace` is empty for what is not in one. */
export const keyOf = (prefix: string, namespace: string, name: string): string =>
  `${prefix}${namespace}/${name}`;
