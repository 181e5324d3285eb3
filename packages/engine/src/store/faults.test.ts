import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { systemClock } from '@fairlead/kube';
import { type Store, WriteFailedError } from './contract.ts';
import { holding, observe, textOf } from './observe.conformance.ts';
import { openSqliteStore } from './sqlite.ts';

const succeeds = (program: string, args: readonly string[]): boolean => {
  try {
    execFileSync(program, args, { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
};

const big = 'x'.repeat(20_000);

/** Writes `count` objects, eight at a time, and returns the acknowledged revisions by key. */
async function writeMany(store: Store, prefix: string, count: number): Promise<Map<string, number>> {
  const acknowledged = new Map<string, number>();
  const write = async (index: number): Promise<void> => {
    const key = `${prefix}${index}`;
    try {
      const { revision } = await store.put(key, holding(`${key} ${big}`));
      acknowledged.set(key, revision);
    } catch (error) {
      assert.ok(error instanceof WriteFailedError, String(error));
    }
  };
  for (let index = 0; index < count; index += 8) {
    await Promise.all(Array.from({ length: 8 }, (_, offset) => write(index + offset)));
  }
  return acknowledged;
}

/** Tries until the store takes a write again. */
async function recovered(store: Store): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      await store.put('/recovered', holding('yes'));
      return;
    } catch (error) {
      assert.ok(Date.now() < deadline, `not recovered: ${String(error)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

async function holdsAll(path: string, acknowledged: ReadonlyMap<string, number>): Promise<void> {
  const store = await openSqliteStore({ path, clock: systemClock });
  const snapshot = store.snapshot();
  for (const [key, revision] of acknowledged) {
    assert.equal(snapshot.get(key)?.revision, revision, key);
    assert.ok(textOf(snapshot.get(key))?.startsWith(`${key} x`), key);
  }
  await store.close();
}

describe('a store on a disk that fails', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-store-'));
  const mounted = succeeds('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);
  after(() => {
    if (mounted) execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });
  const skip = mounted ? false : 'a small file system can be mounted by root only';

  it('acknowledges nothing while the disk is full, and goes on when there is room', { skip }, async () => {
    const path = join(folder, 'full', 'store.db');
    const faults: Error[] = [];
    const store = await openSqliteStore({ path, clock: systemClock, onFault: (fault) => faults.push(fault) });
    const before = await writeMany(store, '/before/', 16);
    const observer = observe(store);
    const filler = join(folder, 'filler');
    assert.throws(() => writeFileSync(filler, Buffer.alloc(8 * 1024 * 1024)), /ENOSPC/);
    const during = await writeMany(store, '/during/', 400);
    assert.ok(before.size === 16 && during.size < 400, `${during.size} of 400 written to a full disk`);
    assert.ok(faults.length > 0 && observer.ended === 1);
    assert.match(faults[0]?.message ?? '', /full|I\/O/);
    rmSync(filler);
    await recovered(store);
    const later = await writeMany(store, '/later/', 16);
    assert.equal(later.size, 16);
    await store.close();
    await holdsAll(path, new Map([...before, ...during, ...later]));
    rmSync(join(folder, 'full'), { recursive: true });
  });

  it('says that it cannot be opened on a read-only disk', { skip }, async () => {
    const path = join(folder, 'read-only', 'store.db');
    const store = await openSqliteStore({ path, clock: systemClock });
    const written = await writeMany(store, '/', 16);
    await store.close();
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    await assert.rejects(openSqliteStore({ path, clock: systemClock }), { reason: 'unusable' });
    execFileSync('mount', ['-o', 'remount,rw', folder]);
    await holdsAll(path, written);
  });

  it('acknowledges nothing that could not be written (EFBIG)', async (t) => {
    const own = join(tmpdir(), `fairlead-store-limit-${process.pid}`);
    const path = join(own, 'store.db');
    const limit = (bytes: number | 'unlimited'): boolean =>
      succeeds('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:unlimited`]);
    // Without a listener the signal would end the process.
    const ignore = (): void => {};
    process.on('SIGXFSZ', ignore);
    const store = await openSqliteStore({ path, clock: systemClock });
    try {
      const before = await writeMany(store, '/before/', 16);
      if (!limit(statSync(path).size + 200_000)) return t.skip('there is no prlimit');
      const during = await writeMany(store, '/during/', 400);
      assert.ok(during.size < 400, `${during.size} of 400 written beyond the limit`);
      limit('unlimited');
      await recovered(store);
      const later = await writeMany(store, '/later/', 16);
      await store.close();
      await holdsAll(path, new Map([...before, ...during, ...later]));
    } finally {
      limit('unlimited');
      process.off('SIGXFSZ', ignore);
      await store.close();
      rmSync(own, { recursive: true });
    }
  });
});
