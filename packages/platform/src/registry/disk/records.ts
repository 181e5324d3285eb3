import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordStore } from '../storage.ts';
import { isMissing, type Publish, removeDurably } from './durable.ts';

/**
 * A record is a file. Keys are made of checked names, but a `..` that slipped through would be a write anywhere on the
 * disk, so the last door looks once more.
 */
const pathOf = (root: string, key: string): string => {
  if (key.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    throw new Error(`not the key of a record: ${key}`);
  }
  return join(root, key);
};

export const diskRecords = (root: string, scratch: () => string, publish: Publish): RecordStore => ({
  async read(key) {
    try {
      return await readFile(pathOf(root, key));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
  async write(key, value) {
    const target = pathOf(root, key);
    const path = scratch();
    {
      await using handle = await open(path, 'wx');
      await handle.writeFile(value);
      await handle.sync();
    }
    await publish(path, target);
  },
  delete: (key) => removeDurably(pathOf(root, key)),
  async list(prefix) {
    try {
      const entries = await readdir(pathOf(root, prefix), { withFileTypes: true });
      const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
      return names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  },
});
