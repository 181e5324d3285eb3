/** One write as the disk keeps it. */
export interface JournalRecord {
  readonly key: string;
  readonly revision: number;
  /** For a deletion: the object as watchers saw it last. */
  readonly bytes: Uint8Array;
  readonly deleted: boolean;
}

/** What becomes durable together. */
export interface JournalBatch {
  /** In order of revision. */
  readonly records: readonly JournalRecord[];
  readonly forget?: {
    /** History up to and including this revision is given up. */
    readonly upTo: number;
    /** Revisions of records that nobody needs any more; some may be gone already. */
    readonly dead: readonly number[];
  };
}

/** What a journal holds, in order of revision. */
export interface Recovered {
  readonly records: readonly JournalRecord[];
  /** The newest `upTo` it was told to forget, or 0. */
  readonly compacted: number;
}

/** Where a store makes its writes durable. Calls never overlap, except for `close` during `reopen`. */
export interface Journal {
  /**
   * Reads back what is durable after the revision `after`. What it returns stays: it has been synced.
   * Throws `StoreOpenError`.
   */
  open(after: number): Promise<Recovered>;
  /** Resolves once the batch is durable. After a rejection it may or may not be: `reopen` tells. */
  commit(batch: JournalBatch): Promise<void>;
  /** `open` again after a failed commit, as often as it takes. Rejects only when the journal is closed. */
  reopen(after: number): Promise<Recovered>;
  close(): Promise<void>;
}
