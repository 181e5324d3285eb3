/**
 * - `locked`: another process has it open.
 * - `newer`: written by a later version of this program.
 * - `corrupt`: not a store, or damaged.
 * - `sealed`: it holds what is encrypted by a key that is not there, or its keys cannot be read.
 * - `unusable`: the disk or its permissions do not let it be opened and written.
 */
export type StoreOpenReason = 'locked' | 'newer' | 'corrupt' | 'sealed' | 'unusable';

/** A store cannot be opened. The message names the file and says why. */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError';
  readonly reason: StoreOpenReason;

  constructor(reason: StoreOpenReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** SQLite's primary result codes (sqlite.org/rescode.html). */
const [busy, corrupt, notADatabase] = [5, 11, 26];

/** Says what an error of SQLite or of the file system means to who opens the store at `path`. */
export function explainOpenError(error: unknown, path: string): StoreOpenError {
  if (error instanceof StoreOpenError) return error;
  const { message, errcode = 0 } = error as Error & { readonly errcode?: number };
  const primary = errcode & 0xff;
  if (primary === busy) return new StoreOpenError('locked', `${path} is in use by another process`);
  if (primary === corrupt || primary === notADatabase) {
    return new StoreOpenError('corrupt', `${path} is damaged or not a store: ${message}`);
  }
  return new StoreOpenError('unusable', `${path} cannot be opened for writing: ${message}`);
}
