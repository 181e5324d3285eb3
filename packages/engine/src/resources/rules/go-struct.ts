import { isObject } from '../../schema/json.ts';

/**
 * A value as Kubernetes' errors show a struct of its own: all fields in Go's order and under Go's names, null for
 * what is not there. What lies deeper keeps its order and is named alike.
 */
export const goStruct = (value: object, fields: readonly string[]): ReadonlyMap<string, unknown> =>
  new Map(
    fields.map((field) => [goName(field), goValue((value as Readonly<Record<string, unknown>>)[field])]),
  );

const goName = (field: string): string => `${field[0]?.toUpperCase() ?? ''}${field.slice(1)}`;

const goValue = (value: unknown): unknown => {
  if (isObject(value))
    return new Map(Object.entries(value).map(([name, part]) => [goName(name), goValue(part)]));
  return value ?? null;
};
