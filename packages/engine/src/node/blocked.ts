/** How long to wait before the next attempt: from the first to the longest pause, doubling. */
export interface Patience {
  readonly firstMs: number;
  readonly longestMs: number;
}

const asKubelet: Patience = { firstMs: 10_000, longestMs: 300_000 };
/** Somebody is expected to put it right, or another pod to end. */
const soon: Patience = { firstMs: 1_000, longestMs: 30_000 };

const reasons = {
  InvalidImageName: asKubelet,
  ErrImagePull: asKubelet,
  ErrImageNeverPull: asKubelet,
  CreateContainerConfigError: soon,
  CreateContainerError: soon,
  FailedMount: soon,
  PortConflict: soon,
} as const;

export type BlockedReason = keyof typeof reasons;

/** A container cannot be started now. The reason is shown, and another attempt is made later. */
export class BlockedError extends Error {
  override readonly name = 'BlockedError';
  readonly reason: BlockedReason;

  constructor(reason: BlockedReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** The pause after the given number of failures in a row. */
export function pauseAfter(reason: BlockedReason, failures: number): number {
  const { firstMs, longestMs } = reasons[reason];
  return Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 20));
}
