import { chmodSync, constants, copyFileSync, existsSync, linkSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { makePrivateFolder } from '../private-folder.ts';
import { LogDatabase, syncFolder } from './sqlite-database.ts';
import { explainOpenError, StoreOpenError } from './sqlite-error.ts';

/**
 * A client may have seen later revisions than the copy knows, and must not meet them again with another meaning. So many
 * are left out as no store gives within the life of a copy; `etcdutl snapshot restore --bump-revision` is used so, too.
 */
const skipped = 1_000_000_000;

/** What was restored. */
export interface Restored {
  /** Of the newest write in the copy. */
  readonly revision: number;
  /** Writes go on after this one; watches from any revision below it are refused. */
  readonly compacted: number;
}

/**
 * Makes the store at `to` out of a copy that `backup` made: the same objects, at later revisions from now on. There must be
 * none yet, and there is one only when it is whole. Throws `StoreOpenError`.
 */
export function restoreStore(from: string, to: string): Restored {
  if (existsSync(to)) throw new StoreOpenError('unusable', `${to} exists already`);
  const partial = `${to}.partial`;
  try {
    requireCopy(from);
    makePrivateFolder(dirname(to));
    copyFileSync(from, partial, constants.COPYFILE_FICLONE);
    chmodSync(partial, 0o600);
    const restored = skipAhead(partial);
    linkSync(partial, to);
    syncFolder(dirname(to));
    return restored;
  } catch (error) {
    const { reason, message } = explainOpenError(error, from);
    throw new StoreOpenError(reason, message.replaceAll(partial, from), { cause: error });
  } finally {
    for (const file of [partial, `${partial}-wal`]) rmSync(file, { force: true });
  }
}

/** An empty file would make a fresh store, and a store in use keeps its newest writes in a second file. */
function requireCopy(path: string): void {
  if (statSync(path).size === 0) throw new StoreOpenError('corrupt', `${path} is empty`);
  if (existsSync(`${path}-wal`))
    throw new StoreOpenError('unusable', `${path} is a store, not a copy of one`);
}

function skipAhead(path: string): Restored {
  const database = new LogDatabase(path);
  try {
    database.requireWhole();
    const revision = Math.max(database.newest(), Number(database.meta('compacted')));
    const compacted = revision + skipped;
    database.skipTo(compacted);
    return { revision, compacted };
  } finally {
    database.close();
  }
}
