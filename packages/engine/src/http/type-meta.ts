import { decodeTyped } from '../schema/decode.ts';
import { invalid as invalidField } from '../schema/field-error.ts';
import { isObject, type JsonObject } from '../schema/json.ts';
import type { ServedResource } from '../resources/registry.ts';
import type { Call } from './api.ts';
import { badRequest, invalid } from './errors.ts';
import { goKindOf, internalType } from './go-names.ts';

/** Why a document is not of the kind that it should be, in the words of Go's decoder. */
export interface TypeFault {
  readonly why: string;
  /** What it says that it is, where that could be read. */
  readonly kind: string;
  readonly version: string;
}

const NO_TYPE =
  'type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/**
 * The document with the apiVersion and kind of its address. Built-in kinds may leave them out. `refuse` words the
 * fault of a document of another kind; what Kubernetes words alike everywhere is thrown here.
 */
export const typedValue = (call: Call, value: unknown, refuse: (fault: TypeFault) => Error): JsonObject => {
  const { definition, apiVersion } = call.resource;
  const named = readType(value, refuse);
  const typed = { ...named.object, kind: definition.kind, apiVersion };
  if (definition.origin === 'custom') requireCustomType(call, { ...named, value }, refuse);
  else requireBuiltinType(call, named, refuse);
  return typed;
};

export interface Named {
  readonly object: JsonObject;
  readonly kind: string;
  readonly apiVersion: string;
}

/** What a document says that it is; nothing is as good as an empty object. */
export const readType = (value: unknown, refuse: (fault: TypeFault) => Error): Named => {
  const unreadable = (what: unknown, into: string): Error =>
    refuse({
      why: `couldn't get version/kind; json parse error: json: cannot unmarshal ${goKindOf(what)} into Go ${into}`,
      kind: '',
      version: '',
    });
  const object = value ?? {};
  if (!isObject(object)) throw unreadable(object, `value of ${NO_TYPE}`);
  const { apiVersion, kind } = object;
  for (const [field, said] of Object.entries({ apiVersion, kind })) {
    if (said !== undefined && said !== null && typeof said !== 'string')
      throw unreadable(said, `struct field .${field} of type string`);
  }
  return { object, kind: String(kind ?? ''), apiVersion: String(apiVersion ?? '') };
};

const requireBuiltinType = (
  { api, resource }: Call,
  named: Named,
  refuse: (fault: TypeFault) => Error,
): void => {
  const { definition } = resource;
  const kind = named.kind || definition.kind;
  const said = named.apiVersion || resource.apiVersion;
  if (kind === definition.kind && said === resource.apiVersion) return;
  const version = said.slice(said.indexOf('/') + 1);
  const group = said.includes('/') ? said.slice(0, said.indexOf('/')) : '';
  // What says of an answer that it failed is registered with every version of the core group.
  if (said === 'v1' && UNVERSIONED.has(kind)) {
    throw refuse({ why: unrelated(resource, `${version}.${kind}`), kind, version });
  }
  const other = [...api.resources.all()]
    .filter((one) => one.group === group && one.kind === kind)
    .flatMap(({ versions }) => versions.filter((one) => one.version === version))[0];
  if (other === undefined) {
    const why = `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(said)} in scheme "pkg/runtime/scheme.go:110"`;
    throw refuse({ why, kind, version });
  }
  if (kind === definition.kind && group === definition.group) throw otherVersion(said, resource.apiVersion);
  // It is read as what it says it is before it is found to be something else.
  const unreadable = decodeTyped(other.schema(), named.object).error;
  throw refuse({ why: unreadable ?? unrelated(resource, `${version}.${kind}`), kind, version });
};

const UNVERSIONED = new Set(['Status', 'APIVersions', 'APIGroup', 'APIGroupList', 'APIResourceList']);

const unrelated = ({ definition }: ServedResource, type: string): string =>
  `converting (${type}) to (${internalType(definition)}): unknown conversion`;

const requireCustomType = (
  { resource }: Call,
  { kind, apiVersion, object, value }: Named & { readonly value: unknown },
  refuse: (fault: TypeFault) => Error,
): void => {
  const { group, kind: wanted } = resource.definition;
  if (kind === '') {
    throw refuse({ why: `Object 'Kind' is missing in '${JSON.stringify(value)}'`, kind: '', version: '' });
  }
  if (apiVersion !== resource.apiVersion) throw otherVersion(apiVersion, resource.apiVersion);
  if (kind === wanted) return;
  const name =
    isObject(object.metadata) && typeof object.metadata.name === 'string' ? object.metadata.name : '';
  throw invalid({ group, kind, name }, [invalidField('kind', kind, `must be ${wanted}`)]);
};

const otherVersion = (said: string, expected: string): Error =>
  badRequest(`the API version in the data (${said}) does not match the expected API version (${expected})`);
