import { createHash } from 'node:crypto';
import type { KubeRequest, KubeResponse } from '@fairlead/kube';
import { apiVersionOf, inVersion, type Registry } from '../resources/registry.ts';
import type { ResourceDefinition } from '../schema/definition.ts';
import { servedParts } from './parts.ts';
import { JSON_HEADERS, respondValue } from './respond.ts';
import type { Route } from './route.ts';
import { compareApiVersions } from '../resources/api-version.ts';

/** `/api`, `/apis` and what lies under them without naming a resource. Undefined: no such group or version. */
export const discover = (
  registry: Registry,
  given: { readonly request: KubeRequest; readonly route: Route },
): KubeResponse | undefined => {
  const { request, route } = given;
  switch (route.to) {
    case 'core':
      return wantsAggregated(request) ? aggregated(registry, request, isCore) : respondValue(coreVersions);
    case 'groups':
      return wantsAggregated(request)
        ? aggregated(registry, request, isNamed)
        : respondValue(groupList(registry));
    case 'group': {
      const group = groupsOf(registry).find(({ name }) => name === route.group);
      return group && respondValue({ kind: 'APIGroup', apiVersion: 'v1', ...groupValue(group) });
    }
    case 'resources':
      return resourceList(registry, route.group, route.version);
    default:
      return undefined;
  }
};

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** The one answer that spares a client a request per group (KEP-3352). */
const wantsAggregated = ({ headers }: KubeRequest): boolean =>
  (headers.accept ?? '').split(',').some((type) => isAggregatedType(type));

const isAggregatedType = (type: string): boolean => {
  const parts = type.split(';').map((part) => part.trim());
  return (
    parts[0] === 'application/json' &&
    parts.includes('g=apidiscovery.k8s.io') &&
    parts.includes('v=v2') &&
    parts.includes('as=APIGroupDiscoveryList')
  );
};

interface Group {
  readonly name: string;
  /** The preferred one first. */
  readonly versions: readonly string[];
  readonly definitions: readonly ResourceDefinition[];
}

const isCore = ({ name }: Group): boolean => name === '';
const isNamed = ({ name }: Group): boolean => name !== '';

const groupsOf = (registry: Registry): Group[] => {
  const groups = new Map<string, ResourceDefinition[]>();
  for (const definition of registry.all()) {
    const known = groups.get(definition.group);
    if (known === undefined) groups.set(definition.group, [definition]);
    else known.push(definition);
  }
  return [...groups]
    .map(([name, definitions]) => ({ name, definitions, versions: versionsOf(definitions) }))
    .filter(({ versions }) => versions.length > 0)
    .sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
};

/** Built-in groups come before those of custom resources: a short name means the built-in kind first. */
const rank = ({ definitions }: Group): number =>
  definitions.some(({ origin }) => origin === 'builtin') ? 0 : 1;

const versionsOf = (definitions: readonly ResourceDefinition[]): string[] => {
  const served = definitions.flatMap(({ versions }) => versions.filter((one) => one.served));
  return [...new Set(served.map(({ version }) => version))].sort(compareApiVersions);
};

const coreVersions = {
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1' }],
};

const groupList = (registry: Registry) => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: groupsOf(registry).filter(isNamed).map(groupValue),
});

const groupValue = ({ name, versions }: Group) => {
  const entries = versions.map((version) => ({ groupVersion: apiVersionOf(name, version), version }));
  return { name, versions: entries, preferredVersion: entries[0] };
};

const resourceList = (registry: Registry, group: string, version: string): KubeResponse | undefined => {
  const found = groupsOf(registry).find(({ name }) => name === group);
  if (!found?.versions.includes(version)) return undefined;
  return respondValue({
    kind: 'APIResourceList',
    ...(group !== '' && { apiVersion: 'v1' }),
    groupVersion: apiVersionOf(group, version),
    resources: servedIn(found, version).flatMap((definition) => plainResources(definition)),
  });
};

const servedIn = ({ definitions }: Group, version: string): ResourceDefinition[] =>
  definitions
    .flatMap((definition) =>
      definition.versions
        .filter((one) => one.version === version && one.served)
        .map((one) => inVersion(definition, one)),
    )
    .sort((a, b) => (a.resource < b.resource ? -1 : 1));

const plainResources = (definition: ResourceDefinition) => [
  {
    name: definition.resource,
    singularName: definition.singular,
    namespaced: definition.namespaced,
    kind: definition.kind,
    verbs: definition.verbs,
    ...(definition.shortNames.length > 0 && { shortNames: definition.shortNames }),
    ...(definition.categories.length > 0 && { categories: definition.categories }),
  },
  ...servedParts(definition).map(({ name, group, version, kind, verbs }) => ({
    name: `${definition.resource}/${name}`,
    singularName: '',
    namespaced: definition.namespaced,
    ...(group !== definition.group && { group, version }),
    kind,
    verbs,
  })),
];

const aggregated = (
  registry: Registry,
  request: KubeRequest,
  wanted: (group: Group) => boolean,
): KubeResponse => {
  const items = groupsOf(registry).filter(wanted).map(aggregatedGroup);
  const value = { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
  const etag = `"${createHash('sha512').update(JSON.stringify(value)).digest('hex').toUpperCase()}"`;
  const headers = { 'content-type': AGGREGATED, etag, vary: 'Accept', 'cache-control': 'public' };
  if (request.headers['if-none-match'] === etag) {
    return { status: 304, headers: { ...JSON_HEADERS, ...headers }, body: { kind: 'empty' } };
  }
  return respondValue(value, 200, headers);
};

const aggregatedGroup = (group: Group) => ({
  metadata: { ...(group.name !== '' && { name: group.name }), creationTimestamp: null },
  versions: group.versions.map((version) => ({
    version,
    resources: servedIn(group, version).map((definition) => aggregatedResource(definition, version)),
    freshness: 'Current',
  })),
});

const aggregatedResource = (definition: ResourceDefinition, version: string) => ({
  resource: definition.resource,
  responseKind: { group: definition.group, version, kind: definition.kind },
  scope: definition.namespaced ? 'Namespaced' : 'Cluster',
  singularResource: definition.singular,
  verbs: definition.verbs,
  ...(definition.shortNames.length > 0 && { shortNames: definition.shortNames }),
  ...(definition.categories.length > 0 && { categories: definition.categories }),
  ...(servedParts(definition).length > 0 && {
    subresources: servedParts(definition).map(({ name, verbs, ...part }) => ({
      subresource: name,
      responseKind: {
        group: part.group,
        version: part.group === definition.group ? version : part.version,
        kind: part.kind,
      },
      verbs,
    })),
  }),
});
