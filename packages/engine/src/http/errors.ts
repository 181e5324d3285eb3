import { ApiError, type KubeObject, type Status } from '@fairlead/kube';
import { causesOf, type FieldError, invalidMessage } from '../schema/field-error.ts';

export { ApiError };

/** What is meant by a message about an object: `deployments.apps "web"`. */
export interface Subject {
  readonly group: string;
  readonly resource: string;
  readonly name?: string;
}

type Details = Status['details'];

export const failure = (given: {
  code: number;
  /** None is `Unknown` in Kubernetes, which is not written. */
  reason?: string;
  message: string;
  details?: Details;
}): ApiError => new ApiError(failureStatus(given));

export const failureStatus = (given: {
  code: number;
  reason?: string;
  message: string;
  details?: Details;
}): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: given.message,
  ...(given.reason !== undefined && { reason: given.reason }),
  ...(given.details && { details: given.details }),
  code: given.code,
});

const qualified = (name: string, group: string): string => (group === '' ? name : `${name}.${group}`);

/** Go's %q for what occurs in names: JSON's quoting is the same there. */
const quoted = (text: string): string => JSON.stringify(text);

const detailsOf = (subject: Subject): NonNullable<Details> => ({
  ...(subject.name !== undefined && subject.name !== '' && { name: subject.name }),
  ...(subject.group !== '' && { group: subject.group }),
  ...(subject.resource !== '' && { kind: subject.resource }),
});

export const notFound = (subject: Subject): ApiError =>
  failure({
    code: 404,
    reason: 'NotFound',
    message: `${qualified(subject.resource, subject.group)} ${quoted(subject.name ?? '')} not found`,
    details: detailsOf(subject),
  });

export const alreadyExists = (subject: Subject, { metadata }: KubeObject): ApiError => {
  const message = `${qualified(subject.resource, subject.group)} ${quoted(subject.name ?? '')} already exists`;
  const isGoing = metadata.deletionTimestamp !== undefined;
  return failure({
    code: 409,
    reason: 'AlreadyExists',
    message: isGoing ? `object is being deleted: ${message}` : message,
    details: detailsOf(subject),
  });
};

export const conflict = (subject: Subject, why: string): ApiError =>
  failure({
    code: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ${qualified(subject.resource, subject.group)} ${quoted(subject.name ?? '')}: ${why}`,
    details: detailsOf(subject),
  });

/** The conflict of an update whose `resourceVersion` is no longer the newest. */
export const modified = (subject: Subject): ApiError =>
  conflict(
    subject,
    'the object has been modified; please apply your changes to the latest version and try again',
  );

export const forbidden = (
  subject: Subject,
  why: string,
  causes?: readonly { reason?: string; message?: string; field?: string }[],
): ApiError => {
  const name = subject.name ?? '';
  const what = qualified(subject.resource, subject.group);
  const whom = name === '' ? what : `${what} ${quoted(name)}`;
  return failure({
    code: 403,
    reason: 'Forbidden',
    // A path of the server itself has no resource.
    message: `${what === '' ? '' : `${whom} is `}forbidden: ${why}`,
    details: { ...detailsOf(subject), ...(causes && { causes }) },
  });
};

/** `subject.kind` is the Kind here, not the resource: that is how Kubernetes words a 422. */
export const invalid = (
  subject: { readonly group: string; readonly kind: string; readonly name: string },
  errors: readonly FieldError[],
): ApiError =>
  failure({
    code: 422,
    reason: 'Invalid',
    message: invalidMessage({ ...subject, errors }),
    details: {
      ...(subject.name !== '' && { name: subject.name }),
      ...(subject.group !== '' && { group: subject.group }),
      ...(subject.kind !== '' && { kind: subject.kind }),
      causes: causesOf(errors),
    },
  });

export const badRequest = (message: string): ApiError =>
  failure({ code: 400, reason: 'BadRequest', message });

export const unauthorized = (): ApiError =>
  failure({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' });

export const methodNotAllowed = (): ApiError =>
  failure({
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
    details: {},
  });

export const verbNotSupported = (subject: Subject, verb: string): ApiError =>
  failure({
    code: 405,
    reason: 'MethodNotAllowed',
    message: `${verb} is not supported on resources of kind ${quoted(qualified(subject.resource, subject.group))}`,
    details: detailsOf({ ...subject, name: '' }),
  });

/** A part of Kubernetes that this server knows of and does not serve: said by name, never half-served. */
export const notServed = (what: string): ApiError =>
  failure({
    code: 501,
    reason: 'NotImplemented',
    message: `${what} is not served by this engine (see docs/engine-differences.md)`,
    details: {},
  });

export const expired = (message: string): ApiError => failure({ code: 410, reason: 'Expired', message });

export const futureVersion = (asked: number, current: number): ApiError =>
  failure({
    code: 504,
    reason: 'Timeout',
    message: `Timeout: Too large resource version: ${asked}, current: ${current}`,
    details: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  });

/** Comes with `Retry-After`. */
export const tooManyRequests = (): ApiError =>
  failure({
    code: 429,
    reason: 'TooManyRequests',
    message: 'Too many requests, please try again later.',
    details: { retryAfterSeconds: 1 },
  });

export const tooLarge = (limit: number): ApiError =>
  failure({
    code: 413,
    reason: 'RequestEntityTooLarge',
    message: `Request entity too large: limit is ${limit}`,
  });

export const unsupportedMediaType = (accepted: readonly string[]): ApiError =>
  failure({
    code: 415,
    reason: 'UnsupportedMediaType',
    message: `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  });

/** Of built-in kinds the router knows which patches there are, and names none. */
export const unsupportedPatch = (origin: 'builtin' | 'custom', accepted: readonly string[]): ApiError =>
  origin === 'custom'
    ? unsupportedMediaType(accepted)
    : failure({
        code: 415,
        reason: 'UnsupportedMediaType',
        message: '415: Unsupported Media Type',
        details: {},
      });

/** The object in a body, or what a patch leaves, has no name. */
export const undeterminable = (name: string): ApiError =>
  badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);

export const notAcceptable = (accepted: readonly string[]): ApiError =>
  failure({
    code: 406,
    reason: 'NotAcceptable',
    message: `only the following media types are accepted: ${accepted.join(', ')}`,
  });

/** The form that was asked for is not one of this answer. */
export const notShownSo = (message: string): ApiError =>
  failure({ code: 406, reason: 'NotAcceptable', message });

export const internal = (why: string): ApiError =>
  failure({
    code: 500,
    reason: 'InternalError',
    message: `Internal error occurred: ${why}`,
    details: { causes: [{ message: why }] },
  });

/** The header that says the same as the details. */
export const retryHeader = ({ status }: ApiError): Record<string, string> => {
  const seconds = status.details?.retryAfterSeconds;
  return seconds === undefined ? {} : { 'retry-after': String(seconds) };
};
