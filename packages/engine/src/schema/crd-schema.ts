import { defaultErrors } from './crd-defaults.ts';
import { keywordErrors, usesUnsupported } from './crd-keywords.ts';
import { itemsOf, JUNCTORS, type JsonSchemaProps, valuesOf } from './crd-props.ts';
import { structuralErrors } from './crd-structural.ts';
import { type FieldError, required } from './field-error.ts';
import { ruleErrors } from './rules/rule-errors.ts';
import { isEmptyObject, isObject } from './json.ts';
import { OBJECT_META } from './object-meta.ts';
import type { ArraySchema, Condition, Limits, ObjectSchema, Schema, ValueRules } from './structural.ts';

export interface ParsedSchema {
  /** With apiVersion, kind and metadata at the root; usable only when there are no errors. */
  readonly schema: Schema;
  /** Why this is no structural schema, in Kubernetes' words. */
  readonly errors: FieldError[];
}

/**
 * Reads the `openAPIV3Schema` of a CustomResourceDefinition (apiextensions.k8s.io/v1, "structural
 * schemas") and judges it, the rules in it too.
 *
 * @param options.path where the schema stands: `spec.versions[0].schema.openAPIV3Schema`
 */
export function parseCrdSchema(openApi: unknown, options: { readonly path?: string } = {}): ParsedSchema {
  const path = options.path ?? 'openAPIV3Schema';
  if (!isObject(openApi))
    return { schema: rootSchema({ type: 'object' }), errors: [required(path, 'schemas are required')] };
  const props = openApi as JsonSchemaProps;
  // A schema with keywords of its own kind has no structure that could be looked at.
  const structural = usesUnsupported(props) ? [] : structuralErrors(props, path);
  const keywords = keywordErrors(props, path);
  if (structural.length > 0 || usesUnsupported(props)) {
    return { schema: rootSchema({ type: 'object' }), errors: [...structural, ...keywords] };
  }
  const schema = rootSchema(props);
  const defaults = defaultErrors(schema, path, true);
  // Rules are compiled only for a schema that is right: else what is wrong with them follows from that.
  const rules = defaults.length > 0 || keywords.length > 0 ? [] : ruleErrors(schema, path);
  return { schema, errors: [...defaults, ...keywords, ...rules] };
}

function rootSchema(props: JsonSchemaProps): Schema {
  const schema = convert(props);
  if (schema.type !== 'object') return schema;
  const text: Schema = { type: 'string' };
  const { apiVersion: _, kind: __, metadata, ...properties } = schema.properties;
  return {
    ...schema,
    properties: { apiVersion: text, kind: text, metadata: metadataSchema(metadata), ...properties },
  };
}

/** A definition may limit `name` and `generateName` and nothing else. */
function metadataSchema(limits: Schema | undefined): Schema {
  if (limits?.type !== 'object' || isEmptyObject(limits.properties)) return OBJECT_META;
  const { goType: _, ...open } = OBJECT_META;
  return {
    ...open,
    properties: { ...OBJECT_META.properties, ...limits.properties },
    ...(limits.required && { required: limits.required }),
  };
}

function convert(props: JsonSchemaProps): Schema {
  const common = {
    ...pick(props, ['description', 'nullable', 'default', 'enum']),
    ...(rulesOf(props) && { rules: rulesOf(props) as ValueRules }),
    ...(props['x-kubernetes-validations']?.length && { validations: props['x-kubernetes-validations'] }),
  };
  if (props['x-kubernetes-int-or-string']) return { type: 'int-or-string', ...common, ...limitsOf(props) };
  switch (props.type) {
    case 'object':
      return { ...convertObject(props), ...common };
    case 'array':
      return { ...convertArray(props), ...common };
    case 'string':
    case 'integer':
    case 'number':
    case 'boolean':
      return { type: props.type, ...common, ...limitsOf(props) };
    default:
      return { type: 'any', ...common };
  }
}

function convertObject(props: JsonSchemaProps): Schema {
  const shared = {
    ...pick(props, ['minProperties', 'maxProperties']),
    ...(props.required?.length && { required: props.required }),
    ...(props['x-kubernetes-map-type'] === 'atomic' && { atomic: true }),
  };
  const values = valuesOf(props);
  if (values !== undefined || (props.additionalProperties === true && !props.properties)) {
    return { type: 'map', values: values === undefined ? { type: 'any' } : convert(values), ...shared };
  }
  const properties = Object.entries(props.properties ?? {}).map(
    ([name, part]) => [name, convert(part)] as const,
  );
  const object: ObjectSchema = { type: 'object', properties: Object.fromEntries(properties), ...shared };
  return {
    ...object,
    ...(props['x-kubernetes-preserve-unknown-fields'] && { preserveUnknown: true }),
    ...(props['x-kubernetes-embedded-resource'] && { embedded: true }),
  };
}

function convertArray(props: JsonSchemaProps): ArraySchema {
  const items = itemsOf(props);
  const converted: Schema = items === undefined ? { type: 'any' } : convert(items);
  // On a list the extension speaks of what is in the items.
  const open = props['x-kubernetes-preserve-unknown-fields'] && converted.type === 'object';
  const listType = props['x-kubernetes-list-type'];
  return {
    type: 'array',
    items: open ? { ...converted, preserveUnknown: true } : converted,
    listType: listType === 'set' || listType === 'map' ? listType : 'atomic',
    ...(props['x-kubernetes-list-map-keys']?.length && { listMapKeys: props['x-kubernetes-list-map-keys'] }),
    ...pick(props, ['minItems', 'maxItems', 'uniqueItems']),
  };
}

const LIMITS = [
  ...(['format', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'exclusiveMinimum'] as const),
  ...(['exclusiveMaximum', 'multipleOf', 'minItems', 'maxItems', 'uniqueItems'] as const),
  ...(['minProperties', 'maxProperties'] as const),
] satisfies readonly (keyof Limits)[];

const limitsOf = (props: JsonSchemaProps): Limits => pick(props, LIMITS);

function pick<K extends keyof JsonSchemaProps>(
  props: JsonSchemaProps,
  keys: readonly K[],
): Pick<JsonSchemaProps, K> {
  return Object.fromEntries(
    keys.filter((key) => props[key] !== null && props[key] !== undefined).map((key) => [key, props[key]]),
  ) as Pick<JsonSchemaProps, K>;
}

function rulesOf(props: JsonSchemaProps): ValueRules | undefined {
  const rules: Record<string, unknown> = {};
  for (const junctor of JUNCTORS) {
    const branches = props[junctor] ?? [];
    if (branches.length > 0) rules[junctor] = branches.map(conditionOf);
  }
  if (props.not !== undefined) rules.not = conditionOf(props.not);
  return isEmptyObject(rules) ? undefined : rules;
}

function conditionOf(props: JsonSchemaProps): Condition {
  const [items, values, rules] = [itemsOf(props), valuesOf(props), rulesOf(props)];
  const properties = Object.entries(props.properties ?? {}).map(
    ([name, part]) => [name, conditionOf(part)] as const,
  );
  return {
    ...limitsOf(props),
    ...pick(props, ['type', 'enum', 'required']),
    ...(rules && { rules }),
    ...(properties.length > 0 && { properties: Object.fromEntries(properties) }),
    ...(values && { values: conditionOf(values) }),
    ...(items && { items: conditionOf(items) }),
  };
}
