import type { KubeObject } from '@fairlead/kube';
import { conform, strictError, unknownFieldMessages } from '../schema/conform.ts';
import { isObject } from '../schema/json.ts';
import type { Call } from './api.ts';
import { type Decoded, decode, mediaTypeOf } from './codec.ts';
import { badRequest } from './errors.ts';
import type { WriteOptions } from './query.ts';

/** The body of a create or an update, conforming to the structure of its kind, defaults filled in. */
export const readObject = async (call: Call, options: WriteOptions): Promise<KubeObject> => {
  const { headers, body } = call.request;
  const type = mediaTypeOf(headers['content-type']);
  const decoded = await decode(body ?? new Uint8Array(), type, goTypeOf(call));
  return conformObject(call, { decoded, options });
};

const goTypeOf = ({ resource }: Call): string | undefined => {
  const schema = resource.version.schema();
  return resource.definition.origin === 'builtin' && schema.type === 'object' ? schema.typeName : undefined;
};

/** The same for an object that was made by a patch. */
export const conformObject = (
  call: Call,
  given: { readonly decoded: Decoded; readonly options: Pick<WriteOptions, 'fieldValidation'> },
): KubeObject => {
  const { resource } = call;
  const { origin, kind } = resource.definition;
  const value = typedValue(call, given.decoded.value);
  const now = new Date(call.api.clock.now());
  const schema = resource.version.schema();
  const result = conform({ schema, origin, apiVersion: resource.apiVersion, kind }, value);
  if (result.error !== undefined) throw badRequest(result.error);
  judgeFields(call, { ...given.options, unknown: result.unknown, duplicates: given.decoded.duplicates });
  return (resource.version.completeDefaults?.(result.value, now) ?? result.value) as unknown as KubeObject;
};

/** Has the apiVersion and kind of the address. Built-in kinds may leave them out. */
const typedValue = ({ resource }: Call, value: unknown): Record<string, unknown> => {
  const { origin, kind } = resource.definition;
  if (!isObject(value)) throw badRequest(`Object 'Kind' is missing in '${JSON.stringify(value) ?? ''}'`);
  const named = { kind: nameOf(value.kind), apiVersion: nameOf(value.apiVersion) };
  if (origin === 'custom' && named.kind === '') {
    throw badRequest(`Object 'Kind' is missing in '${JSON.stringify(value)}'`);
  }
  if (named.apiVersion !== '' && named.apiVersion !== resource.apiVersion) {
    throw badRequest(
      `the API version in the data (${named.apiVersion}) does not match the expected API version (${resource.apiVersion})`,
    );
  }
  if (named.kind !== '' && named.kind !== kind) {
    throw badRequest(`${named.kind} in version "${resource.version.version}" cannot be handled as a ${kind}`);
  }
  return { ...value, kind, apiVersion: resource.apiVersion };
};

const nameOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What `fieldValidation` makes of unknown and doubled fields: nothing, warnings, or a refusal. */
const judgeFields = (
  { resource, warnings }: Call,
  found: {
    readonly fieldValidation: WriteOptions['fieldValidation'];
    readonly unknown: readonly string[];
    readonly duplicates: readonly string[];
  },
): void => {
  const { unknown, duplicates } = found;
  if (found.fieldValidation === 'Ignore' || unknown.length + duplicates.length === 0) return;
  if (found.fieldValidation === 'Strict') {
    const { apiVersion, definition } = resource;
    throw badRequest(strictError({ apiVersion, kind: definition.kind, unknown, duplicates }));
  }
  warnings.push(...duplicates.map((path) => `duplicate field "${path}"`), ...unknownFieldMessages(unknown));
};
