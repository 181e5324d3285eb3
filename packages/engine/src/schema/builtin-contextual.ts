import type { ObjectSchema, Schema } from './structural.ts';

/**
 * Gives one field a default in this place only: a JobSpec has a backoffLimit in a Job, but not in
 * a CronJob's template. What lies on the path is copied, the rest stays shared.
 *
 * @param path as in generated/defaults.json: `spec.containers[].ports`, `{}` for a map's values
 */
export function withDefault(schema: Schema, path: readonly string[], value: unknown): Schema {
  const [step, ...rest] = path;
  if (step === undefined) return { ...schema, default: value };
  if (step === '[]' && schema.type === 'array')
    return { ...schema, items: withDefault(schema.items, rest, value) };
  if (step === '{}' && schema.type === 'map')
    return { ...schema, values: withDefault(schema.values, rest, value) };
  const field = schema.type === 'object' ? schema.properties[step] : undefined;
  if (field === undefined) throw new Error(`no field ${path.join('.')}`);
  const properties = { ...(schema as ObjectSchema).properties, [step]: withDefault(field, rest, value) };
  return { ...(schema as ObjectSchema), properties };
}

/** `spec.a[].b` → spec, a, [], b. */
export const pathSteps = (path: string): string[] =>
  path.replaceAll('[]', '.[]').replaceAll('{}', '.{}').split('.');
