import type { KubeObject } from '@fairlead/kube';
import { type CompactionPolicy, startCompaction } from './compaction.ts';
import {
  CompactedError,
  type Encode,
  type Snapshot,
  type Store,
  type StoredObject,
  type StoreWatchOptions,
  WriteFailedError,
} from './contract.ts';
import { History, type HistoryLimits } from './history.ts';
import type { Journal, JournalBatch, Recovered } from './journal.ts';
import { deepFreeze, type Reading, Stored } from './object.ts';
import { State } from './state.ts';
import { Watches } from './watches.ts';

/** What every driver can be told. */
export interface StoreOptions {
  /** The past that is kept for watches; what is older is compacted. 20,000 events and 16 MiB unless told. */
  readonly history?: Partial<HistoryLimits>;
  /** Gives history up by age, too. Off unless told. */
  readonly compaction?: CompactionPolicy;
  /** Bytes to value; `JSON.parse` unless told. */
  readonly parse?: (bytes: Uint8Array) => KubeObject;
  /** Freezes every value, so that a test sees who writes into what is shared. */
  readonly freeze?: boolean;
  /** The disk failed; writes are refused until it works again. */
  readonly onFault?: (fault: Error) => void;
}

/** Bounds how long one commit keeps the disk, and its events the event loop. */
const batchSize = 512;

interface Write {
  readonly object: Stored;
  readonly done: PromiseWithResolvers<StoredObject>;
}

/** Opens a store on what `journal` holds. Throws `StoreOpenError`. */
export async function openStore(journal: Journal, options: StoreOptions = {}): Promise<Store> {
  const recovered = await journal.open(0);
  return new GroupCommitStore(journal, recovered, options);
}

/**
 * The part that all drivers share. Writes queue up while the journal is busy with those before
 * them, then go to it together; so a sync is paid once for many, and the slower the disk the more.
 */
class GroupCommitStore implements Store {
  readonly #journal: Journal;
  readonly #reading: Reading;
  readonly #onFault: (fault: Error) => void;
  readonly #state = new State();
  readonly #history: History;
  readonly #watches = new Watches();
  readonly #stopCompaction: () => void;
  /** The newest revision given to a write. Those of failed writes are not given again. */
  #given = 0;
  #queue: Write[] = [];
  /** The newest write to each key that has one under way. */
  readonly #pending = new Map<string, Stored>();
  /** Commits come in order: when this write has come to its end, all before it have. */
  #newest: Promise<unknown> = Promise.resolve();
  #compactions: PromiseWithResolvers<void>[] = [];
  #working: Promise<void> | undefined;
  /** Set while the journal does not work. */
  #fault: Error | undefined;
  #closed: Promise<void> | undefined;

  constructor(journal: Journal, recovered: Recovered, options: StoreOptions) {
    this.#journal = journal;
    this.#reading = readingOf(options);
    this.#onFault = options.onFault ?? (() => {});
    this.#history = new History({ events: 20_000, bytes: 16 * 1024 * 1024, ...options.history });
    this.#replay(recovered);
    this.#stopCompaction = options.compaction ? startCompaction(this, options.compaction) : () => {};
  }

  get revision(): number {
    return this.#state.revision;
  }

  get compacted(): number {
    return this.#history.compacted;
  }

  get fault(): Error | undefined {
    return this.#fault;
  }

  pending(key: string): StoredObject | undefined {
    const write = this.#pending.get(key);
    if (write) return write.deleted ? undefined : write;
    return this.#state.get(key);
  }

  snapshot(): Snapshot {
    return this.#state.snapshot();
  }

  at(revision: number): Snapshot | undefined {
    if (revision < this.compacted || revision > this.revision) return undefined;
    return this.#state.rewound(this.#history.since(revision), revision);
  }

  async put(key: string, encode: Encode): Promise<StoredObject> {
    return this.#enqueue(key, encode, false);
  }

  async delete(key: string, encode: Encode): Promise<StoredObject> {
    if (!this.pending(key)) throw new Error(`there is no ${key} to delete`);
    return this.#enqueue(key, encode, true);
  }

  async settled(): Promise<void> {
    if (this.#pending.size > 0) await this.#newest;
  }

  watch(options: StoreWatchOptions): { close(): void } {
    if (this.#closed) throw new Error('the store is closed');
    if (options.after < this.compacted) {
      throw new CompactedError(
        `revision ${options.after} is too old: history begins after ${this.compacted}`,
      );
    }
    return this.#watches.open(options, {
      backlog: this.#history.since(options.after),
      revision: this.revision,
    });
  }

  async compact(revision: number): Promise<void> {
    this.#refuseUnlessWorking();
    this.#history.forget(Math.min(revision, this.revision));
    const done = Promise.withResolvers<void>();
    this.#compactions.push(done);
    this.#wake();
    return done.promise;
  }

  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  #enqueue(key: string, encode: Encode, deleted: boolean): Promise<StoredObject> {
    this.#refuseUnlessWorking();
    this.#given += 1;
    const revision = this.#given;
    const { bytes, value } = encode(revision);
    const object = new Stored({ key, revision, bytes, deleted }, this.#reading, value);
    const done = Promise.withResolvers<StoredObject>();
    this.#pending.set(key, object);
    this.#queue.push({ object, done });
    this.#newest = done.promise;
    this.#wake();
    return done.promise;
  }

  #refuseUnlessWorking(): void {
    if (this.#closed) throw new WriteFailedError('the store is closed');
    if (this.#fault) throw failure(this.#fault);
  }

  /** Lets the running code come to its end, so that writes made together travel together. */
  #wake(): void {
    this.#working ??= Promise.resolve().then(() => this.#work());
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0 || this.#compactions.length > 0 || this.#history.dead >= batchSize) {
      await this.#commitNext();
    }
    this.#working = undefined;
  }

  async #commitNext(): Promise<void> {
    const writes = this.#queue.splice(0, batchSize);
    const compactions = this.#compactions.splice(0);
    const records = writes.map((write) => write.object);
    const forget = this.#nextToForget(compactions.length > 0);
    try {
      await this.#journal.commit({ records, ...(forget && { forget }) });
    } catch (cause) {
      this.#history.giveBackDead(forget?.dead ?? []);
      const lost = [...writes, ...this.#queue.splice(0)].map((write) => write.done);
      await this.#recover(cause, [...lost, ...compactions, ...this.#compactions.splice(0)]);
      return;
    }
    this.#publish(records);
    for (const { object, done } of writes) {
      if (this.#pending.get(object.key) === object) this.#pending.delete(object.key);
      done.resolve(object);
    }
    for (const compaction of compactions) compaction.resolve();
  }

  /** Dead records are deleted many at a time, along with other writes; the asked-for compaction is done at once. */
  #nextToForget(asked: boolean): JournalBatch['forget'] {
    if (!asked && this.#history.dead < batchSize) return undefined;
    return { upTo: this.compacted, dead: this.#history.takeDead(batchSize) };
  }

  /** Shows to readers and watchers what is durable now. */
  #publish(objects: readonly Stored[]): void {
    const events = objects.map((object) => this.#state.apply(object));
    for (const event of events) this.#history.push(event);
    this.#watches.deliver(events);
  }

  /** What was lost may have reached the disk nevertheless, so the journal is asked what it holds. */
  async #recover(
    cause: unknown,
    lost: readonly Pick<PromiseWithResolvers<never>, 'reject'>[],
  ): Promise<void> {
    const fault = cause instanceof Error ? cause : new Error(String(cause));
    this.#fault = fault;
    this.#pending.clear();
    for (const { reject } of lost) reject(failure(fault));
    this.#watches.end();
    this.#onFault(fault);
    if (this.#closed) return;
    const recovered = await this.#journal.reopen(this.revision).catch(() => undefined);
    // A journal gives up only because it is being closed.
    if (!recovered) return;
    this.#replay(recovered);
    this.#fault = undefined;
  }

  #replay({ records, compacted }: Recovered): void {
    this.#publish(records.map((record) => new Stored(record, this.#reading)));
    this.#state.skipTo(compacted);
    this.#history.forget(compacted);
    this.#given = Math.max(this.#given, this.revision);
  }

  async #shutDown(): Promise<void> {
    this.#stopCompaction();
    if (this.#fault) await this.#journal.close();
    await this.#working;
    this.#watches.end();
    await this.#journal.close();
  }
}

const failure = (cause: Error): WriteFailedError =>
  new WriteFailedError(`the write could not be made durable: ${cause.message}`, { cause });

function readingOf({ parse = parseJson, freeze = false }: StoreOptions): Reading {
  return { parse, share: freeze ? deepFreeze : (value) => value };
}

const decoder = new TextDecoder();
const parseJson = (bytes: Uint8Array): KubeObject => JSON.parse(decoder.decode(bytes)) as KubeObject;
