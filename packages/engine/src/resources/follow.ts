import type { Store, StoredObject } from '../store/contract.ts';

/** Sees every object below a prefix as it is now, and then every change. */
export interface Follower {
  readonly prefix: string;
  /** In order; before the writer has its answer. `gone`: it was removed. May be told twice of the same. */
  readonly onObject: (stored: StoredObject, gone: boolean) => void;
}

/**
 * Follows a part of the store, for what the server itself derives from its objects. Goes on when the store had to
 * recover. The returned function ends it.
 */
export const follow = (store: Store, { prefix, onObject }: Follower): (() => void) => {
  let closed = false;
  let watching: { close(): void } | undefined;
  const begin = (): void => {
    const snapshot = store.snapshot();
    for (const stored of snapshot.range(prefix)) onObject(stored, false);
    watching = store.watch({
      prefix,
      after: snapshot.revision,
      onEvents: (events) => events.forEach(({ type, object }) => onObject(object, type === 'DELETED')),
      // Not at once: a store that closes for good ends its watches, too.
      onEnd: () => queueMicrotask(again),
    });
  };
  const again = (): void => {
    if (closed) return;
    try {
      begin();
    } catch {
      // The store is closed: there is nothing more to follow.
      closed = true;
    }
  };
  begin();
  return () => {
    closed = true;
    watching?.close();
  };
};
