import { eachItem, eachProperty, eachValue, inTurn, requiredCheck, rulesCheck } from './condition.ts';
import { embeddedErrors } from './embedded-errors.ts';
import { type FieldError, renderFieldError } from './field-error.ts';
import { formatCheck } from './format.ts';
import { enumCheck, limitsCheck } from './limits.ts';
import { listTypeErrors } from './list-type.ts';
import type { Limits, Schema } from './structural.ts';
import { type Check, Trail } from './trail.ts';
import { typeCheck } from './type-check.ts';

const checks = new WeakMap<Schema, Check>();

/**
 * What is wrong with a value by its schema, in Kubernetes' words for custom resources: types,
 * required fields, limits, formats, enumerations, rules; embedded resources; repeated items of sets
 * and list maps. Values of built-in kinds have had their types checked when they were read
 * (`conform`) and are looked at for enumerations only; the rest of their rules are no matter of structure.
 */
export function validate(schema: Schema, value: unknown): FieldError[] {
  const errors = valueErrors(schema, value);
  if (isBuiltin(schema)) return errors;
  return [...errors, ...embeddedErrors(schema, value), ...listTypeErrors(schema, value)];
}

/**
 * The part of `validate` that speaks of values alone.
 *
 * @param field what lies before the value, for the errors' fields; their messages count from the value on
 */
export function valueErrors(schema: Schema, value: unknown, field = ''): FieldError[] {
  const trail = new Trail(field);
  checkOf(schema)(value, trail);
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
  schema.type === 'array' ? eachItem(customCheck(schema.items)) : undefined;

function membersOf(schema: Schema): Check | undefined {
  if (schema.type === 'map')
    return inTurn([eachValue(customCheck(schema.values)), requiredCheck(schema.required)]);
  if (schema.type !== 'object') return undefined;
  const properties = Object.entries(schema.properties).map(
    ([name, part]) => [name, propertyCheck(part)] as const,
  );
  return inTurn([eachProperty(properties), requiredCheck(schema.required)]);
}

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
