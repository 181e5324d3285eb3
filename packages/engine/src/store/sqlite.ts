import { Worker } from 'node:worker_threads';
import type { Clock } from '@fairlead/kube';
import type { Store } from './contract.ts';
import { openStore, type StoreOptions } from './group-commit.ts';
import type { Journal, JournalBatch, JournalRecord, Recovered } from './journal.ts';
import { type KeyFile, readKeyFile } from './key-file.ts';
import { packBatch } from './packed-batch.ts';
import type { Sealing } from './seal.ts';
import { explainOpenError, StoreOpenError } from './sqlite-error.ts';
import type { ThreadData, ThreadReply, ThreadRequest } from './sqlite-thread.ts';

export interface SqliteStoreOptions extends StoreOptions {
  /** The database file; made with its folders when missing. */
  readonly path: string;
  /** Paces the attempts to open the file again after the disk failed. */
  readonly clock: Clock;
  /** What is encrypted on the disk, in memory never. */
  readonly sealing?: {
    /** Beginnings of the keys of what is kept secret. */
    readonly prefixes: readonly string[];
    /** The file with the keys (see `key-file.ts`); made when neither it nor anything encrypted is there. */
    readonly keyFile: string;
  };
}

export interface SqliteStore extends Store {
  /** Given to the store when its file was made. */
  readonly id: string;
  readonly backup: (path: string) => Promise<void>;
}

/**
 * Opens the store in an SQLite file: every acknowledged write has been synced. One process at a
 * time. Throws `StoreOpenError`.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const journal = new SqliteJournal(options);
  const store = await openStore(journal, options);
  return Object.assign(store, { id: journal.id, backup: (path: string) => journal.backup(path) });
}

/** Each thread serves one opening of the file; a failure ends it, and the next one begins afresh. */
class SqliteJournal implements Journal {
  readonly #path: string;
  readonly #clock: Clock;
  #thread: DatabaseThread | undefined;
  #closed = false;
  #endPause = (): void => {};
  /** Settles when the opening that is under way, if any, has come to an end. */
  #opening: Promise<unknown> = Promise.resolve();
  readonly #keys: KeyFile | undefined;
  readonly #sealing: Sealing | undefined;
  id = '';

  constructor({ path, clock, sealing }: SqliteStoreOptions) {
    this.#path = path;
    this.#clock = clock;
    this.#keys = sealing && readKeyFile(sealing.keyFile);
    this.#sealing = sealing && { prefixes: sealing.prefixes, secrets: this.#keys?.secrets ?? [] };
  }

  open(after: number): Promise<Recovered> {
    const opening = this.#open(after);
    this.#opening = opening.catch(() => {});
    return opening;
  }

  async #open(after: number): Promise<Recovered> {
    await this.#thread?.ended;
    if (this.#closed) throw new Error('the store is closed');
    const records: JournalRecord[] = [];
    const data = { path: this.#path, after, ...(this.#sealing && { sealing: this.#sealing }) };
    this.#thread = new DatabaseThread(data, (some) => records.push(...some));
    const { id, compacted } = await this.#thread.opened;
    this.id = id;
    if (this.#keys !== undefined) await this.#startSealing(this.#keys);
    return { records, compacted };
  }

  /** Only when all that is encrypted could be read is a new key anything but a way to lose the old one. */
  async #startSealing(keys: KeyFile): Promise<void> {
    try {
      keys.save();
      await this.#request({ kind: 'reseal' });
    } catch (error) {
      await this.#request({ kind: 'close' }).catch(() => {}); // Over already, if it was the thread that failed.
      await this.#thread?.ended;
      throw explainOpenError(error, this.#path);
    }
  }

  commit(batch: JournalBatch): Promise<void> {
    const packed = packBatch(batch);
    return this.#request({ kind: 'commit', batch: packed }, [packed.bytes.buffer, packed.table.buffer]);
  }

  backup(path: string): Promise<void> {
    return this.#request({ kind: 'backup', path });
  }

  async reopen(after: number): Promise<Recovered> {
    for (let pause = 20; !this.#closed; pause = Math.min(2 * pause, 2000)) {
      try {
        return await this.open(after);
      } catch {
        // Whatever is wrong with the disk, only time mends it; who writes meanwhile is told what broke first.
        if (!this.#closed) await this.#pause(pause);
      }
    }
    throw new Error('the store is closed');
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#endPause();
    // A thread that is being started is told to close when it can hear it, and no other one is started.
    await this.#opening;
    await this.#request({ kind: 'close' }).catch(() => {});
    await this.#thread?.ended;
  }

  #request(body: ThreadRequestBody, transfer: ArrayBuffer[] = []): Promise<void> {
    return this.#thread?.request(body, transfer) ?? Promise.reject(new Error('the store is not open'));
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(milliseconds, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;
type ThreadRequestBody = WithoutId<ThreadRequest>;
type Opened = Extract<ThreadReply, { kind: 'opened' }>;

/** This side of sqlite-thread.ts. */
class DatabaseThread {
  readonly #worker: Worker;
  readonly #onRecords: (records: readonly JournalRecord[]) => void;
  readonly #opening = Promise.withResolvers<Opened>();
  readonly #ending = Promise.withResolvers<void>();
  readonly #requests = new Map<number, PromiseWithResolvers<void>>();
  #requested = 0;
  #over = false;

  constructor(data: ThreadData, onRecords: (records: readonly JournalRecord[]) => void) {
    this.#onRecords = onRecords;
    this.#worker = new Worker(new URL('./sqlite-thread.ts', import.meta.url), {
      workerData: data,
      name: 'store',
    });
    this.#worker.on('message', (message: ThreadReply) => this.#receive(message));
    this.#worker.on('error', (error: Error) => this.#fail(error));
    this.#worker.on('exit', () => {
      this.#fail(new Error('the thread of the database ended'));
      this.#ending.resolve();
    });
  }

  /** Resolves when all records have come. */
  get opened(): Promise<Opened> {
    return this.#opening.promise;
  }

  /** Resolves when the file is free again. */
  get ended(): Promise<void> {
    return this.#ending.promise;
  }

  request(body: ThreadRequestBody, transfer: ArrayBuffer[]): Promise<void> {
    if (this.#over) return Promise.reject(new Error('the database is closed'));
    this.#requested += 1;
    const answer = Promise.withResolvers<void>();
    this.#requests.set(this.#requested, answer);
    this.#worker.postMessage({ ...body, id: this.#requested } satisfies ThreadRequest, transfer);
    return answer.promise;
  }

  #receive(message: ThreadReply): void {
    if (message.kind === 'records') this.#onRecords(message.records);
    else if (message.kind === 'opened') this.#opening.resolve(message);
    else if (message.kind === 'unopened') {
      this.#opening.reject(new StoreOpenError(message.reason, message.message));
    } else this.#settle(message);
  }

  #settle(message: Extract<ThreadReply, { kind: 'done' | 'failed' }>): void {
    const answer = this.#requests.get(message.id);
    this.#requests.delete(message.id);
    if (message.kind === 'done') answer?.resolve();
    else answer?.reject(new Error(message.message));
  }

  #fail(error: Error): void {
    this.#over = true;
    this.#opening.reject(error);
    for (const answer of this.#requests.values()) answer.reject(error);
    this.#requests.clear();
  }
}
