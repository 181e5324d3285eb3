import { systemClock } from '@fairlead/kube';
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { RunningContainer } from './contract.ts';
import { describeDriver } from './driver.conformance.ts';
import { openProcessDriver } from './driver.ts';
import { startElsewhere, untilChanged } from './elsewhere.fixture.ts';
import { readIdentity } from './identity.ts';
import { markedFolder } from './marker.ts';
import { scanProcesses } from './table.ts';

const driver = openProcessDriver({ clock: systemClock });
const shell = '/bin/sh';
const node = process.execPath;

const module = new URL('./driver.fixture.ts', import.meta.url);

describeDriver({ name: 'The process driver', module });

describe('process driver', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'driver-'));
  });
  afterEach(async () => {
    await driver.sweep(folder, { below: true });
    await rm(folder, { recursive: true });
  });

  const order = (...command: string[]) => ({
    folder,
    root: folder,
    workingFolder: folder,
    command,
    environment: { PATH: '/usr/bin:/bin', GREETING: 'hello' },
  });
  const output = () => readFile(join(folder, 'output'), 'utf8');

  test('runs a command with exactly its environment and keeps output and exit code', async () => {
    const container = await driver.start(
      order(
        node,
        '-e',
        'console.log(Object.keys(process.env).sort().join()); console.error(process.env.GREETING); process.exit(3)',
      ),
    );
    const exit = await container.ended;
    assert.equal(exit.code, 3);
    assert.equal(exit.witnessed, true);
    assert.deepEqual((await output()).trim().split('\n'), ['FAIRLEAD_CONTAINER,GREETING,PATH,PWD', 'hello']);
  });

  test('a kill of the group is seen as 137', async () => {
    const container = await driver.start(order('/bin/sleep', '1000'));
    container.signal('SIGKILL');
    assert.deepEqual(pick(await container.ended), { code: 137, witnessed: false });
  });

  test('a command killed by a signal reports 128 and the signal, without a word in its output', async () => {
    const container = await driver.start(order(shell, '-c', 'kill -SEGV $$'));
    assert.deepEqual(pick(await container.ended), { code: 139, witnessed: true });
    assert.equal(await output(), '');
  });

  test('another node sees a kill of everything', async () => {
    await startElsewhere({ module, base: folder, folder }, ['/bin/sleep', '1000']);
    const container = await adopted();
    container.signal('SIGKILL');
    assert.deepEqual(pick(await container.ended), { code: 137, witnessed: false });
  });

  test('a sweep finds children that left the group, the session or their parent', async () => {
    const script = `setsid sleep 1001 & (sleep 1002 &) ; setsid sh -c "sleep 1003 & exit 0"; echo up`;
    await (await driver.start(order(shell, '-c', script))).ended;
    assert.equal((await marked(folder)).length, 3);
    await driver.sweep(folder);
    assert.deepEqual(await marked(folder), []);
  });

  test('a sweep right after the end also finds who has overwritten its environment', async () => {
    const script = `env -i ${node} -e 'console.log("hidden"); setInterval(() => {}, 1000)' & exit 0`;
    await (await driver.start(order(shell, '-c', script))).ended;
    await written('hidden');
    const leader = await readIdentity(folder);
    assert.ok(typeof leader === 'object');
    const left = async () => (await scanProcesses()).filter(({ session }) => session === leader.pid);
    assert.equal((await left()).length, 1);
    await driver.sweep(folder);
    assert.equal((await left()).length, 1);
    await driver.sweep(folder, { session: true });
    assert.equal((await left()).length, 0);
  });

  test('a sweep of one folder leaves its neighbours alone', async () => {
    const neighbour = join(folder, '10');
    await mkdir(join(folder, '1'));
    await mkdir(neighbour);
    const other = await driver.start({ ...order('/bin/sleep', '1000'), folder: neighbour });
    await driver.sweep(join(folder, '1'));
    assert.ok((await marked(neighbour)).length > 0);
    assert.equal(other.exit, undefined);
  });

  async function adopted(): Promise<RunningContainer> {
    const container = await driver.adopt(folder);
    assert.ok(container !== undefined);
    return container;
  }

  const written = (text: string) =>
    untilChanged(folder, async () => (await output().catch(() => '')).includes(text));
});

const marked = async (folder: string) =>
  (await scanProcesses()).filter(({ environment }) => markedFolder(environment) === folder);

const pick = (exit: { code: number; witnessed: boolean } | undefined) =>
  exit && { code: exit.code, witnessed: exit.witnessed };
