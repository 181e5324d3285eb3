import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FairleadError } from '@fairlead/api/errors';
import { arrange } from './entry.ts';
import { readFolder } from './folder.ts';
import { tarBytes } from './tar.ts';
import { writeEntries } from './unpack.ts';

describe('a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fairlead-folder-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const pack = async (root: string): Promise<Buffer> =>
    Buffer.concat(await Array.fromAsync(tarBytes(arrange(readFolder(root)))));

  const refuses = (reason: RegExp): void => {
    assert.throws(
      () => readFolder(folder),
      (error: unknown) => error instanceof FairleadError && reason.test(error.why),
    );
  };

  it('is read whole, and written again as it was', async () => {
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    mkdirSync(join(folder, 'empty'));
    writeFileSync(join(folder, 'a/b/large'), Buffer.alloc(3_000_000, 7));
    writeFileSync(join(folder, 'a/run'), 'x', { mode: 0o700 });
    symlinkSync('../a/run', join(folder, 'a/link'), 'file');
    rmSync(join(folder, 'a/link'));
    symlinkSync('b/large', join(folder, 'a/link'));
    const copy = join(folder, '../', `${folder.split('/').at(-1)}-copy`);
    try {
      await writeEntries(readFolder(folder), copy);
      assert.ok((await pack(folder)).equals(await pack(copy)));
      await assert.rejects(writeEntries([], copy), /EEXIST/);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  it('leaves out what is ignored, with all below it', () => {
    mkdirSync(join(folder, 'node_modules/x'), { recursive: true });
    writeFileSync(join(folder, 'node_modules/x/y'), '');
    writeFileSync(join(folder, 'app.py'), '');
    const entries = readFolder(folder, { ignore: (path) => path === 'node_modules' });
    assert.deepEqual(
      entries.map(({ path }) => path),
      ['app.py'],
    );
  });

  it('with a link that leads out is refused', () => {
    symlinkSync('/etc/passwd', join(folder, 'link'));
    refuses(/absolute/);
    rmSync(join(folder, 'link'));
    symlinkSync('../x', join(folder, 'link'));
    refuses(/out of the source/);
  });

  it('with a pipe is refused', () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    refuses(/neither a file nor a folder/);
  });

  it('over the limit is refused', () => {
    writeFileSync(join(folder, 'a'), 'x'.repeat(600));
    writeFileSync(join(folder, 'b'), 'x'.repeat(600));
    assert.throws(
      () => readFolder(folder, { limits: { bytes: 1000, entries: 10, where: 'in a test' } }),
      (error: FairleadError) => error.code === 'E_SOURCE_TOO_LARGE',
    );
  });
});
