import type { ResourceDefinition } from '../schema/definition.ts';
import type { JsonObject } from '../schema/json.ts';
import { typeNameOf } from '../schema/openapi-names.ts';
import { patchTypesOf } from './patch-types.ts';

/** Of the document. */
export type Edition = 'v2' | 'v3';

/** One thing that can be done at an address. */
export interface Operation {
  readonly definition: ResourceDefinition;
  readonly verb: string;
  readonly part?: string;
  /** In all namespaces. */
  readonly everywhere?: boolean;
  /** Of what is sent and answered. */
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  /** The version that is in the address. */
  readonly served: string;
  /** Names of the structures in the document; an answer without one is text. */
  readonly sent: string;
  readonly answer?: string;
}

type Parameter = readonly [name: string, type: 'string' | 'integer' | 'boolean'];

const SELECTED: readonly Parameter[] = [
  ['continue', 'string'],
  ['fieldSelector', 'string'],
  ['labelSelector', 'string'],
  ['limit', 'integer'],
  ['resourceVersion', 'string'],
  ['resourceVersionMatch', 'string'],
  ['sendInitialEvents', 'boolean'],
  ['timeoutSeconds', 'integer'],
];
const DELETED: readonly Parameter[] = [
  ['dryRun', 'string'],
  ['gracePeriodSeconds', 'integer'],
  ['orphanDependents', 'boolean'],
  ['propagationPolicy', 'string'],
];
const WRITTEN: readonly Parameter[] = [
  ['dryRun', 'string'],
  ['fieldManager', 'string'],
  ['fieldValidation', 'string'],
];
const LOGGED: readonly Parameter[] = [
  ['container', 'string'],
  ['follow', 'boolean'],
  ['limitBytes', 'integer'],
  ['previous', 'boolean'],
  ['sinceSeconds', 'integer'],
  ['tailLines', 'integer'],
  ['timestamps', 'boolean'],
];

const IN_QUERY: Readonly<Record<string, readonly Parameter[]>> = {
  list: [['allowWatchBookmarks', 'boolean'], ...SELECTED, ['watch', 'boolean']],
  deletecollection: [...DELETED, ...SELECTED],
  delete: DELETED,
  create: WRITTEN,
  update: WRITTEN,
  patch: [...WRITTEN, ['force', 'boolean']],
};

/** What Kubernetes calls them: as an action, and at the beginning of an operation's name. */
const ACTIONS: Readonly<Record<string, string>> = { create: 'post', update: 'put' };
const WORDS: Readonly<Record<string, string>> = {
  get: 'read',
  update: 'replace',
  deletecollection: 'delete',
};

const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  create: ['200', '201', '202'],
  update: ['200', '201'],
  patch: ['200', '201'],
  delete: ['200', '202'],
};
const SAID: Readonly<Record<string, string>> = { '200': 'OK', '201': 'Created', '202': 'Accepted' };

const SPOKEN = ['application/json', 'application/yaml'];
const STREAM = 'application/json;stream=watch';

export const describeOperation = (operation: Operation, edition: Edition): JsonObject => {
  const { verb, kind, part } = operation;
  const parameters = part === 'log' ? LOGGED : (IN_QUERY[verb] ?? []);
  const query = parameters.map(([name, type]) => parameter({ name, in: 'query' }, type, edition));
  const body = bodyOf(operation);
  return {
    tags: [tagOf(operation)],
    operationId: nameOf(operation),
    'x-kubernetes-action': ACTIONS[verb] ?? verb,
    'x-kubernetes-group-version-kind': kind,
    ...(edition === 'v2' ? inV2(operation, body, query) : inV3(operation, body, query)),
  };
};

/** Those of an address: what is in its path, and how answers look. */
export const pathParameters = (names: readonly string[], edition: Edition): readonly JsonObject[] => [
  ...names.map((name) => parameter({ name, in: 'path', required: true }, 'string', edition)),
  parameter({ name: 'pretty', in: 'query' }, 'string', edition),
];

const parameter = (said: JsonObject, type: Parameter[1], edition: Edition): JsonObject => {
  const schema = { type, uniqueItems: true };
  return { ...said, ...(edition === 'v2' ? schema : { schema }) };
};

interface Body {
  readonly name: string;
  readonly types: readonly string[];
  readonly required: boolean;
}

const bodyOf = ({ definition, verb, sent }: Operation): Body | undefined => {
  switch (verb) {
    case 'create':
    case 'update':
      return { name: sent, types: ['*/*'], required: true };
    case 'patch':
      return { name: typeNameOf('meta.v1.Patch'), types: patchTypesOf(definition), required: true };
    case 'delete':
    case 'deletecollection':
      return { name: typeNameOf('meta.v1.DeleteOptions'), types: ['*/*'], required: false };
    default:
      return undefined;
  }
};

const producedBy = ({ verb, part }: Operation): readonly string[] => {
  if (part === 'log') return ['text/plain', ...SPOKEN];
  return verb === 'list' ? [...SPOKEN, STREAM] : SPOKEN;
};

const TEXT: JsonObject = { type: 'string' };
const UNAUTHORIZED = { '401': { description: 'Unauthorized' } };

const answersOf = ({ verb, answer }: Operation, place: string, show: (schema: JsonObject) => JsonObject) => {
  const schema = answer === undefined ? TEXT : { $ref: place + answer };
  const codes = ANSWERS[verb] ?? ['200'];
  return {
    responses: {
      ...Object.fromEntries(codes.map((code) => [code, { description: SAID[code], ...show(schema) }])),
      ...UNAUTHORIZED,
    },
  };
};

const inV2 = (operation: Operation, body: Body | undefined, query: readonly JsonObject[]): JsonObject => {
  const place = '#/definitions/';
  const sent = body && {
    in: 'body',
    name: 'body',
    ...(body.required && { required: true }),
    schema: { $ref: place + body.name },
  };
  return {
    schemes: ['https'],
    consumes: body?.types ?? ['*/*'],
    produces: producedBy(operation),
    parameters: sent === undefined ? query : [sent, ...query],
    ...answersOf(operation, place, (schema) => ({ schema })),
  };
};

const inV3 = (operation: Operation, body: Body | undefined, query: readonly JsonObject[]): JsonObject => {
  const place = '#/components/schemas/';
  const content = (types: readonly string[], schema: JsonObject): JsonObject =>
    Object.fromEntries(types.map((type) => [type, { schema }]));
  return {
    parameters: query,
    ...(body && {
      requestBody: {
        content: content(body.types, { $ref: place + body.name }),
        ...(body.required && { required: true }),
      },
    }),
    ...answersOf(operation, place, (schema) => ({ content: content(producedBy(operation), schema) })),
  };
};

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

/** `rbac.authorization.k8s.io` → `RbacAuthorization`. */
const groupWord = ({ group, origin }: ResourceDefinition): string => {
  const bare = origin === 'builtin' ? group.replace(/\.k8s\.io$/, '') : group;
  return (bare === '' ? 'core' : bare).split(/[.-]/).map(capital).join('');
};

/** `core_v1`, `rbacAuthorization_v1`: clients put operations together by it. */
const tagOf = ({ definition, served }: Operation): string => {
  const word = groupWord(definition);
  return `${word.slice(0, 1).toLowerCase()}${word.slice(1)}_${served}`;
};

/** `readAppsV1NamespacedDeploymentScale`: what generated clients call their functions. */
const nameOf = ({ definition, verb, part = '', served, everywhere }: Operation): string =>
  [
    WORDS[verb] ?? verb,
    groupWord(definition),
    capital(served),
    verb === 'deletecollection' ? 'Collection' : '',
    definition.namespaced && everywhere !== true ? 'Namespaced' : '',
    definition.kind,
    capital(part),
    everywhere === true ? 'ForAllNamespaces' : '',
  ].join('');
