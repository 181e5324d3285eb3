/**
 * What the loop must do after a pass. Anything thrown is taken as passing trouble and tried again
 * after a growing pause.
 */
export type Outcome =
  /** The world is as it should be. */
  | { readonly kind: 'done' }
  /** Something must happen first: a change of what is watched wakes us, or `after` milliseconds. */
  | { readonly kind: 'waiting'; readonly after?: number }
  /** Only a change of the object itself can help; no retry. */
  | { readonly kind: 'stalled'; readonly reason: string };

export const done: Outcome = { kind: 'done' };

/** @param after milliseconds until the next pass; without it only a change wakes us. */
export const waiting = (after?: number): Outcome =>
  after === undefined ? { kind: 'waiting' } : { kind: 'waiting', after };

/** @param reason for the log and the metrics; the person reads the object's condition. */
export const stalled = (reason: string): Outcome => ({ kind: 'stalled', reason });
