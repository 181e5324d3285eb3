import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { systemClock } from '@fairlead/kube';
import type { StoreOptions } from './group-commit.ts';
import { holding, textOf } from './observe.conformance.ts';
import { openSqliteStore, type SqliteStore } from './sqlite.ts';
import { describeStore } from './store.conformance.ts';

function temporaryStore() {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-store-'));
  const path = join(folder, 'engine', 'store.db');
  const open = (options?: StoreOptions): Promise<SqliteStore> =>
    openSqliteStore({ ...options, path, clock: systemClock });
  return { path, open, dispose: async () => rmSync(folder, { recursive: true }) };
}

describeStore('on SQLite', { durable: true, fixture: temporaryStore });

describe('an SQLite store', () => {
  const situation = (
    title: string,
    run: (fixture: ReturnType<typeof temporaryStore>) => Promise<void>,
  ): void => {
    it(title, async () => {
      const fixture = temporaryStore();
      try {
        await run(fixture);
      } finally {
        await fixture.dispose();
      }
    });
  };
  const query = (path: string, sql: string): unknown[] => {
    using database = new DatabaseSync(path);
    return database.prepare(sql).all();
  };

  situation('belongs to its owner alone', async ({ path, open }) => {
    const store = await open();
    await store.put('/a', holding('1'));
    assert.deepEqual(
      [path, `${path}-wal`].map((file) => statSync(file).mode & 0o777),
      [0o600, 0o600],
    );
    assert.equal(statSync(dirname(path)).mode & 0o777, 0o700);
    await store.close();
  });

  situation('keeps its id', async ({ open }) => {
    const first = await open();
    await first.close();
    const second = await open();
    await second.close();
    assert.match(first.id, /^[0-9a-f]{32}$/);
    assert.equal(second.id, first.id);
  });

  situation('deletes what is superseded from the file', async ({ path, open }) => {
    const store = await open({ history: { events: 100 } });
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(Array.from({ length: 400 }, (_, index) => store.put(`/${index % 50}`, holding('x'))));
    }
    await store.delete('/0', holding('gone'));
    await store.compact(store.revision);
    await store.compact(store.revision);
    await store.close();
    const rows = query(path, 'SELECT key, deleted FROM log');
    assert.ok(rows.length < 49 + 1024, `${rows.length} rows are left of 4001`);
    const reopened = await open({ history: { events: 100 } });
    assert.equal(reopened.snapshot().count('/'), 49);
    await reopened.close();
  });

  situation('copies itself while it goes on', async ({ path, open }) => {
    const store = await open();
    await store.put('/a', holding('before'));
    const backup = store.backup(`${path}.backup`);
    await Promise.all([backup, store.put('/a', holding('after'))]);
    const { revision } = store;
    await store.put('/a', holding('later'));
    await assert.rejects(store.backup(`${path}.backup`), /EEXIST/);
    await store.close();
    assert.equal(statSync(`${path}.backup`).mode & 0o777, 0o600);
    const copy = await openSqliteStore({ path: `${path}.backup`, clock: systemClock });
    assert.ok(copy.revision <= revision);
    assert.equal(textOf(copy.snapshot().get('/a')), copy.revision === 1 ? 'before' : 'after');
    await copy.close();
  });

  situation('is open once only', async ({ path, open }) => {
    const store = await open();
    await assert.rejects(open(), {
      name: 'StoreOpenError',
      reason: 'locked',
      message: `${path} is in use by another process`,
    });
    await store.put('/a', holding('the first one goes on'));
    await store.close();
  });

  situation('says that a file is not a store', async ({ path, open }) => {
    mkdirSync(dirname(path));
    writeFileSync(path, 'not a database at all '.repeat(500));
    await assert.rejects(open(), {
      name: 'StoreOpenError',
      reason: 'corrupt',
      message: /store\.db is damaged or not a store/,
    });
    rmSync(path);
    query(path, 'CREATE TABLE birds (name TEXT)');
    await assert.rejects(open(), { reason: 'corrupt', message: /database of something else/ });
  });

  situation('says that a newer version wrote the file', async ({ path, open }) => {
    await (await open()).close();
    query(path, "UPDATE meta SET value = 99 WHERE name = 'format'");
    await assert.rejects(open(), {
      reason: 'newer',
      message: /has format 99; this version understands up to 2/,
    });
  });

  situation('says that the file cannot be written', async ({ path, open }) => {
    mkdirSync(path, { recursive: true });
    await assert.rejects(open(), { reason: 'unusable', message: /cannot be opened for writing: EISDIR/ });
  });
});
