import { stringifyExact } from './exact-json.ts';
import { goQuote } from './go-text.ts';

/** Kubernetes' names for what may be wrong with a field (StatusCause.reason). */
export type FieldErrorReason =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueTypeInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueDuplicate'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueNotFound'
  | 'InternalError';

/** Something wrong with one field, in the words of Kubernetes (apimachinery, util/validation/field). */
export interface FieldError {
  readonly reason: FieldErrorReason;
  /** `spec.ports[0].name`; `<nil>` for the object as a whole. */
  readonly field: string;
  /** `Invalid value: "x": must be …`. */
  readonly detail: string;
}

const errorOf = (reason: FieldErrorReason, field: string, words: readonly string[]): FieldError => ({
  reason,
  field: field === '' ? '<nil>' : field,
  detail: words.filter((word) => word !== '').join(': '),
});

export const required = (field: string, detail = ''): FieldError =>
  errorOf('FieldValueRequired', field, ['Required value', detail]);

export const invalid = (field: string, value: unknown, detail: string): FieldError =>
  errorOf('FieldValueInvalid', field, [
    value === OMITTED ? 'Invalid value' : `Invalid value: ${renderValue(value)}`,
    detail,
  ]);

/** The value is of another JSON type than the schema says. */
export const typeInvalid = (field: string, value: unknown, detail: string): FieldError =>
  errorOf('FieldValueTypeInvalid', field, [`Invalid value: ${renderValue(value)}`, detail]);

export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.map((word) => JSON.stringify(word)).join(', ');
  const words = [`Unsupported value: ${renderValue(value)}`, list && `supported values: ${list}`];
  return errorOf('FieldValueNotSupported', field, words);
}

export const duplicate = (field: string, value: unknown): FieldError =>
  errorOf('FieldValueDuplicate', field, [`Duplicate value: ${renderValue(value)}`]);

export const notFound = (field: string, value: unknown, detail = ''): FieldError =>
  errorOf('FieldValueNotFound', field, [`Not found: ${renderValue(value)}`, detail]);

export const forbidden = (field: string, detail: string): FieldError =>
  errorOf('FieldValueForbidden', field, ['Forbidden', detail]);

export const internal = (field: string, detail: string): FieldError =>
  errorOf('InternalError', field, ['Internal error', detail]);

/** `max` in bytes; the value is left out of the message. */
export const tooLong = (field: string, max: number): FieldError =>
  errorOf('FieldValueTooLong', field, [
    'Too long',
    `may not be more than ${max} byte${max === 1 ? '' : 's'}`,
  ]);

export const tooMany = (field: string, actual: number, max: number): FieldError =>
  errorOf('FieldValueTooMany', field, [
    `Too many: ${actual}`,
    `must have at most ${max} item${max === 1 ? '' : 's'}`,
  ]);

/** The value of an error that shows none. */
export const OMITTED = Symbol('a value that is not shown');

const BY_NUMBER = /[<>&\u2028\u2029]/g;

function renderValue(value: unknown): string {
  return typeof value === 'string' ? goQuote(value) : goJson(value);
}

/** As Go marshals it; what HTML minds is written by its number. `indent` as `JSON.stringify` takes it. */
export function goJson(value: unknown, indent?: number): string {
  return safeForHtml(stringifyExact(ordered(value ?? null), indent));
}

/** What HTML minds in a JSON text is written by its number, as Go writes it. */
export const safeForHtml = (json: string): string =>
  json.replace(BY_NUMBER, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Keys of maps are sorted; the fields of a Go struct, which is a Map here, have an order of their own. */
function ordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(ordered);
  const entries =
    value instanceof Map ? [...value] : Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, ordered(part)]));
}

/** `spec.replicas: Invalid value: "x": must be …`. */
export const renderFieldError = (error: FieldError): string => `${error.field}: ${error.detail}`;

/** Several errors in one message, each said once: `[a, b]`. */
export function renderFieldErrors(errors: readonly FieldError[]): string {
  const messages = [...new Set(errors.map(renderFieldError))];
  return messages.length === 1 ? (messages[0] as string) : `[${messages.join(', ')}]`;
}

/** The message of a 422 answer: `Deployment.apps "web" is invalid: …`. */
export function invalidMessage(object: {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly errors: readonly FieldError[];
}): string {
  const kind = object.group === '' ? object.kind : `${object.kind}.${object.group}`;
  const subject = `${kind} ${JSON.stringify(object.name)} is invalid`;
  return object.errors.length === 0 ? subject : `${subject}: ${renderFieldErrors(object.errors)}`;
}

/** `details.causes` of a 422 answer. */
export const causesOf = (errors: readonly FieldError[]) =>
  errors.map(({ reason, detail, field }) => ({ reason, message: detail, field }));
