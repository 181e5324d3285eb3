import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { FairleadError } from '@fairlead/api/errors';
import fc from 'fast-check';
import { type Headers, pack } from 'tar-stream';
import { openArchive } from './archive.ts';
import { arrange, type Entry } from './entry.ts';
import type { ContentLimits } from './limits.ts';
import { tarBytes } from './tar.ts';

type Part = Headers & { readonly text?: string };

const hasTar = spawnSync('tar', ['--version']).status === 0;

const archiveOf = async (parts: readonly Part[]): Promise<Buffer> => {
  const archive = pack();
  for (const { text = '', ...header } of parts) archive.entry(header, text);
  archive.finalize();
  return Buffer.concat(await Array.fromAsync(archive as AsyncIterable<Buffer>));
};

const read = async (bytes: Uint8Array, limits?: ContentLimits): Promise<readonly Entry[]> => {
  await using archive = await openArchive([bytes], {
    scratch: tmpdir(),
    ...(limits === undefined ? {} : { limits }),
  });
  return archive.entries;
};

const refused = async (bytes: Uint8Array, reason: RegExp): Promise<void> => {
  await assert.rejects(read(bytes), (error: unknown) => {
    assert.ok(error instanceof FairleadError, String(error));
    assert.equal(error.code, 'E_SOURCE_UNSAFE');
    assert.match(error.why, reason);
    return true;
  });
};

const hostile: readonly [what: string, parts: readonly Part[], reason: RegExp][] = [
  ['climbs out', [{ name: '../evil' }], /leaves the source/],
  ['climbs out on the way', [{ name: 'a/../../evil' }], /leaves the source/],
  ['is absolute', [{ name: '/etc/passwd' }], /absolute/],
  ['links to an absolute path', [{ name: 'a', type: 'symlink', linkname: '/etc' }], /absolute path/],
  ['links out', [{ name: 'a/b', type: 'symlink', linkname: '../../etc' }], /out of the source/],
  ['links down and up', [{ name: 'a', type: 'symlink', linkname: 'b/../../etc' }], /down and up/],
  ['links nowhere', [{ name: 'a', type: 'symlink', linkname: '' }], /no target/],
  [
    'writes through a link',
    [
      { name: 'a', type: 'symlink', linkname: 'b' },
      { name: 'a/evil', text: 'x' },
    ],
    /a is a link/,
  ],
  ['writes below a file', [{ name: 'a' }, { name: 'a/b' }], /a is a file/],
  ['replaces a file', [{ name: 'a' }, { name: './a' }], /twice/],
  ['replaces a folder by a link', [{ name: 'a/b' }, { name: 'a', type: 'symlink', linkname: 'c' }], /twice/],
  ['is a hard link out', [{ name: 'a', type: 'link', linkname: '../../etc/passwd' }], /leaves the source/],
  ['is a hard link to nothing', [{ name: 'a', type: 'link', linkname: 'b' }], /hard link/],
  ['is a device', [{ name: 'a', type: 'character-device' }], /character-device/],
  ['is a pipe', [{ name: 'a', type: 'fifo' }], /fifo/],
  ['has a name without end', [{ name: 'a/'.repeat(600) }], /longer than 1024/],
  ['has a part without end', [{ name: 'a'.repeat(256) }], /too long/],
];

describe('an archive is refused when an entry', () => {
  for (const [what, parts, reason] of hostile) {
    it(what, async () => refused(await archiveOf(parts), reason));
  }
});

describe('an archive', () => {
  it('that is cut, or none, is refused', async () => {
    const whole = await archiveOf([{ name: 'a', text: 'x'.repeat(5000) }]);
    await refused(whole.subarray(0, 3000), /the archive/);
    await refused(Buffer.from('this is not a tar archive, not by far'.repeat(100)), /the archive/);
  });

  it('with a size that is no number is refused, not waited for', async () => {
    const whole = await archiveOf([{ name: 'a', text: 'x' }]);
    whole[124] = 0xd5;
    repairSum(whole.subarray(0, 512));
    await refused(whole, /size is no number/);
  });

  it('that is too large is refused at the header, before it is read', async () => {
    const limits = { bytes: 1000, entries: 3, where: 'in a source' };
    const large = await archiveOf([{ name: 'a', text: 'x'.repeat(1001) }]);
    await assert.rejects(
      read(large.subarray(0, 512), limits),
      (error: FairleadError) =>
        error.code === 'E_SOURCE_TOO_LARGE' && error.why.startsWith('1001 bytes; 1000'),
    );
    const many = await archiveOf(['a', 'b', 'c', 'd'].map((name) => ({ name })));
    await assert.rejects(read(many, limits), /cannot be taken/);
  });

  it('whose connection breaks says so, and blames nobody', async () => {
    const whole = await archiveOf([{ name: 'a', text: 'x'.repeat(5000) }]);
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield whole.subarray(0, 1000);
      throw new Error('connection reset');
    };
    await assert.rejects(openArchive(broken(), { scratch: tmpdir() }), /connection reset/);
  });

  it('of many megabytes goes through a file, which is gone afterwards', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'fairlead-spool-'));
    try {
      const parts = Array.from({ length: 5 }, (_, i) => Buffer.alloc(9_000_000, i + 1));
      const entries: Entry[] = parts.map((bytes, i) => {
        return { kind: 'file', path: `f${i}`, executable: false, size: bytes.length, content: () => bytes };
      });
      {
        await using archive = await openArchive(tarBytes(entries), { scratch });
        assert.equal(readdirSync(scratch).length, 1);
        for (const [i, entry] of archive.entries.entries()) {
          const content = entry.kind === 'file' ? entry.content() : assert.fail();
          const bytes =
            content instanceof Uint8Array ? content : Buffer.concat(await Array.fromAsync(content));
          assert.ok(Buffer.from(bytes).equals(parts[i] ?? assert.fail()));
        }
      }
      assert.deepEqual(readdirSync(scratch), []);
    } finally {
      rmSync(scratch, { recursive: true });
    }
  });

  it('of git and of GNU tar is understood', { skip: hasTar ? false : 'needs tar' }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-git-'));
    const run = (command: string, ...args: string[]): Buffer => execFileSync(command, args, { cwd: folder });
    try {
      mkdirSync(join(folder, 'sub'));
      writeFileSync(join(folder, 'app.py'), 'print(1)\n');
      writeFileSync(join(folder, 'sub', `${'n'.repeat(120)}.txt`), 'long');
      writeFileSync(join(folder, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
      symlinkSync('../app.py', join(folder, 'sub/link'));
      run('git', 'init', '-q');
      run('git', 'add', '.');
      run('git', '-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '-m', 'one');
      const packed = async (bytes: Uint8Array): Promise<Buffer> =>
        Buffer.concat(await Array.fromAsync(tarBytes(arrange(await read(bytes)))));
      const fromGit = await packed(run('git', 'archive', '--format=tar', 'HEAD'));
      const fromTar = await packed(run('tar', '-c', '--exclude=./.git', '.'));
      assert.ok(fromGit.equals(fromTar));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('with any damage is read safely or refused, never anything else', async () => {
    const whole = await archiveOf([
      { name: 'folder', type: 'directory' },
      { name: 'folder/file.txt', text: 'hello' },
      { name: 'n'.repeat(150), text: 'long name' },
      { name: 'link', type: 'symlink', linkname: 'folder/file.txt' },
    ]);
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(damage, fc.nat(whole.length), async (changes, length) => {
        const bytes = Buffer.from(whole.subarray(0, Math.max(512, length)));
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        // With the sums put right, damage gets past the first check.
        for (let at = 0; at + 512 <= bytes.length; at += 512) repairSum(bytes.subarray(at, at + 512));
        try {
          for (const { path } of await read(bytes)) {
            assert.ok(!path.startsWith('/') && !path.split('/').includes('..'), path);
          }
        } catch (error) {
          assert.ok(error instanceof FairleadError, String(error));
        }
      }),
      { numRuns: 400 },
    );
  });
});

const repairSum = (block: Buffer): void => {
  if (block.toString('latin1', 257, 262) !== 'ustar') return;
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
};
