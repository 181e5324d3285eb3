import { eachItem, eachProperty, eachValue, inTurn, requiredCheck, rulesCheck } from './condition.ts';
import { type FieldError, invalid, typeInvalid } from './field-error.ts';
import { formatCheck } from './format.ts';
import { enumCheck, limitsCheck } from './limits.ts';
import { listTypeErrors } from './list-type.ts';
import type { Limits, Schema } from './structural.ts';
import { type Check, Trail } from './trail.ts';

const checks = new WeakMap<Schema, Check>();

/**
 * What is wrong with a value by its schema, in Kubernetes' words for custom resources: types,
 * required fields, limits, formats, enumerations, rules, and repeated items of sets and list maps.
 * Values of built-in kinds have had their types checked when they were read (`conform`) and are
 * looked at for enumerations only; the rest of their rules are no matter of structure.
 *
 * @param path put before every field's own path
 */
export function validate(schema: Schema, value: unknown, path = ''): FieldError[] {
  const trail = new Trail(path);
  checkOf(schema)(value, trail);
  return isBuiltin(schema) ? trail.errors : [...trail.errors, ...listTypeErrors(schema, value, path)];
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
  const type = typeCheck(schema);
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

function typeCheck(schema: Schema): Check | undefined {
  if (schema.type === 'any') return undefined;
  const types = JSON_TYPES[schema.type] ?? [schema.type];
  const format = 'format' in schema && formatCheck(schema.format) !== undefined ? schema.format : undefined;
  return (value, trail) => {
    const found = jsonType(value);
    if (found === 'null') {
      if (schema.nullable !== true) trail.add(wrongType(trail.path(), types.join(','), 'null'));
      return;
    }
    if (types.includes(found) || (found === 'integer' && types.includes('number'))) {
      if (types[0] === 'integer') checkRange(value, trail);
      return;
    }
    if (format !== undefined && found !== 'array')
      trail.add(wrongType(trail.path(), format, goFormat(found)));
    else trail.add(wrongType(trail.path(), types.join(','), found));
    if (found === 'number' && types[0] === 'integer') outOfRange(trail);
  };
}

function jsonType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value === 'bigint' ? 'integer' : typeof value;
}

const goFormat = (type: string): string => ({ integer: 'int64', number: 'float64' })[type] ?? '';

const wrongType = (path: string, wanted: string, found: string): FieldError =>
  typeInvalid(path, found, `${path} in body must be of type ${wanted}: ${JSON.stringify(found)}`);

const [MIN, MAX] = [-(2n ** 63n), 2n ** 63n - 1n];

function checkRange(value: unknown, trail: Trail): void {
  if ((typeof value === 'number' || typeof value === 'bigint') && (value < MIN || value > MAX))
    outOfRange(trail);
}

const outOfRange = (trail: Trail): void =>
  trail.add(invalid('', '', `Checked value must be of type integer (default format) in ${trail.path()}`));

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
