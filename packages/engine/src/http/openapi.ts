import { createHash } from 'node:crypto';
import type { KubeRequest, KubeResponse } from '@fairlead/kube';
import { apiVersionOf, type Registry } from '../resources/registry.ts';
import { readGenerated } from '../schema/builtin-types.ts';
import type { ResourceDefinition, ResourceVersion } from '../schema/definition.ts';
import type { JsonObject } from '../schema/json.ts';
import { schemaToOpenApiV2, schemaToOpenApiV3, sharedSchemas } from '../schema/openapi.ts';
import { notAcceptable } from './errors.ts';
import type { Edition } from './openapi-operation.ts';
import { partType, pathsOf } from './openapi-paths.ts';
import { encodeOpenApiV2, OPENAPI_V2_PROTOBUF } from './openapi-protobuf.ts';
import { servedParts } from './parts.ts';
import { JSON_HEADERS, respondValue } from './respond.ts';
import { version as server } from './version.ts';

/** The structure of everything served, for clients that validate and explain. Undefined: no such document. */
export const serveOpenApi = (
  registry: Registry,
  given: { readonly request: KubeRequest; readonly path: readonly string[] },
): KubeResponse | undefined => {
  const { request, path } = given;
  const [edition, ...rest] = path;
  if (edition === 'v2' && rest.length === 0) return respondV2(registry, request);
  requireJson(request);
  if (edition !== 'v3') return undefined;
  if (rest.length === 0) return respondTagged(request, indexOf(registry));
  const group = groupAt(registry, rest.join('/'));
  if (group === undefined) return undefined;
  const hash = new URLSearchParams(request.query).get('hash');
  if (hash !== null && hash !== fingerprint(group)) return moved(group);
  return respondTagged(request, documentV3(group), hash === null ? {} : IMMUTABLE);
};

/** Of version 3 there are JSON documents only: kubectl asks for them so. */
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
    groupsOf(registry).map((group) => [group.address, { serverRelativeURL: addressOf(group) }]),
  ),
});

/** What an address with the right hash says never changes. */
const IMMUTABLE = { 'cache-control': 'public, immutable', expires: 'Thu, 31 Dec 2099 23:59:59 GMT' };

/** An old address leads to the new one: what it said is not what is true now. */
const moved = (group: Group): KubeResponse => ({
  status: 301,
  headers: { location: addressOf(group) },
  body: { kind: 'empty' },
});

const addressOf = (group: Group): string => `/openapi/v3/${group.address}?hash=${fingerprint(group)}`;

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
  const { paths, schemas } = contentOf(kinds, 'v3');
  return { openapi: '3.0.0', info: INFO, paths, components: { schemas } };
};

const documentV2 = (registry: Registry): JsonObject => {
  const kinds = groupsOf(registry).flatMap((group) => group.kinds);
  const { paths, schemas } = contentOf(kinds, 'v2');
  return { swagger: '2.0', info: INFO, paths, definitions: schemas };
};

const EDITIONS = { v2: schemaToOpenApiV2, v3: schemaToOpenApiV3 };

/** Parts of an object that have its own structure. */
const OWN_PARTS = new Set(['ephemeralcontainers', 'finalize', 'log', 'resize', 'status']);

const contentOf = (
  kinds: readonly Kind[],
  edition: Edition,
): { readonly paths: JsonObject; readonly schemas: JsonObject } => {
  const write = EDITIONS[edition];
  const written = kinds.map((kind) => ({ ...kind, ...write(kind.definition, kind.version) }));
  const paths = written.map((kind) => pathsOf(kind, edition));
  const parts = kinds.flatMap(({ definition }) => servedParts(definition));
  const others = parts.filter(({ name }) => !OWN_PARTS.has(name)).map(partType);
  return {
    paths: Object.assign({}, ...paths),
    schemas: Object.assign(
      sharedSchemas([...new Set(others)], edition),
      ...written.map(({ schemas }) => schemas),
    ),
  };
};

/** Both forms of the version 2 document, made when they are first asked for. */
interface DocumentV2 {
  readonly edition: number;
  readonly document: () => JsonObject;
  readonly protobuf: () => Uint8Array;
}

/** Kept until a kind comes or goes: it is the largest answer there is, and kubectl asks for it again and again. */
const documents = new WeakMap<Registry, DocumentV2>();

const knownV2 = (registry: Registry): DocumentV2 => {
  const known = documents.get(registry);
  if (known?.edition === registry.edition) return known;
  const document = once(() => documentV2(registry));
  const made = { edition: registry.edition, document, protobuf: once(() => encodeOpenApiV2(document())) };
  documents.set(registry, made);
  return made;
};

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

const respondV2 = (registry: Registry, request: KubeRequest): KubeResponse => {
  const { document, protobuf } = knownV2(registry);
  if (!(request.headers.accept ?? '').includes('proto-openapi.spec.v2')) {
    requireJson(request);
    return respondTagged(request, document());
  }
  const headers = { 'content-type': OPENAPI_V2_PROTOBUF, vary: 'Accept' };
  return { status: 200, headers, body: { kind: 'object', value: document, chunks: () => [protobuf()] } };
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
