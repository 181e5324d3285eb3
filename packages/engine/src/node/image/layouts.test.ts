import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type Images, openImages } from './images.ts';
import { RegistryFixture } from './registry.fixture.ts';

describe('images in a folder', () => {
  let folder: string;
  let images: Images;
  const registry = new RegistryFixture();
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'layouts-'));
    images = await openImages({
      folder: join(folder, 'images'),
      registries: {},
      fetch: registry.fetch,
      layouts: join(folder, 'layouts'),
      platform: { os: 'linux', architecture: 'amd64' },
    });
  });
  afterEach(async () => {
    await images.close();
    await rm(folder, { recursive: true });
  });

  /** Writes what the registry has into a layout, under a name. */
  async function layOut(reference: string, name: string): Promise<void> {
    const layout = join(folder, 'layouts', 'one');
    await mkdir(join(layout, 'blobs/sha256'), { recursive: true });
    for (const [digest, bytes] of registry.blobs)
      await writeFile(join(layout, 'blobs/sha256', digest.slice('sha256:'.length)), bytes);
    const digest = reference.split('@')[1] ?? '';
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const size = registry.blobs.get(digest)?.length ?? 0;
    const annotations = { 'org.opencontainers.image.ref.name': name };
    const index = { schemaVersion: 2, manifests: [{ mediaType, digest, size, annotations }] };
    await writeFile(join(layout, 'index.json'), JSON.stringify(index));
    await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  }

  test('need no registry, whatever the policy', async () => {
    const reference = await registry.add({ layers: [[{ name: 'bin/a', content: 'x' }]], ownRoot: true });
    await layOut(reference, 'registry.k8s.io/tools/a:1.2');
    for (const policy of ['Always', 'IfNotPresent', 'Never'] as const) {
      const image = await images.ensure('registry.k8s.io/tools/a:1.2', policy);
      assert.equal(image.id, `registry.k8s.io/tools/a@${reference.split('@')[1]}`);
      assert.deepEqual(await readdir(join(await images.ensureTree(image), 'bin')), ['a']);
    }
    await assert.rejects(images.ensure('registry.k8s.io/tools/a:1.3', 'IfNotPresent'), /not one of those/);
    await assert.rejects(images.ensure('registry.k8s.io/tools/a:1.3', 'Never'), /not on this node/);
  });

  test('are taken as other tools write them', async () => {
    const reference = await registry.add({ layers: [[{ name: 'bin/b', content: 'y' }]], ownRoot: true });
    await layOut(reference, 'a:1');
    const [from, to] = [join(folder, 'layouts/one'), join(folder, 'layouts/two')];
    execFileSync('skopeo', ['copy', '--quiet', `oci:${from}:a:1`, `oci:${to}:docker.io/library/b:2`]);
    assert.equal((await images.ensure('b:2', 'Never')).layers.length, 1);
  });
});
