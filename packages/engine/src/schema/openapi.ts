import type { ResourceDefinition, ResourceVersion } from './definition.ts';
import { builtinType } from './builtin-types.ts';
import { type OpenApiVersion, SchemaWriter } from './openapi-schema.ts';
import { kindName, typeNameOf } from './openapi-names.ts';
import type { JsonObject } from './json.ts';

/** What an OpenAPI document needs for one version of a resource. */
export interface OpenApiComponents {
  /** Of the kind itself: `io.k8s.api.apps.v1.Deployment`. */
  readonly name: string;
  /** Of its list. */
  readonly listName: string;
  /** By name, everything that the two refer to included. */
  readonly schemas: Readonly<Record<string, JsonObject>>;
}

/** For `components.schemas` of OpenAPI v3: what kubectl explains, validates and merges by. */
export const schemaToOpenApiV3 = (
  definition: ResourceDefinition,
  version: ResourceVersion,
): OpenApiComponents => components(definition, version, 'v3');

/** For `definitions` of OpenAPI v2. */
export const schemaToOpenApiV2 = (
  definition: ResourceDefinition,
  version: ResourceVersion,
): OpenApiComponents => components(definition, version, 'v2');

function components(
  definition: ResourceDefinition,
  version: ResourceVersion,
  openApi: OpenApiVersion,
): OpenApiComponents {
  const { group, kind, listKind, origin } = definition;
  const schema = version.schema();
  const writer = new SchemaWriter(openApi, origin);
  const typed =
    schema.type === 'object' && schema.typeName !== undefined ? typeNameOf(schema.typeName) : undefined;
  const name = typed ?? kindName(group, version.version, kind);
  const listName = name.slice(0, name.lastIndexOf('.') + 1) + listKind;
  const kindOf = (word: string) => ({
    'x-kubernetes-group-version-kind': [{ group, kind: word, version: version.version }],
  });
  const described = schema.description !== undefined && { description: schema.description };
  const written = writer.object(schema);
  writer.define(name, {
    ...described,
    ...(origin === 'custom' ? explained(written) : written),
    ...kindOf(kind),
  });
  writer.define(LIST_META_NAME, LIST_META);
  writer.define(listName, { ...listSchema(writer, name), ...kindOf(listKind) });
  return { name, listName, schemas: writer.schemas };
}

const CONVENTIONS =
  'More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#';

/** What Kubernetes says of the fields that every custom resource has. */
const COMMON_FIELDS: Readonly<Record<string, string>> = {
  apiVersion: `APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. ${CONVENTIONS}resources`,
  kind: `Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. ${CONVENTIONS}types-kinds`,
  metadata: `Standard object's metadata. ${CONVENTIONS}metadata`,
};

const explained = (schema: JsonObject): JsonObject => {
  const properties = schema.properties as Readonly<Record<string, JsonObject>> | undefined;
  if (properties === undefined) return schema;
  const described = Object.entries(COMMON_FIELDS)
    .filter(([name]) => properties[name] !== undefined)
    .map(([name, description]) => [name, { ...properties[name], description }]);
  return { ...schema, properties: { ...properties, ...Object.fromEntries(described) } };
};

/** What kinds share: options of a deletion, patches, statuses, and what is sent to parts of them (by Go's name). */
export const sharedSchemas = (
  parts: readonly string[],
  openApi: OpenApiVersion,
): Readonly<Record<string, JsonObject>> => {
  const writer = new SchemaWriter(openApi, 'builtin');
  for (const type of ['meta.v1.DeleteOptions', 'meta.v1.Status', ...parts]) {
    writer.define(typeNameOf(type), writer.object(builtinType(type)));
  }
  writer.define(typeNameOf('meta.v1.Patch'), { type: 'object' });
  return writer.schemas;
};

const LIST_META_NAME = typeNameOf('meta.v1.ListMeta');

const LIST_META: JsonObject = {
  type: 'object',
  properties: {
    continue: { type: 'string' },
    remainingItemCount: { type: 'integer', format: 'int64' },
    resourceVersion: { type: 'string' },
    selfLink: { type: 'string' },
  },
};

const listSchema = (writer: SchemaWriter, name: string): JsonObject => ({
  type: 'object',
  required: ['items'],
  properties: {
    apiVersion: { type: 'string' },
    items: { type: 'array', items: writer.refer(name) },
    kind: { type: 'string' },
    metadata: writer.refer(LIST_META_NAME),
  },
});
