import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { describeStorage, type StorageUnderTest } from '../storage.conformance.ts';
import { openDiskStorage } from './storage.ts';

const open = async (): Promise<StorageUnderTest & { folder: string }> => {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-registry-'));
  return {
    folder,
    storage: await openDiskStorage(folder),
    reopen: () => openDiskStorage(folder),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
};

describeStorage('disk', open);

it('a restart clears what an unfinished upload left', async () => {
  await using world = await open();
  const writer = await world.storage.blobs.begin();
  await writer.append(ReadableStream.from([Buffer.from('half')]));
  assert.equal((await readdir(join(world.folder, 'uploads'))).length, 1);
  await world.reopen();
  assert.deepEqual(await readdir(join(world.folder, 'uploads')), []);
  await writer.abort();
});

it('a key that would leave the folder is refused', async () => {
  await using world = await open();
  for (const key of ['../x', 'a/../../x', 'a//b', '/etc/passwd', '.', '']) {
    await assert.rejects(world.storage.records.write(key, Buffer.from('x')), /not the key/);
  }
});
