import type { Journal } from '../../packages/engine/src/store/index.ts';
import { LogDatabase } from '../../packages/engine/src/store/sqlite-database.ts';

/**
 * The store's own database in the thread of its caller. The thread is what an opening costs most of; who
 * opens ten thousand does without it.
 */
export const plainJournal = (path: string): Journal => {
  const database = new LogDatabase(path);
  return {
    open: async (after) => ({
      records: [...database.recordsAfter(after)],
      compacted: Number(database.meta('compacted')),
    }),
    commit: async (batch) => database.commit(batch),
    reopen: () => Promise.reject(new Error('this journal is opened once')),
    close: async () => database.close(),
  };
};
