/** Codes of the OCI distribution-spec 1.1, "Error Codes", with the status that each one has here. */
const statuses = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 400,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  SIZE_INVALID: 413,
  UNAUTHORIZED: 401,
  DENIED: 403,
  UNSUPPORTED: 405,
  TOOMANYREQUESTS: 429,
  /** Not in the specification; what other registries say for a fault of their own. */
  UNKNOWN: 500,
} as const;

export type RefusalCode = keyof typeof statuses;

export interface RefusalOptions {
  /** When it is not the one that the code usually has. */
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly detail?: unknown;
}

/** Thrown anywhere on the way of a request; becomes its answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly options: RefusalOptions;

  constructor(code: RefusalCode, message: string, options: RefusalOptions = {}) {
    super(message);
    this.code = code;
    this.options = options;
  }
}

/** The specification's JSON form. */
export const refusalResponse = ({ code, message, options }: Refusal): Response =>
  Response.json(
    {
      errors: [{ code, message, ...(options.detail === undefined ? {} : { detail: options.detail }) }],
    },
    { status: options.status ?? statuses[code], headers: options.headers ?? {} },
  );
