import { createHash } from 'node:crypto';
import type { KubeRequest, KubeResponse } from '@fairlead/kube';
import { apiVersionOf, inVersion, type Registry, type ServedResource } from '../resources/registry.ts';
import type { ResourceDefinition } from '../schema/definition.ts';
import { servedParts } from './parts.ts';
import { parseDiscoveryAccept } from './accept.ts';
import { JSON_HEADERS, respondValue, respondYaml } from './respond.ts';
import type { Route } from './route.ts';
import { compareApiVersions } from '../resources/api-version.ts';

/** `/api`, `/apis` and what lies under them without naming a resource. Undefined: no such group or version. */
export const discover = (
  registry: Registry,
  given: { readonly request: KubeRequest; readonly route: Route },
): KubeResponse | Promise<KubeResponse> | undefined => {
  const { request, route } = given;
  switch (route.to) {
    case 'core':
      return answer(registry, request, { value: () => coreVersions, whole: isCore, routed: true });
    case 'groups':
      return answer(registry, request, { value: () => groupList(registry), whole: isNamed, routed: false });
    case 'group': {
      const group = groupsOf(registry).find(({ name }) => name === route.group);
      if (group === undefined) return undefined;
      const value = () => ({ kind: 'APIGroup', apiVersion: 'v1', ...groupValue(group) });
      return answer(registry, request, { value, routed: false });
    }
    case 'resources': {
      const group = groupsOf(registry).find(({ name }) => name === route.group);
      if (!group?.versions.includes(route.version)) return undefined;
      const value = () => resourceList(registry, group, route.version);
      return answer(registry, request, { value, routed: isBuiltin(group) });
    }
    default:
      return undefined;
  }
};

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** In the form that the client accepts: the one that spares it a request per group, or this address alone. */
const answer = (
  registry: Registry,
  request: KubeRequest,
  given: {
    readonly value: () => object;
    /** Which groups the other form is about. */
    readonly whole?: (group: Group) => boolean;
    readonly routed: boolean;
  },
): KubeResponse | Promise<KubeResponse> => {
  const { value, whole, routed } = given;
  const accepted = parseDiscoveryAccept(request.headers.accept, { whole: whole !== undefined, routed });
  if (accepted === 'whole') return aggregated(registry, request, whole ?? isNamed);
  return accepted.encoding === 'yaml' ? respondYaml(value(), 200) : respondValue(value());
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
const rank = (group: Group): number => (isBuiltin(group) ? 0 : 1);

const isBuiltin = ({ definitions }: Group): boolean => definitions.some(({ origin }) => origin === 'builtin');

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

const resourceList = (registry: Registry, group: Group, version: string): object => ({
  kind: 'APIResourceList',
  ...(group.name !== '' && { apiVersion: 'v1' }),
  groupVersion: apiVersionOf(group.name, version),
  resources: servedIn(group, version).flatMap((definition) =>
    plainResources(definition, registry.find(group.name, version, definition.resource)),
  ),
});

const servedIn = ({ definitions }: Group, version: string): ResourceDefinition[] =>
  definitions
    .flatMap((definition) =>
      definition.versions
        .filter((one) => one.version === version && one.served)
        .map((one) => inVersion(definition, one)),
    )
    .sort((a, b) => (a.resource < b.resource ? -1 : 1));

const plainResources = (definition: ResourceDefinition, resource: ServedResource | undefined) => [
  {
    name: definition.resource,
    singularName: definition.singular,
    namespaced: definition.namespaced,
    kind: definition.kind,
    verbs: definition.verbs,
    ...(definition.shortNames.length > 0 && { shortNames: definition.shortNames }),
    ...(definition.categories.length > 0 && { categories: definition.categories }),
    ...(resource !== undefined &&
      definition.verbs.includes('delete') && { storageVersionHash: storageHash(resource) }),
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

/** Changes when objects come to be stored in another version: for those who migrate them. */
const storageHash = ({ definition, storageVersion }: ServedResource): string => {
  const at = storageVersion.includes('/') ? storageVersion : `/${storageVersion}`;
  return createHash('sha256').update(`${at}/${definition.kind}`).digest().subarray(0, 8).toString('base64');
};

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Built-in kinds leave group and version empty where they are those around. */
const responseKind = ({ group, version, kind }: Kind, around: ResourceDefinition): Kind =>
  around.origin === 'builtin' && group === around.group
    ? { group: '', version: '', kind }
    : { group, version, kind };

const aggregatedResource = (definition: ResourceDefinition, version: string) => ({
  resource: definition.resource,
  responseKind: responseKind({ group: definition.group, version, kind: definition.kind }, definition),
  scope: definition.namespaced ? 'Namespaced' : 'Cluster',
  singularResource: definition.singular,
  verbs: definition.verbs,
  ...(definition.shortNames.length > 0 && { shortNames: definition.shortNames }),
  ...(definition.categories.length > 0 && { categories: definition.categories }),
  ...(servedParts(definition).length > 0 && {
    subresources: servedParts(definition).map(({ name, verbs, ...part }) => ({
      subresource: name,
      responseKind: responseKind(part.group === definition.group ? { ...part, version } : part, definition),
      verbs,
    })),
  }),
});
