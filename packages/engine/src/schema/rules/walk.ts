import { type JsonSchemaProps, valuesOf } from '../crd-props.ts';
import type { Schema } from '../structural.ts';
import type { Walk } from './field-path.ts';

/** From a schema to the field of a name, or into a map. */
export const walkSchema: Walk<Schema> = (schema, name) => {
  if (schema.type === 'map') return { schema: schema.values, isKey: true };
  const part =
    schema.type === 'object' && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
  return part && { schema: part, isKey: false };
};

/** The same in a schema as it was written. */
export const walkProps: Walk<JsonSchemaProps> = ({ properties, ...props }, name) => {
  const schema = properties === undefined ? valuesOf(props) : properties[name];
  return schema && { schema, isKey: properties === undefined };
};

/** The schema at a path that has been walked; undefined where there is none. */
export const propsAt = (schema: JsonSchemaProps, path: string): JsonSchemaProps | undefined =>
  path
    .split('.')
    .reduce<JsonSchemaProps | undefined>((at, name) => at && walkProps(at, name)?.schema, schema);
