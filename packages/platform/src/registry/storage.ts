import type { Digest } from '../oci/digest.ts';

/** A part of a blob: from `start` up to and without `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface OpenBlob {
  /** Of the whole blob, also when a part was asked for. */
  readonly size: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Content that is being received. Nobody sees it before `commit`. One call at a time. */
export interface BlobWriter {
  /** Bytes received so far. */
  readonly size: number;
  /** Adds bytes. When `chunks` throws, what came before stays. */
  append(chunks: AsyncIterable<Uint8Array>): Promise<void>;
  /** Makes the content a blob that outlives a power cut; or throws `DigestMismatch`, then only `abort` is left. */
  commit(digest: Digest): Promise<void>;
  /** Forgets what was received. */
  abort(): Promise<void>;
}

/** Content by its digest: stored once, whoever sent it. */
export interface BlobStore {
  begin(): Promise<BlobWriter>;
  /** The size in bytes. */
  stat(digest: Digest): Promise<number | undefined>;
  open(digest: Digest, range?: ByteRange): Promise<OpenBlob | undefined>;
  /** Whether it was there. */
  delete(digest: Digest): Promise<boolean>;
  list(): AsyncIterable<Digest>;
}

/**
 * Small values by a path-like key (`repositories/shop/_tags/v1`): tags, manifests and what belongs to a repository.
 * A write replaces the whole value at once, and outlives a power cut when it resolves.
 */
export interface RecordStore {
  read(key: string): Promise<Uint8Array | undefined>;
  write(key: string, value: Uint8Array): Promise<void>;
  /** Whether it was there. */
  delete(key: string): Promise<boolean>;
  /** Last parts of the keys directly below a prefix, sorted by their bytes. */
  list(prefix: string): Promise<string[]>;
}

/** Where a registry keeps everything. `storage.conformance.ts` is the law for its drivers. */
export interface RegistryStorage {
  readonly blobs: BlobStore;
  readonly records: RecordStore;
}

export class DigestMismatch extends Error {
  override readonly name = 'DigestMismatch';

  constructor(expected: Digest, actual: Digest) {
    super(`the content is ${actual}, not ${expected}`);
  }
}
