import type { Clock } from '@fairlead/kube';
import { type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { LineCutter, RawCounter, stampOf } from './line.ts';
import { type LogLimits, pastBytes, putAway, usualLimits } from './rotation.ts';

const chunkSize = 256 * 1024;

export interface FollowOrder {
  /** What the container writes to. */
  readonly raw: string;
  /** What we write: records with time stamps. */
  readonly log: string;
  readonly clock: Clock;
  readonly limits?: LogLimits | undefined;
  /** The log could not be kept; the container is not disturbed. */
  readonly onError: (error: Error) => void;
}

/**
 * Keeps a container's log: as output appears in the raw file, records are appended to the log. The
 * log itself says how far it came, so after a kill at any moment the next one goes on at the byte.
 */
export class LogKeeper {
  readonly #order: FollowOrder;
  readonly #raw: FileHandle;
  #log: FileHandle;
  #cutter = new LineCutter();
  readonly #readers = new Set<() => void>();
  readonly #buffer = Buffer.allocUnsafe(chunkSize);
  #position: number;
  /** Where in the raw output the present file begins. */
  #begin: number;
  /** Of the present file. */
  #size: number;
  #turns = 0;
  #watcher: FSWatcher | undefined;
  #pumping: Promise<void> | undefined;
  #again = false;
  /** The last addition failed half-way: ask the log again how far it came. */
  #torn = false;
  #closing = false;
  #finished = false;

  private constructor(order: FollowOrder, files: Files) {
    this.#order = order;
    this.#raw = files.raw;
    this.#log = files.log;
    this.#begin = files.begin;
    this.#position = files.begin + files.counted.raw;
    this.#size = files.counted.records;
  }

  static async open(order: FollowOrder): Promise<LogKeeper> {
    // The folder may go at any moment, and a handle that nobody closes ends the process when it is collected.
    await using opened = new AsyncDisposableStack();
    const begin = await pastBytes(order.log);
    const log = opened.use(await open(order.log, 'a+', 0o600));
    const counted = await recoverLog(log);
    const raw = opened.use(await open(order.raw, 'a+', 0o600));
    const keeper = new LogKeeper(order, { raw, log, begin, counted });
    // Watch before the first read: what is written between the two would be missed the other way round.
    keeper.#watcher = watch(order.raw, { persistent: false }, () => void keeper.#pump());
    keeper.#watcher.on('error', order.onError);
    // From here on the keeper closes them.
    opened.move();
    void keeper.#pump();
    return keeper;
  }

  /** Calls back after every addition and at the end, until the returned function is called. */
  onChange(reader: () => void): () => void {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  /** How often another file has begun. */
  get turns(): number {
    return this.#turns;
  }

  /** Nothing is added any more. */
  get finished(): boolean {
    return this.#finished;
  }

  /** Takes over what is still in the raw file, ends the last line and closes: the container has ended. */
  async finish(): Promise<void> {
    if (this.#closing) return;
    await this.#pump();
    await this.#append(this.#cutter.finish(stampOf(this.#order.clock.now()))).catch(this.#order.onError);
    await this.close();
  }

  /** Stops; the next keeper goes on where this one was. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#watcher?.close();
    await this.#pumping;
    this.#finished = true;
    await Promise.all([this.#raw.close(), this.#log.close()]);
    this.#tell();
  }

  #pump(): Promise<void> {
    if (this.#closing) return Promise.resolve();
    this.#again = true;
    this.#pumping ??= this.#copy();
    return this.#pumping;
  }

  async #copy(): Promise<void> {
    try {
      if (this.#torn) await this.#recover();
      while (this.#again && !this.#closing) {
        this.#again = false;
        while (!this.#closing && (await this.#copyChunk()));
      }
    } catch (error) {
      this.#torn = true;
      this.#order.onError(error as Error);
    } finally {
      this.#pumping = undefined;
    }
  }

  async #recover(): Promise<void> {
    const counted = await recoverLog(this.#log);
    this.#position = this.#begin + counted.raw;
    this.#size = counted.records;
    this.#cutter = new LineCutter();
    this.#torn = false;
  }

  async #copyChunk(): Promise<boolean> {
    const { bytesRead } = await this.#raw.read(this.#buffer, 0, chunkSize, this.#position);
    if (bytesRead === 0) return false;
    this.#position += bytesRead;
    // The cutter keeps parts of what it gets, and the buffer is used again: it copies them.
    await this.#append(
      this.#cutter.cut(this.#buffer.subarray(0, bytesRead), stampOf(this.#order.clock.now())),
    );
    return bytesRead === chunkSize;
  }

  async #append(records: Buffer): Promise<void> {
    if (records.length === 0) return;
    await this.#log.appendFile(records);
    this.#size += records.length;
    const { limits = usualLimits } = this.#order;
    if (this.#size >= limits.maxBytes) await this.#turn(limits);
    this.#tell();
  }

  /** Between two records: what the cutter still holds belongs to the next file. */
  async #turn(limits: LogLimits): Promise<void> {
    const { log, raw } = this.#order;
    const end = this.#position - this.#cutter.held;
    await putAway({ log, raw, begin: this.#begin, end, limits });
    const before = this.#log;
    this.#log = await open(log, 'a+', 0o600);
    this.#begin = end;
    this.#size = 0;
    this.#turns += 1;
    await before.close();
  }

  #tell(): void {
    for (const reader of this.#readers) reader();
  }
}

interface Files {
  readonly raw: FileHandle;
  readonly log: FileHandle;
  readonly begin: number;
  readonly counted: RawCounter;
}

/** Cuts off a record that a kill left unfinished, and says how much of the raw output is in the file. */
async function recoverLog(log: FileHandle): Promise<RawCounter> {
  const counter = new RawCounter();
  const buffer = Buffer.allocUnsafe(chunkSize);
  for (let at = 0; ; ) {
    const { bytesRead } = await log.read(buffer, 0, chunkSize, at);
    if (bytesRead === 0) break;
    counter.count(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
  await log.truncate(counter.records);
  return counter;
}
