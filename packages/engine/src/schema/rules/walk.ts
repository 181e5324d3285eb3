import type { Schema } from '../structural.ts';
import type { Walk } from './field-path.ts';

/** From a schema to the field of a name, or into a map. */
export const walkSchema: Walk<Schema> = (schema, name) => {
  if (schema.type === 'map') return { schema: schema.values, isKey: true };
  const part =
    schema.type === 'object' && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
  return part && { schema: part, isKey: false };
};

/** The schema at a path that has been walked; undefined where there is none. */
export const schemaAt = (schema: Schema, path: string): Schema | undefined =>
  path.split('.').reduce<Schema | undefined>((at, name) => at && walkSchema(at, name)?.schema, schema);
