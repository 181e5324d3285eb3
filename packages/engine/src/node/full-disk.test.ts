import { execFileSync } from 'node:child_process';
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { NodeWorld, script } from './world.fixture.ts';

/** A small disk of its own; `undefined` where this machine does not let us. */
async function tryMount(folder: string): Promise<AsyncDisposable | undefined> {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return {
    [Symbol.asyncDispose]: () => {
      execFileSync('umount', ['--lazy', folder]);
      return Promise.resolve();
    },
  };
}

const probe = await mkdtemp(join(tmpdir(), 'mount-'));
const canMount = await tryMount(probe);
await canMount?.[Symbol.asyncDispose]();
await rmdir(probe);

test('On a full disk new pods wait and say why, what runs goes on, and with room again they start', {
  skip: canMount === undefined && 'this machine does not let us mount',
}, async () => {
  await using world = await NodeWorld.open();
  const pods = join(world.folder, 'pods');
  await mkdir(pods);
  await using disk = await tryMount(pods);
  assert.ok(disk);
  await world.start();
  const image = await world.image();
  const forever = script('web', image, `console.log('up'); setInterval(() => {}, 1000)`);
  await world.run('before', { containers: [forever] });
  // What has begun needs no room any more.
  await world.untilLogged('before', (text) => text.includes('up'));
  const filler = join(pods, 'filler');
  // Up to the last block.
  await writeFile(filler, Buffer.alloc(2 ** 20)).catch(() => {});
  await world.run('late', { containers: [forever] });
  await world.untilEvent('late', /^Failed.*ENOSPC: no space left on device/);
  assert.equal((await world.until('before', () => true)).status?.containerStatuses?.[0]?.ready, true);
  await rm(filler);
  await world.untilReady('late');
  for (const name of ['before', 'late']) {
    await world.delete(name, 0);
    await world.untilGone(name);
  }
  await world.untilNoProcess();
  await world.node?.close();
});
