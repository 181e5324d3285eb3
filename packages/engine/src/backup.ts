import { existsSync } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Status } from '@fairlead/kube';
import { BACKUP_PATH } from './http/backup.ts';
import { type Restored, restoreStore } from './store/restore.ts';
import { LogDatabase } from './store/sqlite-database.ts';
import { explainOpenError, StoreOpenError } from './store/sqlite-error.ts';

/** The file of an engine's store in its data folder. */
export const storeFile = (data: string): string => join(data, 'engine.db');

/** A copy of an engine that is to be made. */
export interface BackupRequest {
  /** The engine's data folder. */
  readonly data: string;
  /** Must not exist. */
  readonly to: string;
  /** How a running engine is reached; `kubeconfig` in the data folder unless told. */
  readonly kubeconfig?: string;
}

/**
 * Copies the store of an engine, whether it runs or not. The copy is one state of it, synced, and there only when whole.
 * Throws `StoreOpenError`, or what the running engine refused with.
 */
export async function backUpEngine({
  data,
  to,
  kubeconfig = join(data, 'kubeconfig'),
}: BackupRequest): Promise<void> {
  const path = storeFile(data);
  if (existsSync(to)) throw new StoreOpenError('unusable', `${to} exists already`);
  if (!existsSync(path)) throw new StoreOpenError('unusable', `there is no ${path}`);
  const database = openUnlessRunning(path);
  if (database === undefined) return fetchBackup(kubeconfig, to);
  try {
    await database.backup(to);
  } finally {
    database.close();
  }
}

/** Makes a data folder's store out of a copy; there must be none. Throws `StoreOpenError`. */
export const restoreEngine = (from: string, data: string): Restored => restoreStore(from, storeFile(data));

const openUnlessRunning = (path: string): LogDatabase | undefined => {
  try {
    return new LogDatabase(path);
  } catch (error) {
    const explained = explainOpenError(error, path);
    if (explained.reason === 'locked') return undefined;
    throw explained;
  }
};

async function fetchBackup(kubeconfig: string, to: string): Promise<void> {
  const { loadKubeconfig, openHttp } = await import('@fairlead/kube/http');
  await using http = openHttp(await loadKubeconfig(kubeconfig));
  const { body } = await http.transport({ method: 'GET', path: BACKUP_PATH, query: '', headers: {} });
  if (body.kind === 'object') throw new Error((body.value() as Status).message);
  if (body.kind === 'stream') await save(body.bytes, to);
}

async function save(bytes: AsyncIterable<Uint8Array>, to: string): Promise<void> {
  const partial = `${to}.partial`;
  await rm(partial, { force: true });
  try {
    const file = await open(partial, 'wx', 0o600);
    try {
      for await (const piece of bytes) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(partial, to);
  } finally {
    await rm(partial, { force: true });
  }
}
