import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { describe, it } from 'node:test';
import { FairleadError } from '@fairlead/api/errors';
import type { Digest } from '../oci/digest.ts';
import { emptyConfig, encodeJson, mediaTypes } from '../oci/manifest.ts';
import { openTestRegistry } from '../registry/registry.fixture.ts';
import { openArchive } from './archive.ts';
import { arrange, type Entry } from './entry.ts';
import { openSource, pushArchive, pushFiles, pushSource, sourceArtifactType } from './source.ts';
import { tarBytes } from './tar.ts';

const files = [
  { path: 'requirements.txt', content: 'flask\n' },
  { path: 'app.py', content: 'print("größe")\n' },
  { path: 'sub/empty', content: '' },
];

const entriesOf = (list: typeof files): Entry[] =>
  list.map(({ path, content }) => {
    const bytes = Buffer.from(content);
    return { kind: 'file', path, executable: false, size: bytes.length, content: () => bytes };
  });

describe('a source', () => {
  it('is the same artifact, whichever way it came', async () => {
    await using world = await openTestRegistry();
    const repository = world.repository('default/shop');
    const one = await pushFiles(repository, files);
    const two = await pushFiles(repository, files.toReversed());
    const three = await pushArchive(repository, tarBytes(arrange(entriesOf(files))), tmpdir());
    assert.equal(two.digest, one.digest);
    assert.equal(three.digest, one.digest);
    // As it is in the layer of an image, below /app.
    await using archive = await openArchive(await repository.openBlob(one.layer.digest), {
      scratch: tmpdir(),
    });
    const paths = archive.entries.map(({ path }) => path);
    assert.deepEqual(paths, ['app', 'app/app.py', 'app/requirements.txt', 'app/sub', 'app/sub/empty']);
  });

  it('is opened again, and single files are read from it', async () => {
    await using world = await openTestRegistry();
    const repository = world.repository('default/shop');
    const pushed = await pushFiles(repository, files);
    const source = (await openSource(repository, pushed.digest)) ?? assert.fail();
    assert.deepEqual(source.files, pushed.files);
    assert.deepEqual(
      source.files.map(({ path, size }) => [path, size]),
      [
        ['app.py', 17],
        ['requirements.txt', 6],
        ['sub/empty', 0],
      ],
    );
    for (const { path, content } of files) assert.equal(await source.readText(path), content);
    assert.equal(await source.readText('missing'), undefined);
  });

  it('does not hold what is not its own', async () => {
    await using world = await openTestRegistry();
    const more = ['.git/config', '.fairlead/launch', '.gitignore', 'sub/.git/x'];
    const list = [...files, ...more.map((path) => ({ path, content: 'x' }))];
    const source = await pushFiles(world.repository('default/shop'), list);
    const paths = source.files.map(({ path }) => path);
    assert.deepEqual(paths, ['.gitignore', 'app.py', 'requirements.txt', 'sub/.git/x', 'sub/empty']);
  });

  const unsafe = [
    ['../x'],
    ['/x'],
    [''],
    ['.'],
    ['a', 'a'],
    ['a', './a'],
    ['a', 'a/b'],
    ['a/b', 'a'],
    ['a\0b'],
  ];
  for (const paths of unsafe) {
    it(`of the files ${JSON.stringify(paths)} is refused`, async () => {
      await using world = await openTestRegistry();
      const list = paths.map((path) => ({ path, content: 'x' }));
      await assert.rejects(
        async () => pushFiles(world.repository('default/shop'), list),
        (error: unknown) => error instanceof FairleadError && error.code === 'E_SOURCE_UNSAFE',
      );
    });
  }

  it('that is not there, is something else or was made by hand is not opened', async () => {
    await using world = await openTestRegistry();
    const repository = world.repository('default/shop');
    const missing: Digest = `sha256:${'0'.repeat(64)}`;
    assert.equal(await openSource(repository, missing), undefined);
    await repository.pushBytes(mediaTypes.empty, emptyConfig.bytes);
    const layer = await repository.pushBytes(mediaTypes.layer, Buffer.from('x'));
    const base = { schemaVersion: 2, mediaType: mediaTypes.manifest, layers: [layer] } as const;
    const image = await repository.pushManifest({ ...base, config: emptyConfig.descriptor });
    assert.equal(await openSource(repository, image.digest), undefined);
    for (const index of [{}, { files: [1] }, { files: [{ path: 'a' }] }]) {
      const config = await repository.pushBytes('application/json', encodeJson(index));
      const made = await repository.pushManifest({ ...base, artifactType: sourceArtifactType, config });
      await assert.rejects(openSource(repository, made.digest), FairleadError);
    }
  });

  it('of many files is read again while it is written', async () => {
    await using world = await openTestRegistry();
    const repository = world.repository('default/shop');
    const list = Array.from({ length: 500 }, (_, i) => ({ path: `d${i % 20}/f${i}.txt`, content: `${i}` }));
    const [one, two] = await Promise.all([
      pushSource(repository, entriesOf(list)),
      pushSource(repository, entriesOf(list.toReversed())),
    ]);
    assert.equal(one.digest, two.digest);
    assert.equal(await one.readText('d7/f487.txt'), '487');
  });
});
