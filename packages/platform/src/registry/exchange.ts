import { Refusal } from './refusal.ts';
import type { RepositoryRecords } from './repository.ts';
import type { RegistryStorage } from './storage.ts';
import type { Uploads } from './uploads.ts';

/** What a person or a component wants to do in a repository. */
export type RepositoryVerb = 'pull' | 'push' | 'delete';

export interface RegistryLimits {
  /** Bytes of one manifest; the specification asks for at least 4 MiB. */
  readonly manifestBytes: number;
  /** Bytes of one blob. */
  readonly blobBytes: number;
}

/** One request on its way: authenticated, its repository named and allowed for the verb. */
export interface Exchange {
  readonly request: Request;
  readonly url: URL;
  readonly name: string;
  readonly repository: RepositoryRecords;
  readonly storage: RegistryStorage;
  readonly uploads: Uploads;
  readonly limits: RegistryLimits;
  /** The repository of that name, when the same user may pull from it. */
  foreign(name: string): Promise<RepositoryRecords | undefined>;
  /** Runs one at a time for this repository: what reads, decides and then writes. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
}

/** Ends with what the request named: a digest, a tag, the id of an upload. */
export type Handler = (exchange: Exchange, target: string) => Promise<Response>;

export const streamOf = (chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> =>
  ReadableStream.from<Uint8Array>(chunks);

/** A body as it arrives. A connection that breaks is its sender's affair, not a fault of the registry. */
export async function* received(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal('BLOB_UPLOAD_INVALID', `the body did not arrive whole: ${reason}`);
  }
}
