import { dirname, join } from 'node:path';
import type { Journal, SqliteStoreOptions } from '../../packages/engine/src/store/index.ts';
import { readKeyFile } from '../../packages/engine/src/store/key-file.ts';
import { createSeal } from '../../packages/engine/src/store/seal.ts';
import { LogDatabase } from '../../packages/engine/src/store/sqlite-database.ts';

/** A part of what is written is encrypted, with keys that lie beside the store: losing those would be losing that. */
export const sealingBeside = (path: string): SqliteStoreOptions['sealing'] & object => ({
  prefixes: ['/1/'],
  keyFile: join(dirname(path), 'encryption.keys'),
});

/**
 * The store's own database in the thread of its caller. The thread is what an opening costs most of; who
 * opens ten thousand does without it.
 */
export const plainJournal = (path: string): Journal => {
  const { keyFile, prefixes } = sealingBeside(path);
  const { secrets, save } = readKeyFile(keyFile);
  const database = new LogDatabase(path, createSeal({ prefixes, secrets }));
  return {
    open: async (after) => {
      const records = [...database.recordsAfter(after)];
      save();
      database.reseal();
      return { records, compacted: Number(database.meta('compacted')) };
    },
    commit: async (batch) => database.commit(batch),
    reopen: () => Promise.reject(new Error('this journal is opened once')),
    close: async () => database.close(),
  };
};
