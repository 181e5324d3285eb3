import type { KubeObject } from '@fairlead/kube';

/** A committed or pending object. Its bytes are what the log, the cache, responses and watches use. */
export interface StoredObject {
  /** `/<group or core>/<resource>/<namespace or empty>/<name>`. */
  readonly key: string;
  /** The revision of the write that made these bytes; also inside them as `metadata.resourceVersion`. */
  readonly revision: number;
  /** One JSON document. */
  readonly bytes: Uint8Array;
  /** Parsed when first asked for, then shared by all readers for as long as one of them holds it; read-only. */
  value(): KubeObject;
}

/** One committed change, fed to watchers in order of revision. */
export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  /** For DELETED: the object as it was, carrying the revision of the deletion. */
  readonly object: StoredObject;
  /** What stood there before; absent for ADDED. Selectors compare the two. */
  readonly previous?: StoredObject;
}

/**
 * Makes the bytes of an object once its revision is known; runs in the same tick as the write, so
 * it must not wait. A `value` spares the parse when the writer has the object at hand.
 */
export type Encode = (revision: number) => { readonly bytes: Uint8Array; readonly value?: KubeObject };

/** The committed state at one revision. Costs little to take and to hold. */
export interface Snapshot {
  readonly revision: number;
  get(key: string): StoredObject | undefined;
  /** Objects whose key starts with `prefix`, in order of key bytes, after the key `after` when given. */
  range(prefix: string, options?: { readonly after?: string; readonly limit?: number }): StoredObject[];
  /** How many objects have keys that start with `prefix` (and come after `after`). */
  count(prefix: string, options?: { readonly after?: string }): number;
}

export interface StoreWatchOptions {
  readonly prefix: string;
  /** Deliver what happened after this revision. Below `compacted` it throws `CompactedError`. */
  readonly after: number;
  /** Gets one or more events at a time, in order, after their commit. */
  readonly onEvents: (events: readonly StoreEvent[]) => void;
  /** The store lost its ground (a failed sync) or was closed: this watch must be opened again by its client. */
  readonly onEnd: () => void;
}

/**
 * The narrow waist between the API machinery and the disk.
 *
 * One revision counter, one writer. A write is enqueued at once and gets its revision there; its
 * promise settles when it is durable. Who checks a precondition reads `pending` in the same tick in
 * which it writes; clients and watchers see only what is committed.
 */
export interface Store {
  /** The newest committed revision. */
  readonly revision: number;
  /** Watches from a lower revision than this are refused. Rises by `compact` and as history outgrows its bounds. */
  readonly compacted: number;
  /** Why writes are refused at present, while the disk fails. */
  readonly fault: Error | undefined;
  /** What `key` holds once everything enqueued is committed. */
  pending(key: string): StoredObject | undefined;
  /** The newest committed state. */
  snapshot(): Snapshot;
  /** The state as it was at a revision; undefined when that is below `compacted` or still to come. */
  at(revision: number): Snapshot | undefined;
  /** Creates or replaces. Rejects with `WriteFailedError` when it could not be made durable. */
  put(key: string, encode: Encode): Promise<StoredObject>;
  /** Removes; rejects when nothing is there. The encoded bytes are the deleted object as watchers see it last. */
  delete(key: string, encode: Encode): Promise<StoredObject>;
  /**
   * Resolves when all that `pending` shows now is committed; rejects with `WriteFailedError` when some of it could not be.
   * Who answers out of `pending` without a write of its own waits for this: else it could tell of what never was.
   */
  settled(): Promise<void>;
  watch(options: StoreWatchOptions): { close(): void };
  /** Forgets history up to and including `revision`, at most all there is; the newest state stays. */
  compact(revision: number): Promise<void>;
  /** Copies the committed state, as it is when this resolves, into a new file, and lets writes go on. Absent in memory. */
  readonly backup?: (path: string) => Promise<void>;
  /** Commits what is enqueued, ends all watches, then releases everything. */
  close(): Promise<void>;
}

/** The history asked for is gone (HTTP 410, reason Expired). */
export class CompactedError extends Error {
  override readonly name = 'CompactedError';
}

/** The write was not made durable; whether it is seen later is open. While the disk fails, every write gets it. */
export class WriteFailedError extends Error {
  override readonly name = 'WriteFailedError';
}
