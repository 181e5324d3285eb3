import type { Schema } from './structural.ts';

const scalars: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'int64',
  number: 'float64',
  boolean: 'bool',
  'int-or-string': 'intstr.IntOrString',
  quantity: 'resource.Quantity',
  time: 'v1.Time',
  'micro-time': 'v1.MicroTime',
  duration: 'v1.Duration',
  bytes: '[]uint8',
  any: 'interface {}',
};

/** Go's name of the type: `int32`, `[]v1.Container`, `map[string]string`. */
export function goTypeName(schema: Schema): string {
  if (schema.goType !== undefined) return schema.goType;
  if (schema.type === 'array') return `[]${goTypeName(schema.items)}`;
  if (schema.type === 'map') return `map[string]${goTypeName(schema.values)}`;
  if (schema.type === 'integer' && schema.format !== undefined) return schema.format;
  return scalars[schema.type] ?? 'struct {}';
}

/** `v1.PodSpec` → `PodSpec`. */
export const goStructName = (schema: Schema): string => schema.goType?.split('.').at(-1) ?? '';

/** What Go's decoder calls a JSON value. */
export function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'bigint' ? 'number' : typeof value;
}
