import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

/** A key that stays over restarts: builds that are under way keep their credential. */
export const keepKey = async (path: string): Promise<Uint8Array> => {
  try {
    await writeFile(path, randomBytes(32), { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFile(path);
};
