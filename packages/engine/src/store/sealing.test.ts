import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { systemClock } from '@fairlead/kube';
import { holding, textOf } from './observe.conformance.ts';
import { createSeal, SealError } from './seal.ts';
import { openSqliteStore, type SqliteStore } from './sqlite.ts';
import { StoreOpenError, type StoreOpenReason } from './sqlite-error.ts';

const CANARY = 'canary-7f3a-in-the-mine';
const SECRET = '/core/secrets/default/s';

class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'fairlead-sealing-'));
  readonly keyFile = join(this.path, 'encryption.keys');
  readonly database = join(this.path, 'engine.db');

  open(): Promise<SqliteStore> {
    const sealing = { prefixes: ['/core/secrets/'], keyFile: this.keyFile };
    return openSqliteStore({ path: this.database, clock: systemClock, sealing });
  }

  /** As an earlier version did it. */
  openWithoutSealing(): Promise<SqliteStore> {
    return openSqliteStore({ path: this.database, clock: systemClock });
  }

  holds(text: string): boolean {
    return readdirSync(this.path).some((name) => readFileSync(join(this.path, name)).includes(text));
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}

const secret = () => holding(CANARY);
const newKey = (byte: number): string => `aes256 ${Buffer.alloc(32, byte).toString('base64')}\n`;

const refusal = (reason: StoreOpenReason, words: RegExp) => (error: unknown) =>
  error instanceof StoreOpenError && error.reason === reason && words.test(error.message);

describe('secrets on the disk', () => {
  it('are found in no file, while the store runs and afterwards, and are there at the next start', async () => {
    using folder = new Folder();
    const store = await folder.open();
    await Promise.all([
      store.put(SECRET, secret()),
      store.put('/core/configmaps/default/m', holding('plain')),
    ]);
    await store.put(SECRET, holding(`${CANARY}-2`));
    await store.put('/core/secrets/default/gone', secret());
    await store.delete('/core/secrets/default/gone', secret());
    assert.ok(!folder.holds(CANARY));
    await store.backup(join(folder.path, 'copy.db'));
    await store.close();
    assert.ok(!folder.holds(CANARY));
    assert.ok(folder.holds('plain'), 'other kinds lie open');
    const again = await folder.open();
    assert.equal(textOf(again.snapshot().get(SECRET)), `${CANARY}-2`);
    await again.close();
  });

  it('have a key that is its owner’s alone, made once', async () => {
    using folder = new Folder();
    await (await folder.open()).close();
    assert.equal(statSync(folder.keyFile).mode & 0o777, 0o600);
    const before = readFileSync(folder.keyFile, 'utf8');
    await (await folder.open()).close();
    assert.equal(readFileSync(folder.keyFile, 'utf8'), before);
  });

  it('that lay open are read, and closed for good', async () => {
    using folder = new Folder();
    const open = await folder.openWithoutSealing();
    await open.put(SECRET, secret());
    await open.put('/core/secrets/default/gone', secret());
    await open.delete('/core/secrets/default/gone', secret());
    await open.compact(open.revision);
    await open.close();
    assert.ok(folder.holds(CANARY));
    const store = await folder.open();
    assert.equal(textOf(store.snapshot().get(SECRET)), CANARY);
    assert.ok(!folder.holds(CANARY));
    await store.close();
  });

  it('are written anew under a new first key; then the old one can go', async () => {
    using folder = new Folder();
    writeFileSync(folder.keyFile, newKey(1));
    const first = await folder.open();
    await first.put(SECRET, secret());
    await first.close();
    writeFileSync(folder.keyFile, `# rotated\n${newKey(2)}${newKey(1)}`);
    await (await folder.open()).close();
    writeFileSync(folder.keyFile, newKey(2));
    const last = await folder.open();
    assert.equal(textOf(last.snapshot().get(SECRET)), CANARY);
    await last.close();
  });

  const broken: readonly (readonly [title: string, keys: string | undefined, words: RegExp])[] = [
    ['is missing', undefined, /holds secrets that are encrypted with a key that is not there/],
    ['is another one', newKey(9), /encrypted with a key that is not there/],
    ['cannot be read', `${newKey(1)}what is this\n`, /line 2 of .*encryption\.keys is no key$/],
    ['is empty', '# nothing\n', /there is no key in /],
  ];
  for (const [title, keys, words] of broken) {
    it(`cannot be opened when the key ${title}, and nothing is lost`, async () => {
      using folder = new Folder();
      writeFileSync(folder.keyFile, newKey(1));
      const store = await folder.open();
      await store.put(SECRET, secret());
      await store.close();
      if (keys === undefined) rmSync(folder.keyFile);
      else writeFileSync(folder.keyFile, keys);
      await assert.rejects(async () => folder.open(), refusal('sealed', words));
      assert.equal(readdirSync(folder.path).includes('encryption.keys'), keys !== undefined);
      writeFileSync(folder.keyFile, newKey(1));
      const mended = await folder.open();
      assert.equal(textOf(mended.snapshot().get(SECRET)), CANARY);
      await mended.close();
    });
  }

  it('cannot be read by a program that knows of no keys', async () => {
    using folder = new Folder();
    const store = await folder.open();
    await store.put(SECRET, secret());
    await store.close();
    await assert.rejects(folder.openWithoutSealing(), refusal('sealed', /a key that is not there/));
  });

  it('that somebody put in another’s place are no secrets', async () => {
    using folder = new Folder();
    const store = await folder.open();
    await store.put(SECRET, secret());
    await store.put('/core/secrets/default/t', holding('other'));
    await store.close();
    {
      using database = new DatabaseSync(folder.database);
      database.exec('UPDATE log SET value = (SELECT value FROM log WHERE revision = 2) WHERE revision = 1');
    }
    await assert.rejects(
      folder.open(),
      refusal('corrupt', /\/core\/secrets\/default\/s cannot be decrypted/),
    );
  });
});

describe('a seal', () => {
  const seal = createSeal({ prefixes: ['/s/'], secrets: [new Uint8Array(32).fill(1)] });
  const record = { key: '/s/a', revision: 7, bytes: new Uint8Array(Buffer.from('{"a":1}')) };

  it('makes other bytes of the same each time', () => {
    const [one, other] = [seal.close(record), seal.close(record)];
    assert.notDeepEqual(one, other);
    assert.deepEqual(seal.open({ ...record, bytes: one }), record.bytes);
  });

  it('notices every changed byte', () => {
    const sealed = seal.close(record);
    for (let index = 0; index < sealed.byteLength; index++) {
      const bytes = sealed.slice();
      bytes[index] = (bytes[index] ?? 0) ^ 1;
      // Without its mark it is no sealed record, and then no document either.
      if (index < 6) assert.notDeepEqual(seal.open({ ...record, bytes }), record.bytes);
      else assert.throws(() => seal.open({ ...record, bytes }), SealError, `byte ${index}`);
    }
  });
});
