import type { ResourceDefinition, ResourceVersion } from '../schema/definition.ts';
import type { JsonObject } from '../schema/json.ts';
import { patchTypesOf } from './patch-types.ts';

/** By verb: the method, and whether it goes to the collection. */
const OPERATIONS: readonly (readonly [verb: string, method: string, onCollection: boolean])[] = [
  ['list', 'get', true],
  ['create', 'post', true],
  ['deletecollection', 'delete', true],
  ['get', 'get', false],
  ['update', 'put', false],
  ['patch', 'patch', false],
  ['delete', 'delete', false],
];

/** Of the document. */
export type Edition = 'v2' | 'v3';

function parameters(type: JsonObject) {
  return {
    inPath: (name: string): JsonObject => ({ name, in: 'path', required: true, ...type }),
    inQuery: (name: string): JsonObject => ({ name, in: 'query', ...type }),
  };
}

const WRITES = ['create', 'update', 'patch'];

/**
 * The addresses of one kind. kubectl finds a kind by the address of its collection, and looks at the parameters
 * of PATCH before it asks the server to validate.
 */
export const pathsOf = ({
  definition,
  version,
  reference,
  edition,
}: {
  readonly definition: ResourceDefinition;
  readonly version: ResourceVersion;
  /** Where the structure of the kind stands in the document. */
  readonly reference: string;
  readonly edition: Edition;
}): JsonObject => {
  const { group, namespaced, resource, verbs } = definition;
  const root = group === '' ? `/api/${version.version}` : `/apis/${group}/${version.version}`;
  const collection = `${root}${namespaced ? '/namespaces/{namespace}' : ''}/${resource}`;
  const served = OPERATIONS.filter(([verb]) => verbs.includes(verb));
  const operations = (onCollection: boolean): JsonObject =>
    Object.fromEntries(
      served
        .filter(([, , on]) => on === onCollection)
        .map(([verb, method]) => [method, operation({ definition, version, verb, reference, edition })]),
    );
  const { inPath } = PARAMETERS[edition];
  const place = namespaced ? [inPath('namespace')] : [];
  return {
    [collection]: { ...operations(true), parameters: place },
    [`${collection}/{name}`]: { ...operations(false), parameters: [inPath('name'), ...place] },
  };
};

const operation = (given: {
  readonly definition: ResourceDefinition;
  readonly version: ResourceVersion;
  readonly verb: string;
  readonly reference: string;
  readonly edition: Edition;
}): JsonObject => {
  const { definition, version, verb, edition } = given;
  const { group, kind } = definition;
  const schema = { $ref: given.reference };
  const write = WRITES.includes(verb);
  return {
    'x-kubernetes-action': verb === 'create' ? 'post' : verb,
    'x-kubernetes-group-version-kind': { group, version: version.version, kind },
    ...(verb === 'patch' && { consumes: patchTypesOf(definition) }),
    parameters: write ? ['dryRun', 'fieldManager', 'fieldValidation'].map(PARAMETERS[edition].inQuery) : [],
    responses: {
      '200': {
        description: 'OK',
        ...(edition === 'v2' ? { schema } : { content: { 'application/json': { schema } } }),
      },
    },
  };
};

/** What the two editions of OpenAPI call the type of a parameter. */
const PARAMETERS = {
  v2: parameters({ type: 'string', uniqueItems: true }),
  v3: parameters({ schema: { type: 'string', uniqueItems: true } }),
};
