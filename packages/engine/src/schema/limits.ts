import { invalid, notSupported, tooLong, tooMany } from './field-error.ts';
import { formatCheck } from './format.ts';
import { compilePattern } from './go-regexp.ts';
import { equalJson, isObject } from './json.ts';
import type { Limits } from './structural.ts';
import { wrongType } from './type-check.ts';
import { type Check, type Trail } from './trail.ts';

type StringCheck = (value: string, trail: Trail) => void;
type NumberCheck = (value: number | bigint, trail: Trail) => void;

/** One check of all the limits that are set; undefined when none is. */
export function limitsCheck(limits: Limits): Check | undefined {
  const [text, number] = [stringCheck(limits), numberCheck(limits)];
  const [items, members] = [itemsCheck(limits), membersCheck(limits)];
  if (!text && !number && !items && !members) return undefined;
  return (value, trail) => {
    if (typeof value === 'string') text?.(value, trail);
    else if (typeof value === 'number' || typeof value === 'bigint') number?.(value, trail);
    else if (Array.isArray(value)) items?.(value, trail);
    else if (isObject(value)) members?.(value, trail);
  };
}

function stringCheck(limits: Limits): StringCheck | undefined {
  const { minLength, maxLength, pattern, format } = limits;
  const hasFormat = formatCheck(format);
  if (minLength === undefined && maxLength === undefined && !pattern && hasFormat === undefined)
    return undefined;
  const expression = pattern ? compilePattern(pattern) : undefined;
  const length = (value: string, trail: Trail): void => {
    const size = minLength === undefined && maxLength === undefined ? 0 : codePoints(value);
    if (maxLength !== undefined && size > maxLength) trail.add(tooLong(trail.field(), maxLength));
    else if (minLength !== undefined && size < minLength)
      trail.fault(value, `should be at least ${minLength} chars long`);
    else if (expression !== undefined && !expression.test(value))
      trail.fault(value, `should match '${pattern}'`);
  };
  return (value, trail) => {
    length(value, trail);
    if (hasFormat?.(value) === false) trail.add(wrongType(trail, { wanted: format, value }));
  };
}

const codePoints = (text: string): number => [...text].length;

function numberCheck(limits: Limits): NumberCheck | undefined {
  const { minimum, maximum, multipleOf } = limits;
  if (minimum === undefined && maximum === undefined && multipleOf === undefined) return undefined;
  return (value, trail) => {
    const fault = (words: string) => trail.fault(value, words);
    if (multipleOf !== undefined) multipleFault(value, multipleOf, trail);
    if (minimum !== undefined && (limits.exclusiveMinimum === true ? value <= minimum : value < minimum)) {
      fault(`should be greater than ${limits.exclusiveMinimum === true ? '' : 'or equal to '}${minimum}`);
    }
    if (maximum !== undefined && (limits.exclusiveMaximum === true ? value >= maximum : value > maximum)) {
      fault(`should be less than ${limits.exclusiveMaximum === true ? '' : 'or equal to '}${maximum}`);
    }
  };
}

function multipleFault(value: number | bigint, factor: number, trail: Trail): void {
  // Of a whole number Kubernetes asks for a whole factor, and cuts what it is given.
  if (factor < 1 && Number.isInteger(Number(value))) {
    const words = `factor MultipleOf declared for ${trail.path()} must be positive: 0`;
    trail.add(invalid(trail.field(), 0, words));
  } else if (!isMultiple(Number(value), factor)) trail.fault(value, `should be a multiple of ${factor}`);
}

/** Forgiving by a billionth, as binary fractions ask for. */
function isMultiple(value: number, factor: number): boolean {
  const times = factor < 1 ? (1 / factor) * value : value / factor;
  return Number.isInteger(times) || Math.abs(times - Math.round(times)) < 1e-9 * Math.max(1, Math.abs(times));
}

function itemsCheck({
  minItems,
  maxItems,
  uniqueItems,
}: Limits): ((value: readonly unknown[], trail: Trail) => void) | undefined {
  if (minItems === undefined && maxItems === undefined && uniqueItems !== true) return undefined;
  return (value, trail) => {
    const size = value.length;
    if (minItems !== undefined && size < minItems)
      trail.fault(size, `should have at least ${minItems} items`);
    if (maxItems !== undefined && size > maxItems) trail.add(tooMany(trail.field(), size, maxItems));
    if (
      uniqueItems === true &&
      value.some((item, at) => value.slice(0, at).some((other) => equalJson(item, other)))
    ) {
      trail.fault('', "shouldn't contain duplicates");
    }
  };
}

function membersCheck({
  minProperties,
  maxProperties,
}: Limits): ((value: object, trail: Trail) => void) | undefined {
  if (minProperties === undefined && maxProperties === undefined) return undefined;
  return (value, trail) => {
    const size = Object.keys(value).length;
    if (minProperties !== undefined && size < minProperties) {
      trail.fault(size, `should have at least ${minProperties} properties`);
    }
    if (maxProperties !== undefined && size > maxProperties)
      trail.add(tooMany(trail.field(), size, maxProperties));
  };
}

/** The value is one of a list. */
export function enumCheck(allowed: readonly unknown[] | undefined): Check | undefined {
  if (allowed === undefined || allowed.length === 0) return undefined;
  const scalars = new Set(allowed);
  const names = allowed.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return (value, trail) => {
    if (scalars.has(value) || allowed.some((other) => equalJson(value, other))) return;
    trail.add(notSupported(trail.field(), value, names));
  };
}
