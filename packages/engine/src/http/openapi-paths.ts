import type { ResourceDefinition, ResourceVersion } from '../schema/definition.ts';
import type { JsonObject } from '../schema/json.ts';
import { typeNameOf } from '../schema/openapi-names.ts';
import { describeOperation, type Edition, type Operation, pathParameters } from './openapi-operation.ts';
import { servedParts } from './parts.ts';

/** A kind, and where its structure and that of its list stand in the document. */
export interface Described {
  readonly definition: ResourceDefinition;
  readonly version: ResourceVersion;
  readonly name: string;
  readonly listName: string;
}

/** By verb: the method, and whether it goes to the collection. */
const VERBS: readonly (readonly [verb: string, method: string, onCollection: boolean])[] = [
  ['list', 'get', true],
  ['create', 'post', true],
  ['deletecollection', 'delete', true],
  ['get', 'get', false],
  ['update', 'put', false],
  ['patch', 'patch', false],
  ['delete', 'delete', false],
];

const STATUS = typeNameOf('meta.v1.Status');

/**
 * The addresses of one kind, of its parts, and of it in all namespaces. kubectl finds a kind by the address of its collection, and
 * looks at the parameters of PATCH before it asks the server to validate; clients are generated from all of it.
 */
export const pathsOf = (described: Described, edition: Edition): JsonObject => {
  const { definition, version } = described;
  const { group, namespaced, resource } = definition;
  const root = group === '' ? `/api/${version.version}` : `/apis/${group}/${version.version}`;
  const collection = `${root}${namespaced ? '/namespaces/{namespace}' : ''}/${resource}`;
  const place = namespaced ? ['namespace'] : [];
  const item = (verbs: JsonObject): JsonObject => ({
    ...verbs,
    parameters: pathParameters(['name', ...place], edition),
  });
  const parts = servedParts(definition).map((part): [string, JsonObject] => [
    `${collection}/{name}/${part.name}`,
    item(partOperations(described, part, edition)),
  ]);
  return {
    ...(namespaced &&
      definition.verbs.includes('list') &&
      everywhere(described, `${root}/${resource}`, edition)),
    [collection]: {
      ...operationsOf(described, true, edition),
      parameters: pathParameters(place, edition),
    },
    [`${collection}/{name}`]: item(operationsOf(described, false, edition)),
    ...Object.fromEntries(parts),
  };
};

const operationsOf = (described: Described, onCollection: boolean, edition: Edition): JsonObject =>
  Object.fromEntries(
    VERBS.filter(([verb, , on]) => on === onCollection && described.definition.verbs.includes(verb)).map(
      ([verb, method]) => [method, describeOperation(operationOf(described, verb), edition)],
    ),
  );

const operationOf = ({ definition, version, name, listName }: Described, verb: string): Operation => ({
  definition,
  verb,
  kind: { group: definition.group, version: version.version, kind: definition.kind },
  served: version.version,
  sent: name,
  answer: answerOf(definition, verb, { name, listName }),
});

const answerOf = (
  definition: ResourceDefinition,
  verb: string,
  { name, listName }: Pick<Described, 'name' | 'listName'>,
): string => {
  if (verb === 'list') return listName;
  if (verb === 'deletecollection') return STATUS;
  return verb === 'delete' && definition.answersDeleted !== true ? STATUS : name;
};

const everywhere = (described: Described, path: string, edition: Edition): JsonObject => {
  const operation = { ...operationOf(described, 'list'), everywhere: true };
  return { [path]: { get: describeOperation(operation, edition), parameters: pathParameters([], edition) } };
};

const METHODS: Readonly<Record<string, string>> = {
  get: 'get',
  update: 'put',
  patch: 'patch',
  create: 'post',
};

const partOperations = (
  { definition, version, name }: Described,
  part: ReturnType<typeof servedParts>[number],
  edition: Edition,
): JsonObject => {
  const { group, kind } = part;
  const isOwn = group === definition.group && kind === definition.kind;
  const type = isOwn ? name : partTypeName(part);
  return Object.fromEntries(
    part.verbs.flatMap((verb): [string, JsonObject][] => {
      const method = METHODS[verb];
      if (method === undefined) return [];
      const operation: Operation = {
        definition,
        verb,
        part: part.name,
        kind: { group, version: isOwn ? version.version : part.version, kind },
        served: version.version,
        sent: type,
        // A log is text.
        ...(part.name !== 'log' && { answer: type }),
      };
      return [[method, describeOperation(operation, edition)]];
    }),
  );
};

/** `io.k8s.api.autoscaling.v1.Scale`. */
const partTypeName = (part: ReturnType<typeof servedParts>[number]): string => typeNameOf(partType(part));

/** Go's name of what is sent to a part of an object: `autoscaling.v1.Scale`. */
export const partType = ({ group, version, kind }: ReturnType<typeof servedParts>[number]): string =>
  `${(group === '' ? 'core' : group).split('.')[0]}.${version}.${kind}`;
