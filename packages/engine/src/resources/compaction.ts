import type { Clock } from '@fairlead/kube';
import type { Store } from '../store/contract.ts';

/** As kube-apiserver asks it of etcd (`--etcd-compaction-interval`). */
const INTERVAL_MILLISECONDS = 5 * 60_000;

/** Forgets history that is older than one interval, at the end of each. The returned function ends it. */
export const startCompaction = (store: Store, clock: Clock): (() => void) => {
  let known = store.revision;
  let cancel: () => void;
  const again = (): void => {
    // What cannot be forgotten now, while the disk fails, is forgotten the next time.
    store.compact(known).catch(() => {});
    known = store.revision;
    cancel = clock.after(INTERVAL_MILLISECONDS, again);
  };
  cancel = clock.after(INTERVAL_MILLISECONDS, again);
  return () => cancel();
};
