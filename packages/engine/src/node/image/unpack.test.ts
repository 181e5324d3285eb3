import fc from 'fast-check';
import assert from 'node:assert/strict';
import { lstat, mkdir, mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type LayerEntry, tarOf } from './registry.fixture.ts';
import { unpackLayer } from './unpack.ts';

describe('unpacking', () => {
  let folder: string;
  let round = 0;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'unpack-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function unpack(
    bytes: Uint8Array,
    order: { mediaType?: string; limits?: { bytes: number; entries: number } } = {},
  ) {
    round += 1;
    const tree = join(folder, String(round), 'tree');
    await mkdir(tree, { recursive: true });
    const mediaType = 'application/vnd.oci.image.layer.v1.tar';
    const source = async function* () {
      // In odd pieces, as a network gives them.
      for (let at = 0; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700);
    };
    const outcome = await unpackLayer({ mediaType, ...order, bytes: source(), tree }).then(
      () => 'unpacked',
      (error: Error) => error.message,
    );
    return { outcome, tree };
  }

  /** Nothing is beside the tree, and no link in it leads out of it. */
  async function assertInside(tree: string): Promise<void> {
    assert.deepEqual(await readdir(dirname(tree)), ['tree']);
    for (const entry of await readdir(tree, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      assert.ok(
        entry.isFile() || entry.isDirectory() || entry.isSymbolicLink(),
        `${path} is a strange thing`,
      );
      if (!entry.isSymbolicLink()) continue;
      const target = resolve(dirname(path), await readlink(path));
      assert.ok(`${target}/`.startsWith(`${tree}/`), `${path} leads to ${target}`);
    }
  }

  const name = fc
    .array(fc.constantFrom('a', 'b', 'c', '.', '..', '.wh.a', '.wh..wh..opq', '.wh...', 'ü', ' '), {
      minLength: 1,
      maxLength: 4,
    })
    .chain((parts) => fc.constantFrom(parts.join('/'), `/${parts.join('/')}`, `${parts.join('/')}/`));
  const type = fc.constantFrom('file', 'directory', 'symlink', 'link', 'fifo', 'block-device');
  const entry: fc.Arbitrary<LayerEntry> = fc
    .record({ name, type, linkname: name, content: fc.string({ maxLength: 20 }), mode: fc.nat(0o7777) })
    .map(({ content, linkname, ...header }) => {
      if (header.type === 'file') return { ...header, type: 'file', content };
      return { ...header, linkname };
    });

  test('never leaves its root, whatever the entries are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 8 }), async (entries) => {
        const { tree } = await unpack(await tarOf(entries));
        await assertInside(tree);
      }),
      { numRuns: 150 },
    );
  });

  test('ends with an answer, whatever the bytes are', async () => {
    const tar = await tarOf([
      { name: `long/${'n'.repeat(150)}`, content: 'x'.repeat(2000) },
      { name: 'link', type: 'symlink', linkname: 'long' },
      { name: 'ümlaut', content: 'y' },
    ]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(tar.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.nat(tar.length),
        async (changes, length) => {
          const bytes = Buffer.from(tar);
          for (const [at, value] of changes) bytes[at] = value;
          const { tree } = await unpack(bytes.subarray(0, length));
          await assertInside(tree);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('stops a bomb by its size and by its entries', async () => {
    const bomb = gzipSync(await tarOf([{ name: 'zeros', content: '\0'.repeat(20_000_000) }]));
    const gzip = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' };
    const { outcome, tree } = await unpack(bomb, { ...gzip, limits: { bytes: 1_000_000, entries: 10 } });
    assert.match(outcome, /more than 1000000 bytes/);
    const written = await lstat(join(tree, 'zeros')).catch(() => undefined);
    assert.ok((written?.size ?? 0) < 1_200_000);
    const many = await tarOf(Array.from({ length: 30 }, (_, at) => ({ name: `f${at}`, content: '' })));
    assert.match(
      (await unpack(many, { limits: { bytes: 1e9, entries: 20 } })).outcome,
      /more than 20 entries/,
    );
  });

  test('does not wait for an entry whose size is no number', async () => {
    const tar = Buffer.from(await tarOf([{ name: 'a', content: 'x' }]));
    tar[124] = 0xd5;
    // The sum over the header, its own field taken as spaces (POSIX ustar).
    const sum = tar
      .fill(' ', 148, 156)
      .subarray(0, 512)
      .reduce((total, byte) => total + byte, 0);
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    assert.match((await unpack(tar)).outcome, /size of "a" is no number/);
  });

  test('does not take half an archive for a whole one', async () => {
    const tar = await tarOf([{ name: 'a', content: 'x'.repeat(3000) }]);
    assert.notEqual((await unpack(tar.subarray(0, 1500))).outcome, 'unpacked');
    assert.notEqual(
      (await unpack(gzipSync(tar).subarray(0, 60), { mediaType: 'x.tar+gzip' })).outcome,
      'unpacked',
    );
    assert.match((await unpack(tar, { mediaType: 'text/html' })).outcome, /are not served/);
  });
});
