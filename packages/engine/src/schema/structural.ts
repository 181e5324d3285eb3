/**
 * The one form in which the engine knows the structure of an object, whether it came from the
 * generated data of a built-in kind or from a CustomResourceDefinition. Validation, defaulting,
 * pruning, apply and patches read nothing else.
 */
export type Schema = ObjectSchema | MapSchema | ArraySchema | ScalarSchema | AnySchema;

interface Common {
  readonly nullable?: boolean;
  /** Set when the field is absent. A plain JSON value. */
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
}

export interface ObjectSchema extends Common {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** `x-kubernetes-preserve-unknown-fields`: unknown fields stay. */
  readonly preserveUnknown?: boolean;
  /** `x-kubernetes-embedded-resource`: has apiVersion, kind, metadata of its own. */
  readonly embedded?: boolean;
  /** `x-kubernetes-map-type: atomic`: apply owns it whole. */
  readonly atomic?: boolean;
  /** `x-kubernetes-validations`, kept for the CEL evaluator. */
  readonly validations?: readonly unknown[];
  /** Built-in kinds: the Go struct is a pointer or not, so an empty value is left out or kept. */
  readonly oneOfRules?: readonly unknown[];
}

export interface MapSchema extends Common {
  readonly type: 'map';
  readonly values: Schema;
  readonly atomic?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
}

export interface ArraySchema extends Common {
  readonly type: 'array';
  readonly items: Schema;
  /** `x-kubernetes-list-type`; `atomic` when the definition is silent. */
  readonly listType: 'atomic' | 'set' | 'map';
  /** `x-kubernetes-list-map-keys`. */
  readonly listMapKeys?: readonly string[];
  /** Strategic merge patch: `patchMergeKey` and `patchStrategy` of the Go struct. */
  readonly patchMergeKey?: string;
  readonly patchStrategy?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
}

export interface ScalarSchema extends Common {
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
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
}

/** Anything goes: RawExtension, FieldsV1, JSON. */
export interface AnySchema extends Common {
  readonly type: 'any';
}
