import type { Pod } from '@fairlead/kube';
import assert from 'node:assert/strict';
import { appendFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { condition, freePort, NodeWorld, script } from './world.fixture.ts';

describe('a node that is started again', () => {
  let world: NodeWorld;
  let empty: string;
  beforeEach(async () => {
    world = await NodeWorld.open();
    await world.start();
    empty = await world.image();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const restart = async (): Promise<void> => {
    await world.node?.close();
    await world.start();
  };
  const stateOf = ({ status }: Pod) => status?.containerStatuses?.[0]?.state;
  /** Says its process id, then a line for every file that appears in its folder. */
  const echoing = `require('fs').watch('.', (_, name) => console.log(name)); console.log(process.pid)`;
  const rootOf = (pod: Pod, attempt = 0) =>
    join(world.folder, 'pods', pod.metadata.uid ?? '', `containers/web/${attempt}/root`);

  test('keeps what runs, ready all the while, and its log goes on', async () => {
    const port = await freePort();
    const server = `require('http').createServer((q, s) => s.end()).listen(${port}); ${echoing}`;
    const readinessProbe = { httpGet: { port } };
    await world.run('web', { containers: [{ ...script('web', empty, server), readinessProbe }] });
    const before = await world.untilReady('web');
    const pid = await world.untilLogged('web', (text) => text.endsWith('\n'));
    const unready: Pod[] = [];
    const stop = world.watch('web', (pod) => condition(pod, 'Ready') !== 'True' && unready.push(pod));
    await world.node?.close();
    await appendFile(join(rootOf(before), 'meanwhile'), '');
    await world.start();
    await world.untilLogged('web', (text) => text.includes('meanwhile'));
    await appendFile(join(rootOf(before), 'after'), '');
    const text = await world.untilLogged('web', (text) => text.includes('after'));
    assert.ok(text.startsWith(`${pid}meanwhile\n`));
    assert.equal((await world.until('web', () => true)).status?.containerStatuses?.[0]?.restartCount, 0);
    assert.deepEqual(unready, []);
    stop();
    assert.equal((await world.processes()).length, 1);
    await world.delete('web', 0);
  });

  test('knows the exit code of what ended meanwhile', async () => {
    const code = `require('fs').watch('.', () => process.exit(5)); console.log('up')`;
    await world.run('job', { restartPolicy: 'Never', containers: [script('web', empty, code)] });
    await world.untilLogged('job', (text) => text === 'up\n');
    const pod = await world.until('job', () => true);
    await world.node?.close();
    await appendFile(join(rootOf(pod), 'go'), '');
    await world.untilNoProcess();
    await world.start();
    const failed = await world.until('job', ({ status }) => status?.phase === 'Failed');
    assert.equal(stateOf(failed)?.terminated?.exitCode, 5);
    assert.equal(await world.logs('job'), 'up\n');
  });

  test('does not run a finished pod again, nor forget its ends', async () => {
    await world.run('done', {
      restartPolicy: 'OnFailure',
      containers: [script('web', empty, 'console.log(1)')],
    });
    const before = await world.until('done', ({ status }) => status?.phase === 'Succeeded');
    await restart();
    assert.equal(await world.logs('done'), '1\n');
    assert.deepEqual((await world.until('done', () => true)).metadata, before.metadata);
  });

  test('goes on with the restarts where it was', async () => {
    await world.run('crash', { containers: [script('web', empty, 'process.exit(1)')] });
    const waiting = (pod: Pod) => stateOf(pod)?.waiting?.reason === 'CrashLoopBackOff';
    const before = await world.until('crash', waiting);
    await restart();
    const after = await world.until('crash', waiting);
    assert.deepEqual(after.status?.containerStatuses, before.status?.containerStatuses);
    await world.delete('crash', 0);
  });

  test('ends what belongs to pods that are gone', async () => {
    await world.run('gone', { containers: [script('web', empty, echoing)] });
    await world.untilReady('gone');
    await world.node?.close();
    await world.delete('gone', 0);
    await world.untilGone('gone');
    assert.equal((await world.processes()).length, 1);
    await world.start();
    assert.deepEqual(await world.processes(), []);
    assert.deepEqual(await readdir(join(world.folder, 'pods')), []);
  });

  test('ends a pod that was to end meanwhile', async () => {
    await world.run('leaving', { containers: [script('web', empty, echoing)] });
    await world.untilReady('leaving');
    await world.node?.close();
    await world.delete('leaving');
    await world.start();
    await world.untilGone('leaving');
    await world.untilNoProcess();
  });

  test('starts at once what it has stopped itself', async () => {
    await world.run('web', { containers: [script('web', empty, echoing)] });
    await world.untilReady('web');
    for (const restarts of [1, 2, 3]) {
      await world.node?.close({ stopPods: true });
      assert.deepEqual(await world.processes(), []);
      const stopped = await world.until('web', (pod) => condition(pod, 'Ready') === 'False');
      assert.equal(stateOf(stopped)?.terminated?.exitCode, 143);
      await world.start();
      const again = await world.untilReady('web');
      assert.equal(again.status?.containerStatuses?.[0]?.restartCount, restarts);
    }
    await world.delete('web', 0);
  });

  test('starts what the node before had only prepared', async () => {
    await world.node?.close();
    const pod = await world.run('half', { containers: [script('web', empty, echoing)] });
    const attempt = join(rootOf(pod), '..');
    await mkdir(join(attempt, 'root'), { recursive: true });
    const record = { number: 0, imageId: empty, startedAt: Date.now() };
    await appendFile(join(attempt, 'start.json'), JSON.stringify(record));
    await world.start();
    const running = await world.untilReady('half');
    assert.equal(running.status?.containerStatuses?.[0]?.restartCount, 0);
    await world.delete('half', 0);
  });

  test('refuses a folder that another node has', async () => {
    const first = world.node;
    await assert.rejects(world.start(), /another node agent is running/);
    world.node = first;
  });
});
