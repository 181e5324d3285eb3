import type { Clock } from '@fairlead/kube';
import type { Store } from './contract.ts';

/** How long a watch may have been away before it has to start afresh. */
export interface CompactionPolicy {
  /** History of at least this many minutes is kept, of at most twice as many. */
  readonly minutes: number;
  readonly clock: Clock;
}

/** Every so often forgets what was history already the time before. Returns how to stop. */
export function startCompaction(store: Store, { minutes, clock }: CompactionPolicy): () => void {
  let cancel = (): void => {};
  const wait = (seen: number): void => {
    cancel = clock.after(minutes * 60_000, () => {
      // A failing disk is reported by the write that met it; the next round forgets this one's, too.
      store.compact(seen).catch(() => {});
      wait(store.revision);
    });
  };
  wait(store.revision);
  return () => cancel();
}
