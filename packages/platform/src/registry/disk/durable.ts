import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

export const isMissing = (error: unknown): boolean =>
  codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException).code;

/** Makes the names in a folder outlive a power cut: the sync of a file does not reach its name. */
export const syncFolder = async (folder: string): Promise<void> => {
  await using handle = await open(folder, 'r');
  await handle.sync();
};

/** Moves a synced file into place, durably. */
export type Publish = (from: string, to: string) => Promise<void>;

/** Remembers which folders are known to be there, so that each is made and synced once. */
export const createPublisher = (root: string): Publish => {
  const known = new Set([root]);
  const ensureFolder = async (folder: string): Promise<void> => {
    if (known.has(folder)) return;
    const parent = dirname(folder);
    await ensureFolder(parent);
    await mkdir(folder, { recursive: true });
    await syncFolder(parent);
    known.add(folder);
  };
  return async (from, to) => {
    const folder = dirname(to);
    await ensureFolder(folder);
    await rename(from, to);
    await syncFolder(folder);
  };
};

/** Takes a file away, durably; `false` when it was not there. */
export const removeDurably = async (path: string): Promise<boolean> => {
  try {
    await rm(path);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
  await syncFolder(dirname(path));
  return true;
};
