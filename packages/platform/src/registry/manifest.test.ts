import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Repository } from '../oci/client.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import {
  type Descriptor,
  emptyConfig,
  encodeJson,
  type ImageIndex,
  type Manifest,
  mediaTypes,
} from '../oci/manifest.ts';
import { openTestRegistry } from './registry.fixture.ts';

const manifestWith = async (repository: Repository, more: Partial<Manifest> = {}): Promise<Manifest> => {
  await repository.pushBytes(mediaTypes.empty, emptyConfig.bytes);
  const layer = await repository.pushBytes(mediaTypes.layer, Buffer.from('layer'));
  const mediaType = mediaTypes.manifest;
  return { schemaVersion: 2, mediaType, config: emptyConfig.descriptor, layers: [layer], ...more };
};

const codeOf = async (response: Response): Promise<unknown> =>
  ((await response.json()) as { errors: { code: string }[] }).errors[0]?.code;

const put = (body: unknown, type: string = mediaTypes.manifest): RequestInit => ({
  method: 'PUT',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers: { 'content-type': type },
});

const root = '/v2/default/shop';

describe('manifests', () => {
  it('are found by tag and by digest, byte for byte', async () => {
    await using world = await openTestRegistry();
    const repository = world.repository('default/shop');
    const manifest = await manifestWith(repository);
    const pushed = await repository.pushManifest(manifest, 'v1');
    assert.deepEqual(await repository.resolve('v1'), pushed);
    assert.deepEqual(await repository.resolve(pushed.digest), pushed);
    assert.deepEqual(await repository.pullManifest('v1'), { manifest, descriptor: pushed });
    assert.equal(await repository.pullManifest('v2'), undefined);
    assert.equal(await repository.resolve(digestOf('unknown')), undefined);
    const response = await world.request(`${root}/manifests/v1`);
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), Buffer.from(encodeJson(manifest)));
  });

  it('need their blobs in the same repository', async () => {
    await using world = await openTestRegistry();
    const manifest = await manifestWith(world.repository('default/other'));
    const response = await world.request(`${root}/manifests/v1`, put(manifest));
    assert.equal(response.status, 400);
    assert.equal(await codeOf(response), 'MANIFEST_BLOB_UNKNOWN');
  });

  it('may be an index of manifests that are there', async () => {
    await using world = await openTestRegistry();
    const repository = world.repository('default/shop');
    const mediaType = mediaTypes.index;
    const index = (manifests: Descriptor[]): ImageIndex => ({ schemaVersion: 2, mediaType, manifests });
    const one = await repository.pushManifest(await manifestWith(repository));
    const pushed = await repository.pushManifest(index([one]), 'all');
    assert.equal((await repository.resolve('all'))?.digest, pushed.digest);
    await assert.rejects(
      repository.pushManifest(index([{ ...one, digest: digestOf('missing') }])),
      /MANIFEST_BLOB_UNKNOWN/,
    );
  });

  const broken: readonly [what: string, body: unknown, type?: string][] = [
    ['no JSON', '{'],
    ['a list', '[]'],
    ['null', 'null'],
    ['bytes that are not UTF-8', '"\udc00'],
    ['no schema version', { config: emptyConfig.descriptor, layers: [] }],
    ['no config', { schemaVersion: 2, layers: [] }],
    ['a layer without digest', { schemaVersion: 2, config: emptyConfig.descriptor, layers: [{}] }],
    ['a layer that is null', { schemaVersion: 2, config: emptyConfig.descriptor, layers: [null] }],
    ['layers that are no list', { schemaVersion: 2, config: emptyConfig.descriptor, layers: {} }],
    ['a digest that is a path', { schemaVersion: 2, config: { digest: '../../x' }, layers: [] }],
    ['another type than the header', { schemaVersion: 2, mediaType: mediaTypes.index, layers: [] }],
    ['an unknown type', { schemaVersion: 2, config: emptyConfig.descriptor, layers: [] }, 'text/plain'],
    ['a bad subject', { schemaVersion: 2, config: emptyConfig.descriptor, layers: [], subject: 1 }],
  ];
  for (const [what, body, type] of broken) {
    it(`are refused with ${what}`, async () => {
      await using world = await openTestRegistry();
      const response = await world.request(`${root}/manifests/v1`, put(body, type));
      assert.equal(response.status, 400);
      assert.equal(await codeOf(response), 'MANIFEST_INVALID');
    });
  }

  it('are refused above the limit, under a wrong digest, and under a bad tag', async () => {
    await using world = await openTestRegistry({ limits: { manifestBytes: 1000 } });
    const large = await world.request(`${root}/manifests/v1`, put('x'.repeat(1001)));
    assert.equal(large.status, 413);
    const manifest = await manifestWith(world.repository('default/shop'));
    const wrong = await world.request(`${root}/manifests/${digestOf('x')}`, put(manifest));
    assert.equal(await codeOf(wrong), 'DIGEST_INVALID');
    for (const tag of ['.hidden', '-x', 'a'.repeat(129), '%2e%2e', 'a%2fb']) {
      const response = await world.request(`${root}/manifests/${tag}`, put(manifest));
      assert.ok(response.status >= 400 && response.status < 500, tag);
    }
  });

  it('are gone with all their tags when they are deleted; a tag alone goes alone', async () => {
    await using world = await openTestRegistry();
    const repository = world.repository('default/shop');
    const manifest = await manifestWith(repository);
    for (const tag of ['a', 'b', 'c']) await repository.pushManifest(manifest, tag);
    const { digest } = await repository.pushManifest(manifest);
    const remove = (reference: string): Promise<Response> =>
      world.request(`${root}/manifests/${reference}`, { method: 'DELETE' });
    assert.equal((await remove('a')).status, 202);
    assert.equal((await remove('a')).status, 404);
    assert.equal(await repository.resolve('a'), undefined);
    assert.equal((await repository.resolve('b'))?.digest, digest);
    assert.equal((await remove(digest)).status, 202);
    assert.equal((await remove(digest)).status, 404);
    for (const tag of ['b', 'c', digest]) assert.equal(await repository.resolve(tag), undefined);
    const list = await world.request(`${root}/tags/list`);
    assert.deepEqual(await list.json(), { name: 'default/shop', tags: [] });
  });

  it('and blobs and tags are gone when their repository is removed, and only they', async () => {
    await using world = await openTestRegistry();
    for (const name of ['default/shop', 'default/shop/part']) {
      const repository = world.repository(name);
      const subject = await repository.pushManifest(await manifestWith(repository), 'v1');
      await repository.pushManifest(await manifestWith(repository, { subject }));
    }
    await world.registry.remove('default/shop');
    const { digest } = emptyConfig.descriptor;
    for (const path of [`${root}/tags/list`, `${root}/manifests/v1`, `${root}/blobs/${digest}`]) {
      assert.equal((await world.request(path)).status, 404, path);
    }
    assert.ok(await world.repository('default/shop/part').pullManifest('v1'));
    await world.registry.remove('never/there');
  });

  it('one tag moved by many at once ends at one of them, whole', async () => {
    await using world = await openTestRegistry();
    const repository = world.repository('default/shop');
    const base = await manifestWith(repository);
    const manifests = Array.from({ length: 16 }, (_, i) => ({ ...base, annotations: { n: String(i) } }));
    const pushed = await Promise.all(
      manifests.map((manifest) => repository.pushManifest(manifest, 'latest')),
    );
    const last = await repository.pullManifest('latest');
    assert.ok(pushed.some(({ digest }) => digest === last?.descriptor.digest));
  });
});

describe('tags', () => {
  it('are listed sorted, in pages that link to the next one', async () => {
    await using world = await openTestRegistry();
    const repository = world.repository('default/shop');
    const manifest = await manifestWith(repository);
    for (const tag of ['v2', 'v10', 'Z', 'v1', '_x']) await repository.pushManifest(manifest, tag);
    const all = ['Z', '_x', 'v1', 'v10', 'v2'];
    const read = async (path: string): Promise<{ tags: string[]; link: string | null }> => {
      const response = await world.request(path);
      const { tags } = (await response.json()) as { tags: string[] };
      return { tags, link: response.headers.get('link') };
    };
    assert.deepEqual(await read(`${root}/tags/list`), { tags: all, link: null });
    assert.deepEqual(await read(`${root}/tags/list?n=0`), { tags: [], link: null });
    const seen = [];
    for (let path: string | undefined = `${root}/tags/list?n=2`; path !== undefined; ) {
      const { tags, link } = await read(path);
      seen.push(tags);
      path = /^<(.+)>; rel="next"$/.exec(link ?? '')?.[1];
    }
    assert.deepEqual(seen, [['Z', '_x'], ['v1', 'v10'], ['v2']]);
    assert.equal((await world.request(`${root}/tags/list?n=-1`)).status, 400);
  });

  it('of a repository that nobody pushed to are not there', async () => {
    await using world = await openTestRegistry();
    const response = await world.request('/v2/no/such/tags/list');
    assert.equal(response.status, 404);
    assert.equal(await codeOf(response), 'NAME_UNKNOWN');
  });
});

describe('referrers', () => {
  const list = async (
    world: { request(path: string): Promise<Response> },
    subject: Digest,
    query = '',
  ): Promise<{ manifests: Descriptor[]; filtered: string | null }> => {
    const response = await world.request(`${root}/referrers/${subject}${query}`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), mediaTypes.index);
    const { manifests } = (await response.json()) as ImageIndex;
    return { manifests: [...manifests], filtered: response.headers.get('oci-filters-applied') };
  };

  it('are listed by their subject, also when it comes later, and filtered by type', async () => {
    await using world = await openTestRegistry();
    const repository = world.repository('default/shop');
    const subject = await manifestWith(repository);
    const bytes = encodeJson(subject);
    const descriptor = { mediaType: mediaTypes.manifest, digest: digestOf(bytes), size: bytes.length };
    const artifact = async (artifactType: string): Promise<Descriptor> =>
      repository.pushManifest(
        await manifestWith(repository, {
          artifactType,
          subject: descriptor,
          annotations: { a: artifactType },
        }),
      );
    const sbom = await artifact('application/spdx+json');
    const signature = await artifact('application/signature');
    await repository.pushManifest(subject, 'v1');
    const all = await list(world, descriptor.digest);
    assert.deepEqual(
      all.manifests.map(({ digest }) => digest).sort(),
      [sbom.digest, signature.digest].sort(),
    );
    const some = await list(world, descriptor.digest, '?artifactType=application%2Fspdx%2Bjson');
    const annotations = { a: 'application/spdx+json' };
    assert.deepEqual(some.manifests, [{ ...sbom, artifactType: 'application/spdx+json', annotations }]);
    assert.equal(some.filtered, 'artifactType');
    await world.request(`${root}/manifests/${sbom.digest}`, { method: 'DELETE' });
    assert.equal((await list(world, descriptor.digest)).manifests.length, 1);
    assert.deepEqual((await list(world, digestOf('unknown'))).manifests, []);
  });

  it('a push with a subject is answered with OCI-Subject', async () => {
    await using world = await openTestRegistry();
    const subject = { mediaType: mediaTypes.manifest, digest: digestOf('later'), size: 5 };
    const manifest = await manifestWith(world.repository('default/shop'), { subject });
    const response = await world.request(`${root}/manifests/sig`, put(manifest));
    assert.equal(response.status, 201);
    assert.equal(response.headers.get('oci-subject'), subject.digest);
  });
});
