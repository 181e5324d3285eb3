import assert from 'node:assert/strict';
import { lstat, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { composeRoot, ensureFolder, mountAt } from './compose.ts';
import { type Images, openImages } from './images.ts';
import { type LayerEntry, RegistryFixture } from './registry.fixture.ts';

const linux = { os: 'linux', architecture: 'amd64' };

describe('the root of a container', () => {
  let folder: string;
  let registry: RegistryFixture;
  let images: Images;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'compose-'));
    registry = new RegistryFixture();
    const { registries, fetch } = registry;
    images = await openImages({
      folder: join(folder, 'images'),
      registries,
      fetch,
      layouts: join(folder, 'layouts'),
      platform: linux,
    });
  });
  afterEach(async () => {
    await images.close();
    await rm(folder, { recursive: true });
  });

  const layersOf = async (...layers: LayerEntry[][]) =>
    (await images.ensure(await registry.add({ layers }), 'IfNotPresent')).layers;

  async function compose(layers: LayerEntry[][], own: string[] = []): Promise<string> {
    const root = join(folder, 'root');
    await composeRoot({ layers: await layersOf(...layers), root, own });
    return root;
  }

  test('a root shares what only a lower layer has and owns what the topmost brings', async () => {
    const root = await compose([
      [
        { name: 'usr/lib/x.py', content: 'lower' },
        { name: 'app/site/dep.py', content: 'dep' },
        { name: 'app/base', content: 'b' },
      ],
      [{ name: 'app/app.py', content: 'mine' }],
    ]);
    assert.match(await readlink(join(root, 'usr')), /tree\/usr$/);
    assert.match(await readlink(join(root, 'app/site')), /tree\/app\/site$/);
    assert.match(await readlink(join(root, 'app/base')), /tree\/app\/base$/);
    assert.ok((await lstat(join(root, 'app'))).isDirectory());
    assert.ok((await lstat(join(root, 'app/app.py'))).isFile());
    assert.equal(await readFile(join(root, 'app/site/dep.py'), 'utf8'), 'dep');
    await writeFile(join(root, 'app/app.py'), 'changed');
    assert.equal(
      (
        await lstat(
          join((await layersOf([{ name: 'app/app.py', content: 'mine' }]))[0]?.tree ?? '', 'app/app.py'),
        )
      ).size,
      4,
    );
  });

  test('whiteouts, opaque folders and replaced kinds hide what is below', async () => {
    const root = await compose([
      [
        { name: 'gone', content: '' },
        { name: 'dir/old', content: '' },
        { name: 'deep/a/hidden', content: '' },
        { name: 'deep/a/stays', content: '' },
        { name: 'file', content: '' },
        { name: 'folder/x', content: '' },
      ],
      [
        { name: '.wh.gone', content: '' },
        { name: 'dir/.wh..wh..opq', content: '' },
        { name: 'dir/new', content: '' },
        { name: 'deep/a/.wh.hidden', content: '' },
        { name: 'file/now', content: '' },
        { name: 'folder', content: 'file' },
      ],
    ]);
    assert.deepEqual((await readdir(root)).sort(), ['deep', 'dir', 'file', 'folder']);
    assert.deepEqual(await readdir(join(root, 'dir')), ['new']);
    assert.deepEqual(await readdir(join(root, 'deep/a')), ['stays']);
    assert.equal(await readFile(join(root, 'folder'), 'utf8'), 'file');
  });

  test('links lead into the merged root, also absolute ones and out of a subtree', async () => {
    const root = await compose([
      [
        { name: 'bin', type: 'symlink', linkname: 'usr/bin' },
        { name: 'usr/bin/tool', type: 'symlink', linkname: '/opt/tool' },
        { name: 'opt/tool', content: 'lower' },
        { name: 'lib/.bin/x', type: 'symlink', linkname: '../x.js' },
        { name: 'lib/x.js', content: 'x' },
      ],
      [{ name: 'opt/tool', content: 'upper' }],
    ]);
    assert.equal(await readFile(join(root, 'bin/tool'), 'utf8'), 'upper');
    assert.ok(
      (await lstat(join(root, 'lib'))).isSymbolicLink(),
      'a link within the subtree does not split it',
    );
    assert.equal(await readFile(join(root, 'lib/.bin/x'), 'utf8'), 'x');
  });

  test('a folder that something is put into is its own, never the shared one', async () => {
    const lower = [
      { name: 'data/cache/x', content: '' },
      { name: 'data/other/y', content: '' },
    ];
    const root = await compose([lower, [{ name: 'app', content: '' }]], ['data']);
    await ensureFolder(root, 'data/deep/er');
    await mountAt({ root, path: 'data/cache', source: folder });
    assert.equal(await readlink(join(root, 'data/cache')), folder);
    assert.match(await readlink(join(root, 'data/other')), /tree\/data\/other$/);
    await assert.rejects(ensureFolder(root, 'data/other/z'), { code: 'EEXIST' });
  });
});
