import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { digestOf } from '../oci/digest.ts';
import { adminToken, bearer, openTestRegistry, type TestRegistry } from './registry.fixture.ts';

const uploads = '/v2/default/shop/blobs/uploads/';

const codeOf = async (response: Response): Promise<unknown> => {
  const body = (await response.json()) as { errors: { code: string; message: string }[] };
  assert.ok(body.errors[0]?.message);
  return body.errors[0].code;
};

const begin = async (world: TestRegistry): Promise<string> => {
  const response = await world.request(uploads, { method: 'POST' });
  assert.equal(response.status, 202);
  assert.equal(response.headers.get('range'), '0-0');
  return response.headers.get('location') ?? assert.fail();
};

const pull = async (world: TestRegistry, digest: string, name = 'default/shop'): Promise<Buffer> => {
  const response = await world.request(`/v2/${name}/blobs/${digest}`);
  assert.equal(response.status, 200);
  return Buffer.from(await response.arrayBuffer());
};

describe('pushing a blob', () => {
  it('in one request', async () => {
    await using world = await openTestRegistry();
    const bytes = randomBytes(10_000);
    const digest = digestOf(bytes);
    const sent = await world.request(`${uploads}?digest=${digest}`, { method: 'POST', body: bytes });
    assert.equal(sent.status, 201);
    assert.equal(sent.headers.get('location'), `/v2/default/shop/blobs/${digest}`);
    assert.equal(sent.headers.get('docker-content-digest'), digest);
    assert.deepEqual(await pull(world, digest), bytes);
  });

  it('in two requests, POST and PUT', async () => {
    await using world = await openTestRegistry();
    const location = await begin(world);
    const digest = digestOf('hello');
    const sent = await world.request(`${location}?digest=${digest}`, { method: 'PUT', body: 'hello' });
    assert.equal(sent.status, 201);
    assert.deepEqual(await pull(world, digest), Buffer.from('hello'));
  });

  it('in chunks, asked in between how far it is', async () => {
    await using world = await openTestRegistry();
    const location = await begin(world);
    const chunk = (range: string, body: string, path = location): Promise<Response> => {
      const method = path === location ? 'PATCH' : 'PUT';
      return world.request(path, { method, body, headers: { 'content-range': range } });
    };
    const first = await chunk('0-4', 'hello');
    assert.equal(first.status, 202);
    assert.equal(first.headers.get('range'), '0-4');
    const outOfOrder = await chunk('7-9', 'abc');
    assert.equal(outOfOrder.status, 416);
    assert.equal(outOfOrder.headers.get('range'), '0-4');
    assert.equal(outOfOrder.headers.get('location'), location);
    const progress = await world.request(location);
    assert.equal(progress.status, 204);
    assert.equal(progress.headers.get('range'), '0-4');
    assert.equal((await chunk('5-10', ' world')).status, 202);
    const digest = digestOf('hello world!');
    assert.equal((await chunk('11-11', '!', `${location}?digest=${digest}`)).status, 201);
    assert.equal((await pull(world, digest)).toString(), 'hello world!');
    assert.equal((await world.request(location)).status, 404);
  });

  it('as a stream without ranges', async () => {
    await using world = await openTestRegistry();
    const bytes = randomBytes(3_000_000);
    const parts = Array.from({ length: 30 }, (_, i) => bytes.subarray(i * 100_000, (i + 1) * 100_000));
    const repository = world.repository('default/shop');
    const blob = await repository.pushStream('application/octet-stream', parts);
    assert.deepEqual({ digest: blob.digest, size: blob.size }, { digest: digestOf(bytes), size: 3_000_000 });
    assert.deepEqual(await pull(world, blob.digest), bytes);
  });

  it('with a wrong digest is refused and leaves nothing', async () => {
    await using world = await openTestRegistry();
    const wrong = digestOf('something else');
    const location = await begin(world);
    for (const path of [`${uploads}?digest=${wrong}`, `${location}?digest=${wrong}`]) {
      const method = path.startsWith(`${uploads}?`) ? 'POST' : 'PUT';
      const sent = await world.request(path, { method, body: 'hello' });
      assert.equal(sent.status, 400);
      assert.equal(await codeOf(sent), 'DIGEST_INVALID');
    }
    for (const digest of ['sha256:abc', 'md5:d41d8cd98f00b204e9800998ecf8427e', '../../etc']) {
      const sent = await world.request(`${uploads}?digest=${digest}`, { method: 'POST', body: 'x' });
      assert.equal(await codeOf(sent), 'DIGEST_INVALID');
    }
    assert.deepEqual(await readdir(join(world.folder, 'uploads')), []);
    assert.equal((await world.request(`/v2/default/shop/blobs/${wrong}`)).status, 404);
  });

  it('can be given up', async () => {
    await using world = await openTestRegistry();
    const location = await begin(world);
    await world.request(location, { method: 'PATCH', body: 'hello' });
    assert.equal((await world.request(location, { method: 'DELETE' })).status, 204);
    assert.equal(await codeOf(await world.request(location)), 'BLOB_UPLOAD_UNKNOWN');
    assert.deepEqual(await readdir(join(world.folder, 'uploads')), []);
  });

  it('belongs to its repository, and to one request at a time', async () => {
    await using world = await openTestRegistry();
    const location = await begin(world);
    const elsewhere = location.replace('default/shop', 'default/other');
    assert.equal(await codeOf(await world.request(elsewhere)), 'BLOB_UPLOAD_UNKNOWN');
    const gate = Promise.withResolvers<void>();
    const slow = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('slow');
      await gate.promise;
    };
    const sending = world.request(location, { method: 'PATCH', body: ReadableStream.from(slow()) });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await world.request(location, { method: 'PATCH', body: 'fast' })).status, 409);
    gate.resolve();
    assert.equal((await sending).status, 202);
  });

  it('is dropped after an hour without a request', async () => {
    let now = 0;
    await using world = await openTestRegistry({ clock: { now: () => now } });
    const forgotten = await begin(world);
    now += 61 * 60 * 1000;
    await begin(world);
    assert.equal((await world.request(forgotten)).status, 404);
  });

  it('over the limit is refused and leaves nothing', async () => {
    await using world = await openTestRegistry({ limits: { blobBytes: 10 } });
    const location = await begin(world);
    assert.equal((await world.request(location, { method: 'PATCH', body: '12345' })).status, 202);
    const sent = await world.request(location, { method: 'PATCH', body: '678901' });
    assert.equal(sent.status, 413);
    assert.equal(await codeOf(sent), 'SIZE_INVALID');
    assert.deepEqual(await readdir(join(world.folder, 'uploads')), []);
  });

  it('twenty at once, some of them the same, all arrive', async () => {
    await using world = await openTestRegistry();
    const repository = world.repository('default/shop');
    const contents = Array.from({ length: 20 }, (_, i) => Buffer.alloc(100_000, i % 7));
    const blobs = await Promise.all(contents.map((bytes) => repository.pushStream('x', [bytes])));
    for (const [i, blob] of blobs.entries()) assert.deepEqual(await pull(world, blob.digest), contents[i]);
    assert.deepEqual(await readdir(join(world.folder, 'uploads')), []);
  });
});

describe('mounting a blob of another repository', () => {
  const mount = (world: TestRegistry, query: string, token = adminToken): Promise<Response> =>
    world.request(`/v2/default/copy/blobs/uploads/?${query}`, { method: 'POST', headers: bearer(token) });

  it('takes it over without sending it', async () => {
    await using world = await openTestRegistry();
    const { digest } = await world.repository('default/shop').pushBytes('x', Buffer.from('hello'));
    assert.equal((await mount(world, `mount=${digest}&from=default/shop`)).status, 201);
    assert.equal((await pull(world, digest, 'default/copy')).toString(), 'hello');
  });

  it('becomes an ordinary upload when it is not there or not to be seen', async () => {
    const may = (user: string, verb: string, name: string): boolean =>
      user === adminToken || name === 'default/copy' || (verb === 'pull' && name === 'default/open');
    await using world = await openTestRegistry({ authorize: may });
    const { digest } = await world.repository('default/secret').pushBytes('x', Buffer.from('hello'));
    assert.equal((await mount(world, `mount=${digest}&from=default/secret`, 'stranger')).status, 202);
    assert.equal((await mount(world, `mount=${digest}&from=default/open`, 'stranger')).status, 202);
    await world.repository('default/open').pushBytes('x', Buffer.from('hello'));
    assert.equal((await mount(world, `mount=${digest}&from=default/open`, 'stranger')).status, 201);
  });
});
