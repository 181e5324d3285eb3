import { createHash } from 'node:crypto';
import type { KubeRequest, KubeResponse } from '@fairlead/kube';
import { apiVersionOf, type Registry } from '../resources/registry.ts';
import { readGenerated } from '../schema/builtin-types.ts';
import type { ResourceDefinition, ResourceVersion } from '../schema/definition.ts';
import type { JsonObject } from '../schema/json.ts';
import { schemaToOpenApiV2, schemaToOpenApiV3 } from '../schema/openapi.ts';
import { notAcceptable } from './errors.ts';
import { pathsOf } from './openapi-paths.ts';
import { JSON_HEADERS, respondValue } from './respond.ts';
import { version as server } from './version.ts';

/** The structure of everything served, for clients that validate and explain. Undefined: no such document. */
export const serveOpenApi = (
  registry: Registry,
  given: { readonly request: KubeRequest; readonly path: readonly string[] },
): KubeResponse | undefined => {
  const { request, path } = given;
  const [edition, ...rest] = path;
  requireJson(request);
  if (edition === 'v2' && rest.length === 0) return respondTagged(request, documentV2(registry));
  if (edition !== 'v3') return undefined;
  if (rest.length === 0) return respondTagged(request, indexOf(registry));
  const group = groupAt(registry, rest.join('/'));
  if (group === undefined) return undefined;
  return respondTagged(request, documentV3(group), isAsked(request, group) ? IMMUTABLE : {});
};

/** Protobuf documents are not made: whoever takes nothing else has another way. */
const requireJson = ({ headers }: KubeRequest): void => {
  const accept = headers.accept ?? '*/*';
  if (/application\/json|\*\/\*|application\/\*/.test(accept)) return;
  throw notAcceptable(['application/json']);
};

/** One group and version, with the kinds that are served in it. */
interface Group {
  /** `api/v1`, `apis/apps/v1`. */
  readonly address: string;
  readonly group: string;
  readonly version: string;
  readonly kinds: readonly Kind[];
}

interface Kind {
  readonly definition: ResourceDefinition;
  readonly version: ResourceVersion;
}

const groupsOf = (registry: Registry): Group[] => {
  const groups = new Map<string, { group: string; version: string; kinds: Kind[] }>();
  for (const definition of registry.all()) {
    for (const version of definition.versions.filter(({ served }) => served)) {
      const at = apiVersionOf(definition.group, version.version);
      const address = definition.group === '' ? `api/${at}` : `apis/${at}`;
      const known = groups.get(address) ?? { group: definition.group, version: version.version, kinds: [] };
      known.kinds.push({ definition, version });
      groups.set(address, known);
    }
  }
  return [...groups].map(([address, group]) => ({ address, ...group }));
};

const groupAt = (registry: Registry, address: string): Group | undefined =>
  groupsOf(registry).find((group) => group.address === address);

const indexOf = (registry: Registry): JsonObject => ({
  paths: Object.fromEntries(
    groupsOf(registry).map((group) => [
      group.address,
      { serverRelativeURL: `/openapi/v3/${group.address}?hash=${fingerprint(group)}` },
    ]),
  ),
});

/** What an address with the right hash says never changes. */
const IMMUTABLE = { 'cache-control': 'public, immutable', expires: 'Thu, 31 Dec 2099 23:59:59 GMT' };

const isAsked = ({ query }: KubeRequest, group: Group): boolean =>
  new URLSearchParams(query).get('hash') === fingerprint(group);

let generated: string | undefined;

/** Of what the document is made from: cheaper than of the document, which few ever ask for. */
const fingerprint = ({ address, kinds }: Group): string => {
  generated ??= digest(JSON.stringify([readGenerated('types.json'), readGenerated('resources.json')]));
  const custom = kinds
    .filter(({ definition }) => definition.origin === 'custom')
    .map(({ definition, version }) => [definition, version.schema()]);
  return digest(JSON.stringify([server.gitVersion, generated, address, custom]));
};

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').toUpperCase();

const INFO = { title: 'Kubernetes', version: server.gitVersion };

const documentV3 = ({ kinds }: Group): JsonObject => {
  const { paths, schemas } = contentOf(kinds, schemaToOpenApiV3, '#/components/schemas/');
  return { openapi: '3.0.0', info: INFO, paths, components: { schemas } };
};

const documentV2 = (registry: Registry): JsonObject => {
  const kinds = groupsOf(registry).flatMap((group) => group.kinds);
  const { paths, schemas } = contentOf(kinds, schemaToOpenApiV2, '#/definitions/');
  return { swagger: '2.0', info: INFO, paths, definitions: schemas };
};

const contentOf = (
  kinds: readonly Kind[],
  write: typeof schemaToOpenApiV3,
  place: string,
): { readonly paths: JsonObject; readonly schemas: JsonObject } => {
  const written = kinds.map((kind) => ({ ...kind, ...write(kind.definition, kind.version) }));
  return {
    paths: Object.assign({}, ...written.map((kind) => pathsOf({ ...kind, reference: place + kind.name }))),
    schemas: Object.assign({}, ...written.map(({ schemas }) => schemas)),
  };
};

const respondTagged = (
  request: KubeRequest,
  document: JsonObject,
  headers: Record<string, string> = {},
): KubeResponse => {
  const text = JSON.stringify(document);
  const etag = `"${digest(text)}"`;
  const tagged = { etag, vary: 'Accept', ...headers };
  if (request.headers['if-none-match'] === etag) {
    return { status: 304, headers: { ...JSON_HEADERS, ...tagged }, body: { kind: 'empty' } };
  }
  return respondValue(document, 200, tagged);
};
