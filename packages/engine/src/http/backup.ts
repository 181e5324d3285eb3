import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeResponse } from '@fairlead/kube';
import type { Api } from './api.ts';
import { notServed } from './errors.ts';

/** Where a copy of everything is had, by who may `get` this path: roles name it among their non-resource URLs. */
export const BACKUP_PATH = '/backup';

/** GET of a copy of the whole store, made while writes go on. */
export const serveBackup = async ({ store }: Api): Promise<KubeResponse> => {
  if (store.backup === undefined) throw notServed('a backup of what is only in memory');
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-backup-'));
  try {
    const path = join(folder, 'copy');
    await store.backup(path);
    const file = await open(path);
    return {
      status: 200,
      headers: { 'content-type': 'application/vnd.sqlite3', 'cache-control': 'no-cache, private' },
      body: { kind: 'stream', bytes: file.createReadStream() },
    };
  } finally {
    // What is open stays readable without its name, and is gone with its reader, however that ends.
    await rm(folder, { recursive: true });
  }
};
