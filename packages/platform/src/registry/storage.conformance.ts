import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { createDigester, digestOf } from '../oci/digest.ts';
import { type BlobStore, DigestMismatch, type RegistryStorage } from './storage.ts';

/** A storage and a way to open the same one again, as a later process would. */
export interface StorageUnderTest extends AsyncDisposable {
  readonly storage: RegistryStorage;
  reopen(): Promise<RegistryStorage>;
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

async function* chunks(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

const collect = async (body: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const parts = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
};

const put = async (blobs: BlobStore, bytes: Uint8Array): Promise<`sha256:${string}`> => {
  const writer = await blobs.begin();
  await writer.append(chunks(bytes));
  const digest = digestOf(bytes) as `sha256:${string}`;
  await writer.commit(digest);
  return digest;
};

/** The law that every storage of a registry obeys. */
export const describeStorage = (name: string, open: () => Promise<StorageUnderTest>): void => {
  describe(`${name}: blobs`, () => describeBlobs(open));
  describe(`${name}: records`, () => describeRecords(open));
};

const describeBlobs = (open: () => Promise<StorageUnderTest>): void => {
  it('gives back what was put, whole and in parts', async () => {
    await using world = await open();
    const { blobs } = world.storage;
    const bytes = randomBytes(1_000_003);
    const digest = await put(blobs, bytes);
    assert.equal(await blobs.stat(digest), bytes.length);
    const whole = await blobs.open(digest);
    assert.deepEqual(await collect((whole ?? assert.fail()).body), bytes);
    const part = (await blobs.open(digest, { start: 999_990, end: 1_000_003 })) ?? assert.fail();
    assert.equal(part.size, bytes.length);
    assert.deepEqual(await collect(part.body), bytes.subarray(999_990));
  });

  it('takes a blob in many appends, and an empty one', async () => {
    await using world = await open();
    const writer = await world.storage.blobs.begin();
    await writer.append(chunks(text('one '), text('two ')));
    assert.equal(writer.size, 8);
    await writer.append(chunks(text('three')));
    await writer.commit(digestOf('one two three'));
    assert.equal(await world.storage.blobs.stat(digestOf('one two three')), 13);
    const empty = await put(world.storage.blobs, text(''));
    const opened = (await world.storage.blobs.open(empty)) ?? assert.fail();
    assert.equal((await collect(opened.body)).byteLength, 0);
  });

  it('takes a digest of sha512', async () => {
    await using world = await open();
    const digester = createDigester('sha512');
    digester.update(text('hello'));
    const digest = digester.digest();
    const writer = await world.storage.blobs.begin();
    await writer.append(chunks(text('hello')));
    await writer.commit(digest);
    assert.equal(await world.storage.blobs.stat(digest), 5);
  });

  it('refuses content that is not what its digest says, and shows nothing of it', async () => {
    await using world = await open();
    const writer = await world.storage.blobs.begin();
    await writer.append(chunks(text('good')));
    await assert.rejects(writer.commit(digestOf('evil')), DigestMismatch);
    await writer.abort();
    assert.equal(await world.storage.blobs.stat(digestOf('evil')), undefined);
    assert.equal(await world.storage.blobs.stat(digestOf('good')), undefined);
  });

  it('keeps what came before a sender broke off, and goes on from there', async () => {
    await using world = await open();
    const writer = await world.storage.blobs.begin();
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield text('first ');
      throw new Error('connection lost');
    };
    await assert.rejects(writer.append(broken()), /connection lost/);
    assert.equal(writer.size, 6);
    await writer.append(chunks(text('second')));
    await writer.commit(digestOf('first second'));
  });

  it('stores the same content once, from any number of senders at the same time', async () => {
    await using world = await open();
    const { blobs } = world.storage;
    const bytes = randomBytes(300_000);
    await Promise.all(Array.from({ length: 8 }, () => put(blobs, bytes)));
    assert.deepEqual(await Array.fromAsync(blobs.list()), [digestOf(bytes)]);
    assert.deepEqual(await collect((await blobs.open(digestOf(bytes)))?.body ?? assert.fail()), bytes);
  });

  it('shows nothing of an upload before its commit, or after its abort', async () => {
    await using world = await open();
    const { blobs } = world.storage;
    const writer = await blobs.begin();
    await writer.append(chunks(text('half')));
    assert.equal(await blobs.stat(digestOf('half')), undefined);
    assert.deepEqual(await Array.fromAsync(blobs.list()), []);
    await writer.abort();
    assert.equal(await blobs.stat(digestOf('half')), undefined);
  });

  it('lists, deletes, and finds everything again after a restart', async () => {
    await using world = await open();
    const kept = await put(world.storage.blobs, text('kept'));
    const gone = await put(world.storage.blobs, text('gone'));
    assert.equal(await world.storage.blobs.delete(gone), true);
    assert.equal(await world.storage.blobs.delete(gone), false);
    assert.equal(await world.storage.blobs.open(gone), undefined);
    const { blobs } = await world.reopen();
    assert.deepEqual(await Array.fromAsync(blobs.list()), [kept]);
    assert.equal(await blobs.stat(kept), 4);
  });

  it('goes on reading a blob that is deleted meanwhile, or fails; never gives other bytes', async () => {
    await using world = await open();
    const bytes = randomBytes(2_000_000);
    const digest = await put(world.storage.blobs, bytes);
    const opened = (await world.storage.blobs.open(digest)) ?? assert.fail();
    await world.storage.blobs.delete(digest);
    const read = await collect(opened.body).catch(() => bytes);
    assert.deepEqual(read, bytes);
  });
};

const describeRecords = (open: () => Promise<StorageUnderTest>): void => {
  it('gives back what was written last, also after a restart', async () => {
    await using world = await open();
    const { records } = world.storage;
    assert.equal(await records.read('a/b/c'), undefined);
    await records.write('a/b/c', text('one'));
    await records.write('a/b/c', text('two'));
    await records.write('a/b/empty', text(''));
    assert.deepEqual(Buffer.from((await records.read('a/b/c')) ?? assert.fail()), Buffer.from('two'));
    const again = (await world.reopen()).records;
    assert.deepEqual(Buffer.from((await again.read('a/b/c')) ?? assert.fail()), Buffer.from('two'));
    assert.equal((await again.read('a/b/empty'))?.byteLength, 0);
  });

  it('lists what is directly below, sorted by bytes', async () => {
    await using world = await open();
    const { records } = world.storage;
    for (const name of ['v10', 'v2', 'Z', '_a', 'deep/er']) await records.write(`tags/${name}`, text('x'));
    assert.deepEqual(await records.list('tags'), ['Z', '_a', 'v10', 'v2']);
    assert.deepEqual(await records.list('tags/deep'), ['er']);
    assert.deepEqual(await records.list('nothing/here'), []);
  });

  it('deletes, and says whether it was there', async () => {
    await using world = await open();
    const { records } = world.storage;
    await records.write('a/b', text('x'));
    assert.equal(await records.delete('a/b'), true);
    assert.equal(await records.delete('a/b'), false);
    assert.equal(await records.delete('no/such/folder'), false);
    assert.equal(await records.read('a/b'), undefined);
    assert.deepEqual(await records.list('a'), []);
  });

  it('shows a reader the whole of some write, whoever else writes', async () => {
    await using world = await open();
    const { records } = world.storage;
    const values = Array.from({ length: 12 }, (_, i) => Buffer.alloc(20_000, i));
    await records.write('key', values[0] ?? assert.fail());
    const writes = Promise.all(values.map((value) => records.write('key', value)));
    for (let i = 0; i < 20; i += 1) {
      const seen = (await records.read('key')) ?? assert.fail();
      assert.ok(values.some((value) => value.equals(seen)));
    }
    await writes;
  });
};
