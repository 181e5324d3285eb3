import type { Clock } from '@fairlead/kube';
import type { Snapshot, Store } from '../store/contract.ts';

/** Keeps the snapshots that unfinished lists continue in, for a while. */
export interface Pages {
  keep(snapshot: Snapshot): void;
  /** The state at exactly this revision, when it is the newest, still kept, or within the store's history. */
  at(revision: number): Snapshot | undefined;
}

/** etcd compacts after five minutes; clients are used to that. */
const KEPT_MILLISECONDS = 5 * 60_000;
const KEPT_AT_MOST = 128;

export const createPages = (store: Store, clock: Clock): Pages => {
  const kept = new Map<number, { readonly snapshot: Snapshot; readonly until: number }>();
  const forget = (): void => {
    const now = clock.now();
    for (const [revision, { until }] of kept) {
      if (until > now && kept.size <= KEPT_AT_MOST) return;
      kept.delete(revision);
    }
  };
  return {
    keep(snapshot) {
      // From its first page on, however many follow.
      if (!kept.has(snapshot.revision))
        kept.set(snapshot.revision, { snapshot, until: clock.now() + KEPT_MILLISECONDS });
      forget();
    },
    at(revision) {
      forget();
      if (revision === store.revision) return store.snapshot();
      return kept.get(revision)?.snapshot ?? store.at(revision);
    },
  };
};
