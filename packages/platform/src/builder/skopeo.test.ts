import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { digestOf } from '../oci/digest.ts';
import { adminToken } from '../registry/registry.fixture.ts';
import { openWorld, repository, store, type World } from './builder.fixture.ts';

// A second opinion: Skopeo, a client of registries that others wrote, on images that we made and in our registry.

const skip = spawnSync('skopeo', ['--version']).status === 0 ? false : 'skopeo is not there';

const run = promisify(execFile);

const skopeo = async (world: World, command: string, ...args: string[]): Promise<string> => {
  // Its configuration and its credentials are its own, wherever it runs.
  const env = { PATH: process.env.PATH ?? '', HOME: world.folder, XDG_RUNTIME_DIR: world.folder };
  const { stdout } = await run('skopeo', ['--insecure-policy', command, ...args], { env });
  return stdout;
};

const credentials = `any:${adminToken}`;

describe('Skopeo', { skip }, () => {
  const compose = async (world: World): Promise<{ digest: string; host: string; tag: string }> => {
    const request = await store(world, { 'app.py': 'print(1)', 'requirements.txt.md': '' });
    const { key } = await world.builder.plan(request);
    const built = (await world.builder.compose(request, key)) ?? assert.fail();
    return {
      digest: built.digest,
      host: world.origin.replace('http://', ''),
      tag: `img-${key.slice(0, 40)}`,
    };
  };

  it('sees the image that we composed as we meant it', async () => {
    await using world = await openWorld();
    const { digest, host, tag } = await compose(world);
    const image = `docker://${host}/${repository}`;
    const options = ['--tls-verify=false', '--creds', credentials];
    const seen = JSON.parse(await skopeo(world, 'inspect', ...options, `${image}@${digest}`));
    assert.equal(seen.Digest, digest);
    assert.equal(seen.Architecture, 'amd64');
    assert.equal(seen.Layers.length, 2);
    const { Tags } = JSON.parse(await skopeo(world, 'list-tags', ...options, image));
    assert.deepEqual(Tags, [tag]);
    const config = JSON.parse(await skopeo(world, 'inspect', '--config', ...options, `${image}:${tag}`));
    assert.equal(config.config.WorkingDir, '/app');
    await assert.rejects(
      skopeo(world, 'inspect', '--tls-verify=false', '--creds', 'any:wrong', `${image}:${tag}`),
    );
  });

  it('pulls it whole, pushes it elsewhere and deletes it there', async () => {
    await using world = await openWorld();
    const { digest, host, tag } = await compose(world);
    const layout = join(world.folder, 'layout');
    const from = ['--src-tls-verify=false', '--src-creds', credentials];
    const image = `docker://${host}/${repository}:${tag}`;
    await skopeo(world, 'copy', ...from, '--preserve-digests', image, `oci:${layout}:v1`);
    const index = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
    assert.equal(index.manifests[0].digest, digest);
    const bytes = readFileSync(join(layout, 'blobs/sha256', digest.slice(7)));
    assert.equal(digestOf(bytes), digest);
    const to = ['--dest-tls-verify=false', '--dest-creds', credentials, '--preserve-digests'];
    const copy = `docker://${host}/default/copy:v1`;
    await skopeo(world, 'copy', ...to, `oci:${layout}:v1`, copy);
    const copied = world.registry.repository('default/copy');
    assert.equal((await copied.resolve('v1'))?.digest, digest);
    // From one repository to another, where it asks for a mount.
    const mounted = `docker://${host}/default/mounted:v1`;
    await skopeo(world, 'copy', ...from, ...to, copy, mounted);
    assert.equal((await world.registry.repository('default/mounted').resolve('v1'))?.digest, digest);
    await skopeo(world, 'delete', '--tls-verify=false', '--creds', credentials, copy);
    assert.equal(await copied.resolve('v1'), undefined);
  });

  it('compresses the layers when it likes to, and we take them', async () => {
    await using world = await openWorld();
    const { host, tag } = await compose(world);
    const from = ['--src-tls-verify=false', '--src-creds', credentials];
    const to = ['--dest-tls-verify=false', '--dest-creds', credentials, '--dest-compress'];
    const image = `docker://${host}/${repository}:${tag}`;
    await skopeo(
      world,
      'copy',
      ...from,
      ...to,
      '--format',
      'v2s2',
      image,
      `docker://${host}/default/docker:v1`,
    );
    const { manifest } =
      (await world.registry.repository('default/docker').pullManifest('v1')) ?? assert.fail();
    assert.match(manifest.mediaType, /docker/);
  });
});
