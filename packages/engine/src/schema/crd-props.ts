import { isObject } from './json.ts';
import type { Limits } from './structural.ts';

/** apiextensions.k8s.io/v1 JSONSchemaProps, as a CustomResourceDefinition brings it. */
export interface JsonSchemaProps extends Limits {
  readonly type?: string;
  readonly description?: string;
  readonly title?: string;
  readonly nullable?: boolean;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchemaProps>>;
  readonly additionalProperties?: boolean | JsonSchemaProps;
  readonly items?: JsonSchemaProps | readonly JsonSchemaProps[];
  readonly allOf?: readonly JsonSchemaProps[];
  readonly anyOf?: readonly JsonSchemaProps[];
  readonly oneOf?: readonly JsonSchemaProps[];
  readonly not?: JsonSchemaProps;
  readonly id?: string;
  readonly $ref?: string;
  readonly definitions?: object;
  readonly dependencies?: object;
  readonly patternProperties?: object;
  readonly additionalItems?: unknown;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: string;
  readonly 'x-kubernetes-validations'?: readonly CelRule[];
}

/** One rule of `x-kubernetes-validations`. */
export interface CelRule {
  readonly rule?: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
  readonly fieldPath?: string;
  readonly optionalOldSelf?: boolean;
}

export const JUNCTORS = ['allOf', 'anyOf', 'oneOf'] as const;

/** The schema of items, where it is one and not a list of them. */
export const itemsOf = (props: JsonSchemaProps): JsonSchemaProps | undefined =>
  isObject(props.items) ? props.items : undefined;

/** The schema of a map's values, where it is more than a boolean. */
export const valuesOf = (props: JsonSchemaProps): JsonSchemaProps | undefined =>
  isObject(props.additionalProperties) ? props.additionalProperties : undefined;

/** `anyOf` of integer and string, with which `x-kubernetes-int-or-string` may say itself again. */
export const isIntOrStringAnyOf = (branches: readonly JsonSchemaProps[] | undefined): boolean =>
  branches?.length === 2 && isTypeOnly(branches[0], 'integer') && isTypeOnly(branches[1], 'string');

const isTypeOnly = (props: JsonSchemaProps | undefined, type: string): boolean =>
  props !== undefined && props.type === type && Object.keys(props).length === 1;
