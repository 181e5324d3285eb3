import type { Store } from './contract.ts';
import { openStore, type StoreOptions } from './group-commit.ts';
import type { Journal } from './journal.ts';

const nowhere: Journal = {
  open: async () => ({ records: [], compacted: 0 }),
  commit: async () => {},
  reopen: async () => ({ records: [], compacted: 0 }),
  close: async () => {},
};

/** A store that forgets everything when it is closed. Writes settle within the same turn of the event loop. */
export const openMemoryStore = (options: StoreOptions = {}): Promise<Store> => openStore(nowhere, options);
