import { type FieldError, invalid } from './field-error.ts';
import { prune } from './prune.ts';
import type { Schema } from './structural.ts';
import { valueErrors } from './validate.ts';
import { embeddedErrors } from './embedded-errors.ts';

/** Defaults must be valid values of their own schemas, without unknown fields. Those of a map's values are not looked at. */
export function defaultErrors(schema: Schema, path: string, isRoot = false): FieldError[] {
  return [...ownDefaultErrors(schema, `${path}.default`, isRoot), ...partErrors(schema, path)];
}

function ownDefaultErrors(schema: Schema, path: string, isRoot: boolean): FieldError[] {
  if (schema.default === undefined) return [];
  const pruned = prune(schema, schema.default);
  const unknown =
    pruned.unknown.length > 0 ? [invalid(path, schema.default, 'must not have unknown fields')] : [];
  // The root is a resource, too.
  const resource = isRoot && schema.type === 'object' ? { ...schema, embedded: true } : schema;
  const embedded = embeddedErrors(resource, schema.default, path);
  return [
    ...unknown,
    ...(embedded.length > 0 ? embedded : valueErrors(schema, schema.default, { field: path })),
  ];
}

function partErrors(schema: Schema, path: string): FieldError[] {
  switch (schema.type) {
    case 'object':
      return Object.entries(schema.properties).flatMap(([name, part]) =>
        defaultErrors(part, `${path}.properties[${name}]`),
      );
    case 'array':
      return defaultErrors(schema.items, `${path}.items`);
    default:
      return [];
  }
}
