import type { JsonObject } from './json.ts';
import { OBJECT_META } from './object-meta.ts';
import { typeNameOf } from './openapi-names.ts';
import type {
  ArraySchema,
  Condition,
  Limits,
  ObjectSchema,
  ScalarSchema,
  Schema,
  ValueRules,
} from './structural.ts';

export type OpenApiVersion = 'v2' | 'v3';

type Writing = Record<string, unknown>;

const FIELDS = 'v1.FieldsV1';

/** Writes schemas as OpenAPI. Types with names become components and are referred to. */
export class SchemaWriter {
  readonly schemas: Record<string, JsonObject> = {};
  readonly #version: OpenApiVersion;
  readonly #origin: 'builtin' | 'custom';

  constructor(version: OpenApiVersion, origin: 'builtin' | 'custom') {
    this.#version = version;
    this.#origin = origin;
  }

  define(name: string, schema: JsonObject): void {
    this.schemas[name] = schema;
  }

  refer(name: string): JsonObject {
    return { $ref: `${this.#version === 'v3' ? '#/components/schemas/' : '#/definitions/'}${name}` };
  }

  /** The schema of a field, an item or a map's value. */
  write(schema: Schema): JsonObject {
    const field = this.#fieldFacts(schema);
    if (schema.goType === FIELDS) return { ...field, ...this.#fields() };
    if (schema.type !== 'object' || schema.typeName === undefined) {
      return { ...(this.#isUntyped(schema) ? unknown(schema) : this.#body(schema)), ...field };
    }
    const name = typeNameOf(schema.typeName);
    // Set before its fields are written: a type may contain itself.
    if (this.schemas[name] === undefined) {
      this.schemas[name] = {};
      this.define(name, this.object(schema));
    }
    const reference = this.refer(name);
    // In v2 kubectl reads what stands beside a reference, and knows nothing of allOf.
    if (this.#version === 'v2') return { ...field, default: undefined, ...reference };
    // In v3 nothing beside a reference counts, so that what is the field's own goes around it.
    return Object.keys(field).length === 0 ? reference : { allOf: [reference], ...field };
  }

  /** Of whatever is managed; the one type without fields that has a name. */
  #fields(): JsonObject {
    const name = typeNameOf('meta.v1.FieldsV1');
    this.define(name, { type: 'object' });
    return this.#version === 'v3' ? { allOf: [this.refer(name)] } : this.refer(name);
  }

  /** An object with its fields, named or not. */
  object(schema: Schema): JsonObject {
    if (this.#version === 'v2' && this.#origin === 'custom' && preserves(schema)) return { type: 'object' };
    return schema.type === 'object' ? this.#object(schema) : this.#body(schema);
  }

  /** In version 2 kubectl refuses what such values may hold, unless nothing is said of them. */
  #isUntyped(schema: Schema): boolean {
    if (this.#version === 'v3' || this.#origin === 'builtin') return false;
    return schema.nullable === true || preserves(schema);
  }

  #fieldFacts(schema: Schema): JsonObject {
    const fallback = schema.zero === null ? undefined : schema.zero;
    const value = schema.default ?? fallback;
    return {
      ...(schema.description !== undefined && { description: schema.description }),
      ...(value !== undefined && { default: value }),
      ...(schema.nullable && this.#version === 'v3' && { nullable: true }),
      ...('patchMergeKey' in schema &&
        schema.patchMergeKey && { 'x-kubernetes-patch-merge-key': schema.patchMergeKey }),
      ...('patchStrategy' in schema &&
        schema.patchStrategy && { 'x-kubernetes-patch-strategy': schema.patchStrategy }),
    };
  }

  #body(schema: Schema): JsonObject {
    const common = {
      ...(schema.enum && { enum: schema.enum }),
      ...this.#rules(schema.rules),
      ...(schema.validations && { 'x-kubernetes-validations': schema.validations }),
    };
    switch (schema.type) {
      case 'object':
        return this.#object(schema);
      case 'map':
        return {
          type: 'object',
          additionalProperties: this.write(schema.values),
          ...(schema.required && { required: schema.required }),
          ...limitsOf(schema),
          ...(schema.atomic && { 'x-kubernetes-map-type': 'atomic' }),
          ...common,
        };
      case 'array':
        return { ...this.#array(schema), ...common };
      case 'any':
        return { ...this.#any(schema.goType), ...common };
      default:
        return { ...this.#scalar(schema), ...limitsOf(schema), ...common };
    }
  }

  #object(schema: ObjectSchema): JsonObject {
    const properties: Writing = schema.embedded && this.#version === 'v3' ? this.#resourceFields() : {};
    for (const [name, field] of Object.entries(schema.properties)) properties[name] = this.write(field);
    return {
      type: 'object',
      ...(Object.keys(properties).length > 0 && { properties }),
      ...this.#required(schema),
      ...limitsOf(schema),
      ...(schema.preserveUnknown && { 'x-kubernetes-preserve-unknown-fields': true }),
      ...(schema.embedded && { 'x-kubernetes-embedded-resource': true }),
      ...(schema.atomic && { 'x-kubernetes-map-type': 'atomic' }),
      ...(schema.enum && { enum: schema.enum }),
      ...this.#rules(schema.rules),
      ...(schema.validations && { 'x-kubernetes-validations': schema.validations }),
    };
  }

  /** In version 2 what may be null need not be there. */
  #required({ required, properties }: ObjectSchema): JsonObject {
    const names = required?.filter((name) => this.#version === 'v3' || properties[name]?.nullable !== true);
    return names === undefined || names.length === 0 ? {} : { required: names };
  }

  /** What a resource within a resource has beside its own. */
  #resourceFields(): Writing {
    const metadata = this.write(OBJECT_META);
    return { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { allOf: [metadata] } };
  }

  #array(schema: ArraySchema): JsonObject {
    return {
      type: 'array',
      items: this.write(schema.items),
      ...limitsOf(schema),
      // What is so anyway is said of built-in kinds only.
      ...((this.#origin === 'builtin' || schema.listType !== 'atomic') && {
        'x-kubernetes-list-type': schema.listType,
      }),
      ...(schema.listMapKeys && { 'x-kubernetes-list-map-keys': schema.listMapKeys }),
    };
  }

  #any(goType: string | undefined): JsonObject {
    if (this.#origin === 'custom' && goType === undefined)
      return { 'x-kubernetes-preserve-unknown-fields': true };
    return goType === 'v1.JSON' ? {} : { type: 'object' };
  }

  #scalar(schema: ScalarSchema): JsonObject {
    const format = schema.format === undefined ? {} : { format: schema.format };
    switch (schema.type) {
      case 'int-or-string':
        if (this.#origin === 'custom') return { 'x-kubernetes-int-or-string': true };
        return { ...this.#either('integer', 'string'), format: 'int-or-string' };
      case 'quantity':
        return this.#either('string', 'number');
      case 'time':
      case 'micro-time':
        return { type: 'string', format: 'date-time' };
      case 'bytes':
        return { type: 'string', format: 'byte' };
      case 'duration':
        return { type: 'string' };
      default:
        return { type: schema.type, ...format };
    }
  }

  /** OpenAPI v2 has no alternatives: there the value counts as a string. */
  #either(...types: readonly string[]): JsonObject {
    return this.#version === 'v3' ? { oneOf: types.map((type) => ({ type })) } : { type: 'string' };
  }

  /** OpenAPI v2 has no rules. */
  #rules(rules: ValueRules | undefined): JsonObject {
    if (rules === undefined || this.#version === 'v2') return {};
    const out: Writing = {};
    for (const junctor of ['allOf', 'anyOf', 'oneOf'] as const) {
      if (rules[junctor]) out[junctor] = rules[junctor].map((branch) => this.#condition(branch));
    }
    if (rules.not) out.not = this.#condition(rules.not);
    return out;
  }

  #condition(condition: Condition): JsonObject {
    const { rules, properties, values, items, ...rest } = condition;
    const parts = Object.entries(properties ?? {}).map(
      ([name, part]) => [name, this.#condition(part)] as const,
    );
    return {
      ...rest,
      ...this.#rules(rules),
      ...(parts.length > 0 && { properties: Object.fromEntries(parts) }),
      ...(values && { additionalProperties: this.#condition(values) }),
      ...(items && { items: this.#condition(items) }),
    };
  }
}

const LIMITS = [
  ...([
    'pattern',
    'minLength',
    'maxLength',
    'minimum',
    'maximum',
    'exclusiveMinimum',
    'exclusiveMaximum',
  ] as const),
  ...(['multipleOf', 'minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties'] as const),
] satisfies readonly (keyof Limits)[];

function limitsOf(schema: Limits): JsonObject {
  const out: Writing = {};
  for (const name of LIMITS) if (schema[name] !== undefined) out[name] = schema[name];
  return out;
}

const preserves = (schema: Schema): boolean => schema.type === 'object' && schema.preserveUnknown === true;

const unknown = (schema: Schema): JsonObject => ({
  ...limitsOf(schema as Limits),
  ...(preserves(schema) && { 'x-kubernetes-preserve-unknown-fields': true }),
  ...(schema.type === 'object' && schema.embedded && { 'x-kubernetes-embedded-resource': true }),
});
