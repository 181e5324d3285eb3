export type { CompactionPolicy } from './compaction.ts';
export * from './contract.ts';
export { openStore, type StoreOptions } from './group-commit.ts';
export type { HistoryLimits } from './history.ts';
export type { Journal, JournalBatch, JournalRecord, Recovered } from './journal.ts';
export { openMemoryStore } from './memory.ts';
export { openSqliteStore, type SqliteStore, type SqliteStoreOptions } from './sqlite.ts';
export { StoreOpenError, type StoreOpenReason } from './sqlite-error.ts';
