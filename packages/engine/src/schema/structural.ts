/**
 * The one form in which the engine knows the structure of an object, whether it came from the
 * generated data of a built-in kind or from a CustomResourceDefinition. Validation, defaulting,
 * pruning, apply and patches read nothing else.
 */
export type Schema = ObjectSchema | MapSchema | ArraySchema | ScalarSchema | AnySchema;

interface Common {
  /** For `kubectl explain`; built-in kinds have none. */
  readonly description?: string;
  readonly nullable?: boolean;
  /** Set when the field is absent. A plain JSON value. */
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  /** `allOf`, `anyOf`, `oneOf`, `not` of a CustomResourceDefinition. */
  readonly rules?: ValueRules;
  /** `x-kubernetes-validations`, kept for the CEL evaluator. */
  readonly validations?: readonly unknown[];
  /**
   * Built-in kinds: Go's name of the type, `v1.PodSpec`, `v1.RestartPolicy`, for decoding errors.
   * Absent for Go's own types (string, int32 by `format`, bool) and for what is made of them.
   */
  readonly goType?: string;
  /** Built-in kinds: `omitempty` on a value that is no pointer: 0, "", false, [] and {} are left out. */
  readonly omitEmpty?: boolean;
  /**
   * Built-in kinds: what Go writes for the field when nothing was given: {} for a struct, "" or 0 or
   * null without `omitempty`. Absent when the field is left out then. Nested zeros follow from the schema.
   */
  readonly zero?: unknown;
}

/** Conditions on a value that add no structure (structural schemas, "value validation"). */
export interface ValueRules {
  readonly allOf?: readonly Condition[];
  readonly anyOf?: readonly Condition[];
  readonly oneOf?: readonly Condition[];
  readonly not?: Condition;
}

/** One branch of a rule: limits on the value and on what is in it. */
export interface Condition extends Limits {
  readonly type?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly rules?: ValueRules;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Condition>>;
  readonly values?: Condition;
  readonly items?: Condition;
}

/** JSON Schema's limits; each binds values of its own type only. */
export interface Limits {
  readonly format?: string;
  readonly pattern?: string;
  /** In Unicode code points. */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
}

export interface ObjectSchema extends Common, Pick<Limits, 'minProperties' | 'maxProperties'> {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** `x-kubernetes-preserve-unknown-fields`: unknown fields stay. */
  readonly preserveUnknown?: boolean;
  /** `x-kubernetes-embedded-resource`: has apiVersion, kind, metadata of its own. */
  readonly embedded?: boolean;
  /** `x-kubernetes-map-type: atomic`: apply owns it whole. */
  readonly atomic?: boolean;
  /** Built-in kinds: the type's name with its group, `core.v1.PodSpec`; OpenAPI refers to types by it. */
  readonly typeName?: string;
  /** Strategic merge patch: `replace` or `retainKeys`; merged when silent. */
  readonly patchStrategy?: string;
}

export interface MapSchema extends Common, Pick<Limits, 'minProperties' | 'maxProperties'> {
  readonly type: 'map';
  readonly values: Schema;
  readonly required?: readonly string[];
  readonly atomic?: boolean;
  readonly patchStrategy?: string;
}

export interface ArraySchema extends Common, Pick<Limits, 'minItems' | 'maxItems' | 'uniqueItems'> {
  readonly type: 'array';
  readonly items: Schema;
  /** `x-kubernetes-list-type`; `atomic` when the definition is silent. */
  readonly listType: 'atomic' | 'set' | 'map';
  /** `x-kubernetes-list-map-keys`. */
  readonly listMapKeys?: readonly string[];
  /** Strategic merge patch: `patchMergeKey` and `patchStrategy` of the Go struct. */
  readonly patchMergeKey?: string;
  readonly patchStrategy?: string;
}

/**
 * `format` of integers: int32, int64 (Go's size for built-in kinds). Strings that Go types with a
 * codec of their own: quantity, time (RFC 3339 to the second), micro-time, duration, bytes (base64).
 */
export interface ScalarSchema extends Common, Limits {
  readonly type:
    | 'string'
    | 'integer'
    | 'number'
    | 'boolean'
    | 'int-or-string'
    | 'quantity'
    | 'time'
    | 'micro-time'
    | 'duration'
    | 'bytes';
}

/** Anything goes: RawExtension, FieldsV1, JSON. */
export interface AnySchema extends Common {
  readonly type: 'any';
}
