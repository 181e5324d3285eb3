import { systemClock } from '@fairlead/kube';
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { type FSWatcher, watch } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type RunningContainer, StartError } from './contract.ts';
import { openProcessDriver } from './driver.ts';
import { readIdentity } from './identity.ts';
import { markedFolder } from './marker.ts';
import { scanProcesses } from './table.ts';

const driver = openProcessDriver({ clock: systemClock });
const shell = '/bin/sh';
const node = process.execPath;

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

  test('passes arguments as they are and gives no shell to them', async () => {
    const hostile = ['$(touch owned)', '; touch owned', '`id`', "it's", '', '-n', '*'];
    const script = 'console.log(JSON.stringify(process.argv.slice(1)))';
    await (await driver.start(order(node, '-e', script, '--', ...hostile))).ended;
    assert.deepEqual(JSON.parse(await output()), hostile);
  });

  test('a command named like a built-in of the shell is looked up as a file', async () => {
    await assert.rejects(driver.start(order('eval', 'echo no')), (error: Error) => {
      assert.ok(error instanceof StartError);
      return error.message === 'exec: "eval": executable file not found in $PATH';
    });
  });

  test('a stop reaches the command, whose own exit code counts', async () => {
    const container = await driver.start(
      order(
        node,
        '-e',
        'process.on("SIGTERM", () => process.exit(7)); console.log("up"); setInterval(() => {}, 1000)',
      ),
    );
    await written('up');
    container.signal('SIGTERM');
    assert.equal((await container.ended).code, 7);
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

  test('a folder never runs twice, whoever asks', async () => {
    const first = await driver.start(order(shell, '-c', 'echo once; exec sleep 1000'));
    await written('once');
    const second = await driver.start(order(shell, '-c', 'echo twice'));
    second.signal('SIGKILL'); // Either nobody yet, or what the first one started.
    first.signal('SIGKILL');
    assert.equal((await second.ended).code, 137);
    assert.equal(await output(), 'once\n');
  });

  test('another node adopts it and sees its exit code', async () => {
    await startElsewhere(folder, [shell, '-c', 'trap "exit 9" TERM; echo up; while :; do sleep 0.05; done']);
    await written('up');
    const container = await adopted();
    assert.equal(container.exit, undefined);
    container.signal('SIGTERM');
    assert.deepEqual(pick(await container.ended), { code: 9, witnessed: true });
  });

  test('another node sees a kill of everything', async () => {
    await startElsewhere(folder, ['/bin/sleep', '1000']);
    const container = await adopted();
    container.signal('SIGKILL');
    assert.deepEqual(pick(await container.ended), { code: 137, witnessed: false });
  });

  test('another node reads the exit code of what ended in between', async () => {
    await (await driver.start(order(shell, '-c', 'exit 4'))).ended;
    assert.deepEqual(pick((await adopted()).exit), { code: 4, witnessed: true });
  });

  test('what was never started cannot be adopted', async () => {
    assert.equal(await driver.adopt(folder), undefined);
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

  test('a command beside it gives code and output, or is ended in time', async () => {
    const exec = { ...order(shell, '-c', 'echo $GREETING; exit 2'), timeoutMs: 5000 };
    assert.deepEqual(await driver.exec(exec), { code: 2, output: 'hello\n' });
    const slow = { ...order('/bin/sleep', '1000'), timeoutMs: 50 };
    assert.equal((await driver.exec(slow)).code, 'timeout');
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

/** Starts a container from a process that is then killed: its shim has no parent that waits for it. */
async function startElsewhere(folder: string, command: readonly string[]): Promise<void> {
  const script = `
    import { systemClock } from '@fairlead/kube';
    import { openProcessDriver } from ${JSON.stringify(new URL('./driver.ts', import.meta.url).href)};
    const [folder, ...command] = process.argv.slice(1);
    const place = { folder, root: folder, workingFolder: folder, environment: { PATH: '/usr/bin:/bin' } };
    await openProcessDriver({ clock: systemClock }).start({ ...place, command });
    process.send('started');
    setInterval(() => {}, 1000);
  `;
  const child: ChildProcess = spawn(node, ['--input-type=module', '-e', script, '--', folder, ...command], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await new Promise((done) => child.once('message', done));
  await untilChanged(folder, async () => (await readIdentity(folder)) !== undefined);
  child.kill('SIGKILL');
  await new Promise((done) => child.once('exit', done));
}

/** Waits for the file system's word, not for time to pass. */
async function untilChanged(folder: string, holds: () => Promise<boolean>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = () => void holds().then((yes) => (yes ? resolve() : undefined), reject);
  const watcher: FSWatcher = watch(folder, look);
  const timer = setTimeout(() => reject(new Error('it did not come')), 5000);
  look();
  await promise.finally(() => {
    watcher.close();
    clearTimeout(timer);
  });
}
