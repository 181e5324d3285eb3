import { closeSync, fsyncSync, linkSync, openSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { backup, DatabaseSync, type StatementSync } from 'node:sqlite';
import { makePrivateFolder } from '../private-folder.ts';
import type { JournalBatch, JournalRecord } from './journal.ts';
import { createSeal, type Seal, type Sealable, SealError } from './seal.ts';
import { StoreOpenError } from './sqlite-error.ts';

type MetaName = 'format' | 'id' | 'compacted' | 'opened';

/** Raised when a change would mislead an older program. Since 2 values may be encrypted. */
const format = 2;
/** Half a megabyte at a time: what a commit may have to wait for while a copy is made. */
const pagesPerStep = 64;

const tables = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE log (
    revision INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    deleted INTEGER NOT NULL,
    value BLOB NOT NULL
  ) STRICT;
  INSERT INTO meta VALUES ('format', ${format}), ('id', lower(hex(randomblob(16)))), ('compacted', 0), ('opened', 0);
`;

/**
 * The log of writes in one SQLite file. It has no index but the revision: the store knows which
 * records are dead, so nobody ever searches it by key. Blocks, and so lives in a thread of its own.
 */
export class LogDatabase {
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #remove: StatementSync;
  readonly #setMeta: StatementSync;
  readonly #path: string;
  readonly #seal: Seal;
  /** Records that were read and would be encrypted another way today. */
  #stale: Sealable[] = [];
  #closed = false;

  /** Opens or creates the file. Throws what SQLite throws, or a `StoreOpenError`. */
  constructor(path: string, seal: Seal = createSeal()) {
    this.#path = path;
    this.#seal = seal;
    createPrivately(path);
    this.#db = new DatabaseSync(path);
    try {
      prepareFile(this.#db, path);
      this.#insert = this.#db.prepare('INSERT INTO log VALUES (?, ?, ?, ?)');
      this.#remove = this.#db.prepare('DELETE FROM log WHERE revision = ?');
      this.#setMeta = this.#db.prepare('UPDATE meta SET value = ? WHERE name = ?');
      // What a killed process left may not be synced yet, and a disk that is full or read-only shows here.
      this.#setMeta.run(Number(this.meta('opened')) + 1, 'opened');
      this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  meta(name: MetaName): string {
    return readMeta(this.#db, name);
  }

  *recordsAfter(revision: number): Iterable<JournalRecord> {
    const rows = this.#db.prepare(
      'SELECT revision, key, deleted, value FROM log WHERE revision > ? ORDER BY revision',
    );
    for (const row of rows.iterate(revision)) {
      const sealed = {
        revision: Number(row.revision),
        key: String(row.key),
        bytes: row.value as Uint8Array,
      };
      const bytes = this.#opened(sealed);
      if (this.#seal.isStale(sealed)) this.#stale.push({ ...sealed, bytes: bytes.slice() });
      yield { ...sealed, deleted: row.deleted === 1, bytes };
    }
  }

  #opened(sealed: Sealable): Uint8Array {
    try {
      return this.#seal.open(sealed);
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      if (error.reason === 'damaged') {
        throw new StoreOpenError('corrupt', `${this.#path} is damaged: ${sealed.key} cannot be decrypted`);
      }
      throw new StoreOpenError(
        'sealed',
        `${this.#path} holds secrets that are encrypted with a key that is not there; put the file with its keys back`,
      );
    }
  }

  /** Encrypts with the newest key what `recordsAfter` has found open or under an older one. */
  reseal(): void {
    const stale = this.#stale;
    this.#stale = [];
    const upgrades = this.meta('format') !== String(format);
    if (stale.length === 0 && !upgrades) return;
    const update = this.#db.prepare('UPDATE log SET value = ? WHERE revision = ?');
    this.#db.exec('BEGIN IMMEDIATE');
    for (const record of stale) update.run(this.#seal.close(record), record.revision);
    this.#setMeta.run(format, 'format');
    this.#db.exec('COMMIT');
    // What was deleted before lies in free pages as it was.
    this.#db.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
  }

  /** One transaction, synced. After a failure the database is to be closed. */
  commit({ records, forget }: JournalBatch): void {
    this.#db.exec('BEGIN IMMEDIATE');
    for (const record of records) {
      const { revision, key, deleted } = record;
      this.#insert.run(revision, key, deleted ? 1 : 0, this.#seal.close(record));
    }
    if (forget) {
      for (const revision of forget.dead) this.#remove.run(revision);
      this.#setMeta.run(forget.upTo, 'compacted');
    }
    this.#db.exec('COMMIT');
  }

  /**
   * Writes a copy of the committed state, as it is at the end. It is made a few pages at a time, and commits go on in
   * between. The file must not exist, and is there only when it is whole.
   */
  async backup(path: string): Promise<void> {
    const partial = `${path}.partial`;
    createAnew(partial);
    try {
      await this.#copyInSteps(partial);
      // Unlike a renaming, it replaces nothing.
      linkSync(partial, path);
    } finally {
      rmSync(partial);
    }
    syncFolder(dirname(resolve(path)));
  }

  /** Node gives up when a step meets a commit ("not an error"); then the copy is made at once, and commits wait for it. */
  async #copyInSteps(path: string): Promise<void> {
    try {
      await backup(this.#db, path, { rate: pagesPerStep, progress: () => this.#refuseWhenClosed() });
    } catch {
      this.#refuseWhenClosed();
      createAnew(path);
      this.#db.prepare('VACUUM INTO ?').run(path);
    }
  }

  /** The revision of the newest record that is there, or 0. */
  newest(): number {
    return Number(this.#db.prepare('SELECT max(revision) AS newest FROM log').get()?.newest ?? 0);
  }

  /** Looks through the whole file. Throws `StoreOpenError`. */
  requireWhole(): void {
    const found = this.#db.prepare('PRAGMA quick_check(1)').get()?.quick_check;
    if (found !== 'ok') throw new StoreOpenError('corrupt', `the file is damaged: ${String(found)}`);
  }

  /** Counts all that was before as forgotten, and later revisions than this were never given to anybody. */
  skipTo(revision: number): void {
    this.#setMeta.run(revision, 'compacted');
  }

  close(): void {
    this.#closed = true;
    this.#db.close();
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new Error('the database is closed');
  }
}

function createAnew(path: string): void {
  rmSync(path, { force: true });
  closeSync(openSync(path, 'wx', 0o600));
}

function prepareFile(db: DatabaseSync, path: string): void {
  // Held until the process ends, however it ends; a second one is refused.
  db.exec('PRAGMA locking_mode = EXCLUSIVE');
  const fresh = db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  if (!fresh) checkFormat(db, path);
  // Pages of 8 KB: two or three usual objects fit, and a lone small write still costs one page only.
  db.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 512');
  // macOS syncs to the drive's cache only, unless asked.
  db.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON');
  if (fresh) db.exec(`BEGIN EXCLUSIVE; ${tables} COMMIT`);
}

function checkFormat(db: DatabaseSync, path: string): void {
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").get() === undefined) {
    throw new StoreOpenError('corrupt', `${path} is an SQLite database of something else`);
  }
  const found = readMeta(db, 'format');
  if (found === String(format) || found === '1') return;
  if (Number(found) > format) {
    throw new StoreOpenError(
      'newer',
      `${path} has format ${found}; this version understands up to ${format}`,
    );
  }
  throw new StoreOpenError('corrupt', `${path} has the unknown format ${found}`);
}

const readMeta = (db: DatabaseSync, name: MetaName): string =>
  String(db.prepare('SELECT value FROM meta WHERE name = ?').get(name)?.value);

/** The file and its folders belong to their owner alone, and are there after a power cut. */
function createPrivately(path: string): void {
  const folder = dirname(resolve(path));
  const firstMade = makePrivateFolder(folder);
  closeSync(openSync(path, 'a', 0o600));
  syncUpTo(firstMade ? dirname(firstMade) : folder, folder);
}

function syncUpTo(top: string, folder: string): void {
  syncFolder(folder);
  if (folder.length > top.length) syncUpTo(top, dirname(folder));
}

/** Makes names in a folder durable. */
export function syncFolder(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
