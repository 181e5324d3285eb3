import { builtinType } from './builtin-types.ts';
import { DecodeError } from './decode-context.ts';
import type { Decoded } from './decode.ts';
import { isObject } from './json.ts';
import type { Schema } from './structural.ts';

type Read = (schema: Schema, value: unknown) => Decoded;

/**
 * What may be anything to the structure, and is not to Go: its own readers know schemas of definitions, and read them
 * like documents of their own. Throws `DecodeError`.
 */
export const decodeAny = (goType: string | undefined, value: unknown, read: Read): unknown => {
  if (goType === 'v1.JSONSchemaPropsOrArray') return schemaOrArray(value, read);
  if (goType === 'v1.JSONSchemaPropsOrBool') return schemaOrBoolean(value, read);
  return value;
};

const schemaOrArray = (value: unknown, read: Read): unknown => {
  if (Array.isArray(value)) return value.map((item) => schemaOf(item, read));
  // Anything else is passed over.
  return isObject(value) ? schemaOf(value, read) : undefined;
};

const schemaOrBoolean = (value: unknown, read: Read): unknown => {
  if (typeof value === 'boolean') return value;
  if (isObject(value)) return schemaOf(value, read);
  throw new DecodeError('boolean or JSON schema expected');
};

const schemaOf = (value: unknown, read: Read): unknown => {
  const { value: decoded, error } = read(builtinType('apiextensions.v1.JSONSchemaProps'), value);
  if (error !== undefined) throw new DecodeError(error);
  return decoded;
};
