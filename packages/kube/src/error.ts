import type { Status } from './object.ts';

/** An answer of the API that is not a success. `status` is what it said (meta/v1 Status). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: Status;

  constructor(status: Status) {
    super(status.message ?? status.reason ?? `HTTP ${status.code}`);
    this.status = status;
  }

  /** The HTTP status, `404`. */
  get code(): number {
    return this.status.code;
  }

  /** The machine's word for it, `NotFound`. Empty when the server gave none. */
  get reason(): string {
    return this.status.reason ?? '';
  }
}

const saying =
  (...reasons: readonly string[]) =>
  (error: unknown): error is ApiError =>
    error instanceof ApiError && reasons.includes(error.reason);

/** The object, or the kind, is not there. */
export const isNotFound: (error: unknown) => error is ApiError = saying('NotFound');
/** Somebody else wrote first, or owns the field: read again. */
export const isConflict: (error: unknown) => error is ApiError = saying('Conflict');
/** An object of that name exists. */
export const isAlreadyExists: (error: unknown) => error is ApiError = saying('AlreadyExists');
/** The object breaks the rules of its kind. */
export const isInvalid: (error: unknown) => error is ApiError = saying('Invalid');
/** Not allowed. */
export const isForbidden: (error: unknown) => error is ApiError = saying('Forbidden');
/** The version asked for is no longer kept: list again. */
export const isExpired = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.code === 410;

/** For `catch`: an object that is gone already is no trouble; anything else is thrown on. */
export function unlessMissing(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
