import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RegistryStorage } from '../storage.ts';
import { diskBlobs } from './blobs.ts';
import { createPublisher, syncFolder } from './durable.ts';
import { diskRecords } from './records.ts';

/**
 * Keeps a registry in a folder, which nobody else may write to while it is open. Unfinished uploads of an earlier
 * process are cleared: their senders begin anew.
 */
export const openDiskStorage = async (folder: string): Promise<RegistryStorage> => {
  const scratchFolder = join(folder, 'uploads');
  await rm(scratchFolder, { recursive: true, force: true });
  await mkdir(scratchFolder, { recursive: true });
  await syncFolder(folder);
  let count = 0;
  const scratch = (): string => join(scratchFolder, String((count += 1)));
  const publish = createPublisher(folder);
  return {
    blobs: diskBlobs({ blobs: join(folder, 'blobs'), scratch }, publish),
    records: diskRecords(folder, scratch, publish),
  };
};
