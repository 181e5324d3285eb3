import { DatabaseSync } from 'node:sqlite';

/** Holds a folder for this process; undefined when another one has it. The kernel lets go when the process dies. */
export const lockFolder = (path: string): { release(): void } | undefined => {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  return { release: () => database.close() };
};

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (error.errcode === 5 || error.errcode === 6);
