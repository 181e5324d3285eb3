import { type FieldError, invalid, required } from './field-error.ts';
import { isObject, type JsonObject } from './json.ts';
import { hasEmbedded } from './embedded.ts';
import type { Schema } from './structural.ts';

const LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_RULE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

/** Embedded resources must say what they are (`x-kubernetes-embedded-resource`). */
export function embeddedErrors(schema: Schema, value: unknown, path = ''): FieldError[] {
  if (!hasEmbedded(schema)) return [];
  if (Array.isArray(value)) {
    return schema.type === 'array'
      ? value.flatMap((item, index) => embeddedErrors(schema.items, item, `${path}[${index}]`))
      : [];
  }
  return isObject(value) ? [...ownErrors(schema, value, path), ...memberErrors(schema, value, path)] : [];
}

function memberErrors(schema: Schema, value: JsonObject, path: string): FieldError[] {
  return Object.keys(value).flatMap((name) => {
    if (schema.type === 'map') return embeddedErrors(schema.values, value[name], `${path}[${name}]`);
    const part =
      schema.type === 'object' && Object.hasOwn(schema.properties, name)
        ? schema.properties[name]
        : undefined;
    return part === undefined ? [] : embeddedErrors(part, value[name], at(path, name));
  });
}

const at = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

function ownErrors(schema: Schema, value: JsonObject, path: string): FieldError[] {
  if (schema.type !== 'object' || schema.embedded !== true) return [];
  const kind = (text: string) =>
    LABEL.test(text.toLowerCase()) && text.length <= 63
      ? undefined
      : `may have mixed case, but should otherwise match: ${LABEL_RULE}`;
  const version = (text: string) =>
    text.split('/').length <= 2 ? undefined : `unexpected GroupVersion string: ${text}`;
  return [
    ...textErrors({ path: at(path, 'apiVersion'), value: value.apiVersion, fault: version }),
    ...textErrors({ path: at(path, 'kind'), value: value.kind, fault: kind }),
  ];
}

function textErrors(given: {
  path: string;
  value: unknown;
  fault: (text: string) => string | undefined;
}): FieldError[] {
  const { path, value } = given;
  if (value === undefined) return [required(path)];
  if (typeof value !== 'string') return [invalid(path, value, 'must be a string')];
  if (value === '') return [invalid(path, value, 'must not be empty')];
  const fault = given.fault(value);
  return fault === undefined ? [] : [invalid(path, value, fault)];
}
