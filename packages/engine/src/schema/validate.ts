import { eachItem, eachProperty, eachValue, inTurn, requiredCheck, rulesCheck } from './condition.ts';
import { embeddedErrors } from './embedded-errors.ts';
import { Correlated } from './correlate.ts';
import { type FieldError, invalid, renderFieldError } from './field-error.ts';
import { formatCheck } from './format.ts';
import { enumCheck, limitsCheck } from './limits.ts';
import { isObject } from './json.ts';
import { listTypeErrors } from './list-type.ts';
import { judgeRules } from './rules/judge.ts';
import { hasRules } from './rules/tree.ts';
import type { Limits, Schema } from './structural.ts';
import { type Check, Trail } from './trail.ts';
import { typeCheck } from './type-check.ts';

const checks = new WeakMap<Schema, Check>();

/**
 * What is wrong with a value by its schema, in Kubernetes' words for custom resources: types,
 * required fields, limits, formats, enumerations, rules; embedded resources; repeated items of sets
 * and list maps. Values of built-in kinds have had their types checked when they were read
 * (`conform`) and are looked at for enumerations only; the rest of their rules are no matter of structure.
 *
 * Of a change, parts of a custom resource that are as they were may stay so, though they break a rule that came
 * later (Kubernetes, "validation ratcheting").
 */
export function validate(schema: Schema, value: unknown, { old, part, before = [] }: Change = {}): Verdict {
  if (isBuiltin(schema)) return { errors: [...before, ...valueErrors(schema, value)], warnings: [] };
  const correlated = old === undefined ? undefined : new Correlated(schema, value, old);
  const listsWere = old !== undefined && listTypeErrors(schema, old).length > 0;
  const errors = [
    ...before,
    ...(part === undefined
      ? valueErrors(schema, value, { past: correlated })
      : partErrors(schema, value, { part, past: correlated })),
    ...embeddedErrors(schema, value),
    ...(listsWere ? [] : listTypeErrors(schema, value)),
  ];
  if (!hasRules(schema)) return { errors, warnings: [] };
  if (errors.some(({ reason }) => BLOCKING.has(reason)))
    return { errors: [...errors, NOT_CHECKED], warnings: [] };
  const judged = judgeRules(schema, value, correlated && { old, correlated });
  return { errors: [...errors, ...judged.errors], warnings: judged.warnings };
}

interface Change {
  /** What the value was before. */
  readonly old?: unknown;
  /** The one field that is written, `status`. */
  readonly part?: string | undefined;
  /** What is wrong besides: it comes first, and keeps rules from being asked. */
  readonly before?: readonly FieldError[];
}

/** Of a write of one field, only that is held to its schema. */
function partErrors(
  schema: Schema,
  value: unknown,
  { part, past }: { readonly part: string; readonly past: Correlated | undefined },
): FieldError[] {
  const below = schema.type === 'object' ? schema.properties[part] : undefined;
  const written = isObject(value) ? value[part] : undefined;
  if (below === undefined || written === undefined) return [];
  return valueErrors(below, written, { field: part, past: past?.key(part) });
}

/** What is wrong, and what is let pass though it is. */
export interface Verdict {
  readonly errors: readonly FieldError[];
  readonly warnings: readonly string[];
}

/** Rules are not asked about values that they could not make sense of. */
const BLOCKING: ReadonlySet<string> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

const NOT_CHECKED = invalid(
  '',
  null,
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
);

/**
 * The part of `validate` that speaks of values alone.
 *
 * @param given.field what lies before the value, for the errors' fields; their messages count from the value on
 */
export function valueErrors(
  schema: Schema,
  value: unknown,
  { field = '', past }: { readonly field?: string; readonly past?: Correlated | undefined } = {},
): FieldError[] {
  const trail = new Trail(field, past);
  if (past?.same() !== true) checkOf(schema)(value, trail);
  // A rule and the schema around it often find the same.
  return trail.errors.length < 2
    ? trail.errors
    : [...new Map(trail.errors.map((error) => [renderFieldError(error), error])).values()];
}

const isBuiltin = (schema: Schema): boolean => schema.goType !== undefined;

/** Compiled once for a schema. */
function checkOf(schema: Schema): Check {
  let check = checks.get(schema);
  if (check === undefined) {
    check = isBuiltin(schema) ? (builtinCheck(schema, new Map()) ?? nothing) : customCheck(schema);
    checks.set(schema, check);
  }
  return check;
}

const nothing: Check = () => undefined;

function customCheck(schema: Schema): Check {
  const type = schemaTypeCheck(schema);
  const allowed = enumCheck(schema.enum);
  const forNull = inTurn([type, allowed]) ?? nothing;
  const forValue =
    inTurn([
      type,
      rulesCheck(schema.rules),
      itemsOf(schema),
      limitsCheck(schema as Limits),
      allowed,
      membersOf(schema),
    ]) ?? nothing;
  return (value, trail) => (value === null ? forNull(value, trail) : forValue(value, trail));
}

const itemsOf = (schema: Schema): Check | undefined =>
  schema.type === 'array' ? eachItem(unlessSame(customCheck(schema.items))) : undefined;

function membersOf(schema: Schema): Check | undefined {
  if (schema.type === 'map')
    return inTurn([eachValue(unlessSame(customCheck(schema.values))), requiredCheck(schema.required)]);
  if (schema.type !== 'object') return undefined;
  const properties = Object.entries(schema.properties).map(
    ([name, part]) => [name, unlessSame(propertyCheck(part))] as const,
  );
  return inTurn([eachProperty(properties), requiredCheck(schema.required)]);
}

/** A part that is as it was is not looked at. */
const unlessSame =
  (check: Check): Check =>
  (value, trail) => {
    const around = trail.past;
    if (around === undefined) return check(value, trail);
    trail.past = trail.below(around);
    if (trail.past?.same() !== true) check(value, trail);
    trail.past = around;
  };

/** Metadata is read as Go reads it, in custom resources too. */
const propertyCheck = (schema: Schema): Check => (isBuiltin(schema) ? checkOf(schema) : customCheck(schema));

const JSON_TYPES: Readonly<Record<string, readonly string[]>> = {
  object: ['object'],
  map: ['object'],
  array: ['array'],
  'int-or-string': ['integer', 'string'],
};

function schemaTypeCheck(schema: Schema): Check | undefined {
  if (schema.type === 'any') return undefined;
  const types = JSON_TYPES[schema.type] ?? [schema.type];
  const checked = 'format' in schema && formatCheck(schema.format) !== undefined;
  return typeCheck(types, {
    ...(schema.nullable && { nullable: true }),
    ...(checked && schema.format !== undefined && { format: schema.format }),
  });
}

/** Undefined when nothing below has an enumeration. `made` breaks the circle of types that contain themselves. */
function builtinCheck(schema: Schema, made: Map<object, Check | undefined>): Check | undefined {
  const identity = schema.type === 'object' ? schema.properties : schema;
  if (made.has(identity)) return made.get(identity);
  made.set(identity, undefined);
  const check = builtinParts(schema, made);
  made.set(identity, check);
  return check;
}

function builtinParts(schema: Schema, made: Map<object, Check | undefined>): Check | undefined {
  if (schema.type === 'array' || schema.type === 'map') {
    const below = builtinCheck(schema.type === 'array' ? schema.items : schema.values, made);
    return below && (schema.type === 'array' ? eachItem(below) : eachValue(below));
  }
  if (schema.type === 'object') {
    const properties = Object.entries(schema.properties).flatMap(([name, part]) => {
      const check = builtinCheck(part, made);
      return check === undefined ? [] : [[name, check] as const];
    });
    return properties.length > 0 ? eachProperty(properties) : undefined;
  }
  const allowed = enumCheck(schema.enum);
  // Go's empty string is an absent one.
  return allowed && ((value, trail) => (value === '' || value === null ? undefined : allowed(value, trail)));
}
