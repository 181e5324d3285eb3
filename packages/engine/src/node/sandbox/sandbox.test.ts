import { systemClock } from '@fairlead/kube';
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, execPath } from 'node:process';
import { afterEach, before, beforeEach, describe, test } from 'node:test';
import { openProcessDriver } from '../process/driver.ts';
import type { Bound, Sandbox } from './contract.ts';
import { gatherMachine, type MachineFiles } from './machine.ts';
import { makeSandboxRoot } from './root.ts';
import { makeSkeleton, type Skeleton } from './skeleton.ts';
import { whyNotIsolated } from './support.ts';

const why = await whyNotIsolated();
const driver = openProcessDriver({ clock: systemClock });
const uid = 1_900_000_007;
const user = { uid, gid: uid, groups: [] };

describe('A sandbox', { skip: why }, () => {
  let folder: string;
  let machine: MachineFiles;
  let skeleton: Skeleton;
  before(() => {
    machine = gatherMachine({
      path: `${env['PATH']}:${join(execPath, '..')}`,
      home: '/root',
      shown: [],
      hidden: [],
    });
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
    skeleton = await makeSkeleton(join(folder, 'skeleton'));
    await mkdir(join(folder, 'c'), { mode: 0o700 });
  });
  afterEach(async () => {
    await driver.sweep(folder, { below: true });
    await rm(folder, { recursive: true });
  });

  const place = async ({
    mounts = [],
    variables = {},
  }: {
    mounts?: Bound[];
    variables?: Record<string, string>;
  } = {}) => {
    const root = join(folder, 'c', 'root');
    const all = await makeSandboxRoot({
      root,
      layers: [],
      user,
      machine,
      common: skeleton.mounts,
      mounts,
      workingFolder: '/work',
    });
    const sandbox: Sandbox = { hostname: 'shop-0', user, mounts: all, groups: [] };
    const environment = { PATH: '/usr/bin:/bin', ...variables };
    return { folder: join(folder, 'c'), root, workingFolder: '/work', environment, sandbox };
  };
  const run = async (command: string[], options: Parameters<typeof place>[0] = {}) => {
    const running = await driver.start({ ...(await place(options)), command });
    const { code } = await running.ended;
    return { code, output: (await readFile(join(folder, 'c', 'output'), 'utf8')).trim() };
  };

  test('runs a command as its user, without any privilege, among its own processes only', async () => {
    const script =
      'id -u; id -g; hostname; pwd; ls /proc | grep -c "^[0-9]"; grep -E "^(CapEff|CapPrm|NoNewPrivs)" /proc/self/status';
    const { code, output } = await run(['sh', '-c', script]);
    assert.equal(code, 0, output);
    const [u, g, name, at, count, ...caps] = output.split('\n');
    assert.deepEqual([u, g, name, at], [String(uid), String(uid), 'shop-0', '/work']);
    assert.ok(Number(count) < 8, output);
    assert.deepEqual(
      caps.map((line) => line.split(':')[1]?.trim()),
      ['0000000000000000', '0000000000000000', '1'],
    );
  });

  test('sees the system and what is mounted, and nothing else of the machine', async () => {
    const data = join(folder, 'data');
    await mkdir(data);
    await writeFile(join(data, 'key'), 'value');
    const mounts = [{ target: '/usr/share/shop/data', source: data, readOnly: true }];
    const script = `cat /usr/share/shop/data/key; ls /usr/share/shop /root ${folder} /etc/shadow; touch /usr/x /usr/share/shop/data/x; touch /work/x /tmp/x && echo wrote`;
    const { output } = await run(['sh', '-c', `${script} 2>&1`], { mounts });
    assert.match(output, /^value/);
    assert.match(output, /wrote$/);
    assert.equal(
      output.match(/No such file or directory/g)?.length,
      2 + (output.includes("'/root'") ? 1 : 0),
      output,
    );
    assert.equal(output.match(/Read-only file system/g)?.length, 2, output);
  });

  test('no variable of the pod reaches a program that still has rights', async () => {
    const variables = { LD_PRELOAD: '/nowhere.so', 'with.dots': "it's", EMPTY: '' };
    const { code, output } = await run(['/usr/bin/env'], { variables });
    assert.equal(code, 0);
    // The loader says so once: only the command itself has the variable.
    assert.equal(output.match(/cannot be preloaded/g)?.length, 1, output);
    assert.match(output, /^with\.dots=it's$/m);
  });

  test('tells its exit code, and hands a signal to the command', async () => {
    assert.equal((await run(['sh', '-c', 'exit 7'])).code, 7);
    await rm(join(folder, 'c'), { recursive: true });
    await mkdir(join(folder, 'c'));
    const running = await driver.start({ ...(await place()), command: ['sleep', '60'] });
    await running.begun();
    running.signal('SIGTERM');
    assert.equal((await running.ended).code, 143);
  });

  test('a command beside it runs in the same place', async () => {
    const order = await place({ variables: { GREETING: 'hello' } });
    const running = await driver.start({ ...order, command: ['sleep', '60'] });
    await running.begun();
    const command = ['sh', '-c', 'id -u; echo $GREETING; pwd; ls /proc | grep -c "^[0-9]"'];
    const { code, output } = await driver.exec({ ...order, command, timeoutMs: 5000 });
    assert.equal(code, 0);
    assert.match(output, new RegExp(`^${uid}\nhello\n/work\n\\d\n$`));
    running.signal('SIGKILL');
    await running.ended;
  });

  test('keeps its devices and its shared memory when the next agent makes itself ready', async () => {
    const order = await place();
    const running = await driver.start({ ...order, command: ['sleep', '60'] });
    await running.begun();
    await makeSkeleton(join(folder, 'skeleton'));
    const command = ['sh', '-c', 'echo one >/dev/shm/one; head -c 2 /dev/zero | wc -c; cat /dev/shm/one'];
    const { code, output } = await driver.exec({ ...order, command, timeoutMs: 5000 });
    assert.deepEqual([code, output], [0, '2\none\n']);
    running.signal('SIGKILL');
    await running.ended;
  });
});
