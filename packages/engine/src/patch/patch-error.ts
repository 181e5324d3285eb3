/** Why a patch cannot be applied, as Kubernetes answers it. */
export interface PatchRefusal {
  /** 400, 413 or 422; 500 where Kubernetes has no better answer to a malformed strategic patch. */
  readonly code: 400 | 413 | 422 | 500;
  readonly reason: 'BadRequest' | 'RequestEntityTooLarge' | 'Invalid' | '';
  readonly message: string;
}

export type PatchResult = { readonly value: unknown } | { readonly error: PatchRefusal };

/** Kubernetes keeps the cause of a patch that does not apply to itself. */
export const UNPROCESSABLE: PatchRefusal = {
  code: 422,
  reason: 'Invalid',
  message: 'the server rejected our request due to an error in our request',
};

export const malformed = (message: string): PatchRefusal => ({ code: 400, reason: 'BadRequest', message });

/** Thrown inside a patch, caught at its door. */
export class PatchError extends Error {
  override readonly name = 'PatchError';
  readonly refusal: PatchRefusal;

  constructor(refusal: PatchRefusal, why = refusal.message) {
    super(why);
    this.refusal = refusal;
  }
}

export function attempt(apply: () => unknown): PatchResult {
  try {
    return { value: apply() };
  } catch (error) {
    if (error instanceof PatchError) return { error: error.refusal };
    throw error;
  }
}
