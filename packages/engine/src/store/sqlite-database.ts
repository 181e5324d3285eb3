import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { makePrivateFolder } from '../private-folder.ts';
import type { JournalBatch, JournalRecord } from './journal.ts';
import { StoreOpenError } from './sqlite-error.ts';

type MetaName = 'format' | 'id' | 'compacted' | 'opened';

/** Raised when a change of the tables would mislead an older program. */
const format = 1;

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

  /** Opens or creates the file. Throws what SQLite throws, or a `StoreOpenError`. */
  constructor(path: string) {
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
      yield {
        revision: Number(row.revision),
        key: String(row.key),
        deleted: row.deleted === 1,
        bytes: row.value as Uint8Array,
      };
    }
  }

  /** One transaction, synced. After a failure the database is to be closed. */
  commit({ records, forget }: JournalBatch): void {
    this.#db.exec('BEGIN IMMEDIATE');
    for (const { revision, key, deleted, bytes } of records) {
      this.#insert.run(revision, key, deleted ? 1 : 0, bytes);
    }
    if (forget) {
      for (const revision of forget.dead) this.#remove.run(revision);
      this.#setMeta.run(forget.upTo, 'compacted');
    }
    this.#db.exec('COMMIT');
  }

  /** Writes a copy of the committed state. The file must not exist. */
  backup(path: string): void {
    closeSync(openSync(path, 'wx', 0o600));
    this.#db.prepare('VACUUM INTO ?').run(path);
    syncFolder(dirname(resolve(path)));
  }

  close(): void {
    this.#db.close();
  }
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
  if (found === String(format)) return;
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

function syncFolder(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
