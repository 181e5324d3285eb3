import assert from 'node:assert/strict';
import { lstat, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { ImageError } from './error.ts';
import { type Images, openImages } from './images.ts';
import { type LayerEntry, RegistryFixture } from './registry.fixture.ts';

const linux = { os: 'linux', architecture: 'amd64' };

describe('images', () => {
  let folder: string;
  let registry: RegistryFixture;
  let images: Images;

  const open = () =>
    openImages({
      folder: join(folder, 'images'),
      registries: registry.registries,
      fetch: registry.fetch,
      layouts: join(folder, 'layouts'),
      platform: linux,
    });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'images-'));
    registry = new RegistryFixture();
    images = await open();
  });
  afterEach(async () => {
    await images.close();
    await rm(folder, { recursive: true });
  });

  const layersOf = async (...layers: LayerEntry[][]) =>
    (await images.ensure(await registry.add({ layers }), 'IfNotPresent')).layers;

  const failure = async (
    name: string | Promise<string>,
    policy: 'Always' | 'IfNotPresent' | 'Never' = 'IfNotPresent',
  ) => {
    const error: unknown = await images.ensure(await name, policy).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(error instanceof ImageError, 'the pull should fail');
    return `${error.reason}: ${error.message}`;
  };

  test('pulls, verifies and unpacks each layer once', async () => {
    const name = await registry.add({
      layers: [[{ name: 'etc/motd', content: 'hi' }]],
      config: { Entrypoint: ['/app/run'], Cmd: ['web'], Env: ['A=1'], WorkingDir: '/app' },
    });
    const [first, second] = await Promise.all([
      images.ensure(name, 'IfNotPresent'),
      images.ensure(name, 'IfNotPresent'),
    ]);
    assert.equal(first.id, name);
    assert.deepEqual(first, second);
    const { entrypoint, command, environment, workingDir } = first.config;
    assert.deepEqual(
      [entrypoint, command, environment, workingDir],
      [['/app/run'], ['web'], ['A=1'], '/app'],
    );
    assert.equal(await readFile(join(first.layers[0]?.tree ?? '', 'etc/motd'), 'utf8'), 'hi');
    assert.equal(registry.asked.length, 3); // manifest, configuration, layer
  });

  test('what is there is used without asking, also after a restart and for Never', async () => {
    const name = await registry.add({ layers: [[{ name: 'a', content: 'a' }]] });
    await images.ensure(name, 'IfNotPresent');
    registry.blobs.clear();
    images = await open();
    assert.equal((await images.ensure(name, 'Never')).layers.length, 1);
    assert.equal((await images.ensure(name, 'Always')).layers.length, 1);
  });

  test('a tag is asked for again only when the policy wants it', async () => {
    const at = (name: string) => name.slice(name.indexOf('@') + 1);
    const one = await registry.add({ config: { Cmd: ['1'] } });
    const two = await registry.add({ config: { Cmd: ['2'] } });
    registry.tags.set('v', at(one));
    assert.deepEqual((await images.ensure('registry.test/app:v', 'IfNotPresent')).config.command, ['1']);
    registry.tags.set('v', at(two));
    assert.deepEqual((await images.ensure('registry.test/app:v', 'IfNotPresent')).config.command, ['1']);
    assert.deepEqual((await images.ensure('registry.test/app:v', 'Always')).config.command, ['2']);
  });

  test('an index gives the version for this machine', async () => {
    const entry = async (os: string, architecture: string) => {
      const name = await registry.add({ config: { Cmd: [`${os}/${architecture}`] } });
      return { digest: name.split('@')[1], size: 1, mediaType: 'm', platform: { os, architecture } };
    };
    const name = registry.addIndex([await entry('linux', 'arm64'), await entry('linux', 'amd64')]);
    const image = await images.ensure(name, 'IfNotPresent');
    assert.deepEqual(image.config.command, ['linux/amd64']);
    assert.equal(image.id, name);
    assert.match(
      await failure(registry.addIndex([await entry('linux', 's390x')])),
      /no version for linux\/amd64/,
    );
  });

  for (const compression of ['gzip', 'zstd', 'none'] as const) {
    test(`unpacks a layer with compression ${compression}`, async () => {
      const name = await registry.add({
        layers: [[{ name: 'a', content: 'x'.repeat(3_000_000) }]],
        compression,
      });
      const [layer] = (await images.ensure(name, 'IfNotPresent')).layers;
      assert.equal((await lstat(join(layer?.tree ?? '', 'a'))).size, 3_000_000);
    });
  }

  test('what cannot be had says why', async () => {
    assert.match(await failure('registry.test/app@sha256:1'), /^InvalidImageName: /);
    assert.match(
      await failure('evil.example/app'),
      /ErrImagePull: the registry evil.example is not one of those/,
    );
    assert.match(await failure('registry.test/app:none'), /ErrImagePull: not found in the registry/);
    assert.match(await failure('registry.test/app:none', 'Never'), /^ErrImageNeverPull: /);
    registry.token = 'secret';
    assert.match(await failure('registry.test/app:none'), /does not accept the token/);
  });

  test('content with another digest is not taken', async () => {
    const name = await registry.add({ layers: [[{ name: 'a', content: 'a' }]] });
    const blob = [...registry.blobs.keys()][1] ?? '';
    const layer = registry.blobs.get(blob) ?? Buffer.alloc(0);
    const forged = Buffer.from(layer);
    forged[9] = 7; // A byte of the gzip header: it still unpacks.
    registry.blobs.set(blob, forged);
    assert.match(await failure(name), /where sha256:.* was asked for/);
    assert.deepEqual(await readdir(join(folder, 'images/layers')), []);
    registry.blobs.set(blob, layer);
    await images.ensure(name, 'IfNotPresent');
  });

  const hostile: readonly (readonly [string, LayerEntry[], RegExp])[] = [
    ['a path with ..', [{ name: '../owned', content: '' }], /leaves its root/],
    ['.. in the middle', [{ name: 'a/../../owned', content: '' }], /leaves its root/],
    ['an absolute path', [{ name: '/owned', content: '' }], /is absolute/],
    [
      'a link out of the root',
      [{ name: 'a', type: 'symlink', linkname: '../../etc' }],
      /leads out of its root/,
    ],
    [
      'an absolute link that climbs',
      [{ name: 'a', type: 'symlink', linkname: '/../etc' }],
      /leaves its root/,
    ],
    [
      'a file through a link',
      [
        { name: 'a', type: 'symlink', linkname: 'b' },
        { name: 'a/x', content: '' },
      ],
      /is a link and a folder/,
    ],
    [
      'a file below a file',
      [
        { name: 'a', content: '' },
        { name: 'a/x', content: '' },
      ],
      /is a file and a folder/,
    ],
    [
      'a file for a folder',
      [
        { name: 'a/x', content: '' },
        { name: 'a', content: '' },
      ],
      /is a folder and something else/,
    ],
    ['a hard link to the machine', [{ name: 'a', type: 'link', linkname: '/etc/passwd' }], /is absolute/],
    [
      'a hard link through a link',
      [
        { name: 'l', type: 'symlink', linkname: 'x' },
        { name: 'a', type: 'link', linkname: 'l' },
      ],
      /links to what is no file/,
    ],
    ['a device', [{ name: 'a', type: 'character-device' }], /is a character-device/],
    ['a fifo', [{ name: 'a', type: 'fifo' }], /is a fifo/],
    ['a whiteout of the parent', [{ name: 'a/.wh...', content: '' }], /leaves its root/],
    ['a file for the root', [{ name: './', type: 'file', content: '' }], /replace the root|is safe/],
  ];
  for (const [what, entries, message] of hostile) {
    test(`a layer with ${what} is refused whole`, async () => {
      assert.match(
        await failure(registry.add({ layers: [[{ name: 'first', content: '' }, ...entries]] })),
        message,
      );
      assert.deepEqual(await readdir(join(folder, 'images/layers')), []);
      assert.deepEqual(await readdir(folder), ['images']);
    });
  }

  test('set-user-id bits are dropped, execution bits and times are kept', async () => {
    const mtime = new Date(1_000_000_000_000);
    const [layer] = await layersOf([{ name: 'su', content: '', mode: 0o6755, mtime }]);
    const su = await lstat(join(layer?.tree ?? '', 'su'));
    assert.equal(su.mode & 0o7777, 0o755);
    assert.equal(su.mtimeMs, mtime.getTime());
  });

  test('of twins the later counts, and hard links share', async () => {
    const [layer] = await layersOf([
      { name: 'a', content: 'old' },
      { name: 'a', content: 'new' },
      { name: 'b', type: 'link', linkname: 'a' },
    ]);
    assert.equal(await readFile(join(layer?.tree ?? '', 'b'), 'utf8'), 'new');
  });
});
