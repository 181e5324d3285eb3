import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { digestOf } from '../oci/digest.ts';
import { openArchive } from './archive.ts';
import { arrange, type Entry, type FileEntry } from './entry.ts';
import { tarBytes } from './tar.ts';

const file = (path: string, text: string, executable = false): FileEntry => {
  const bytes = Buffer.from(text);
  return { kind: 'file', path, executable, size: bytes.length, content: () => bytes };
};

const pack = async (entries: readonly Entry[]): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(tarBytes(entries)));

const long = `${'folder-with-a-name/'.repeat(8)}file.txt`;

const entries: readonly Entry[] = arrange([
  file('run', '#!/bin/sh\n', true),
  file('empty', ''),
  file('blocks', 'x'.repeat(1024)),
  file('größe/日本語.txt', 'umlaut'),
  file(long, 'long'),
  file(`${'a'.repeat(99)}/b`, 'boundary'),
  { kind: 'link', path: 'current', target: 'run' },
  { kind: 'link', path: 'far', target: long },
  { kind: 'folder', path: 'nothing/here' },
]);

describe('a layer', () => {
  it('is read by GNU tar as it was meant', {
    skip: spawnSync('tar', ['--version']).status === 0 ? false : 'needs tar',
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-tar-'));
    try {
      const done = spawnSync('tar', ['-x', '-C', folder], { input: await pack(entries), encoding: 'utf8' });
      assert.equal(done.stderr, '');
      for (const entry of entries) {
        const path = join(folder, entry.path);
        if (entry.kind === 'link') assert.equal(readlinkSync(path), entry.target);
        else if (entry.kind === 'folder') assert.ok(statSync(path).isDirectory());
        else assert.deepEqual(readFileSync(path), Buffer.from(entry.content() as Uint8Array));
      }
      assert.equal(statSync(join(folder, 'run')).mode & 0o777, 0o755);
      assert.equal(statSync(join(folder, 'blocks')).mode & 0o777, 0o644);
      assert.equal(statSync(join(folder, 'blocks')).mtimeMs, 0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is read by our own reader as it was meant', async () => {
    await using archive = await openArchive([await pack(entries)], { scratch: tmpdir() });
    const plain = (list: readonly Entry[]): unknown[] =>
      list.map((entry) =>
        entry.kind === 'file' ? { ...entry, content: Buffer.from(entry.content() as Uint8Array) } : entry,
      );
    assert.deepEqual(plain(arrange(archive.entries)), plain(entries));
  });

  it('has the same bytes in whatever order its files were found, in this version and the next', async () => {
    const again = arrange([...entries].filter(({ kind }) => kind !== 'folder').reverse());
    const bytes = await pack(arrange([...again, { kind: 'folder', path: 'nothing/here' }]));
    assert.deepEqual(bytes, await pack(entries));
    // A change of these bytes is a change of every image: raise `format` in plan.ts with it.
    assert.equal(digestOf(bytes), 'sha256:36bbfbe8314638c49c1adc244e6e4720658fbd115a69b7150d0f996d2e6589db');
  });

  it('comes in pieces of its own size, however large the files', async () => {
    const large = 'x'.repeat(700_000);
    const chunks = await Array.fromAsync(tarBytes([file('a', large), file('b', large), file('c', 'y')]));
    assert.ok(chunks.slice(0, -1).every((chunk) => chunk.length === 256 * 1024));
    assert.equal(Buffer.concat(chunks).length % 512, 0);
  });

  it('tells where the content of each file begins', async () => {
    const found: [string, number, number][] = [];
    const parts = tarBytes(entries, ({ path, size }, offset) => found.push([path, offset, size]));
    const bytes = Buffer.concat(await Array.fromAsync(parts));
    for (const [path, offset, size] of found) {
      const entry = entries.find((each) => each.path === path);
      assert.deepEqual(bytes.subarray(offset, offset + size), (entry as FileEntry).content());
    }
    assert.equal(found.length, 6);
  });

  it('is not made of a file that changes meanwhile', async () => {
    const changing: FileEntry = { ...file('a', 'abc'), content: () => Buffer.from('abcd') };
    await assert.rejects(pack([changing]), /a changed while it was read/);
  });
});
