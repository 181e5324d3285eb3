import { pods } from '@fairlead/kube';
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { condition, freePort, NodeWorld, script } from './world.fixture.ts';

describe('the end of a pod', () => {
  let world: NodeWorld;
  let empty: string;
  const drained: string[] = [];
  let draining: Promise<void> = Promise.resolve();
  before(async () => {
    world = await NodeWorld.open();
    await world.start({
      drain: ({ address }) => {
        drained.push(address);
        return draining;
      },
    });
    empty = await world.image();
  });
  after(() => world[Symbol.asyncDispose]());

  const onTerm = (code: string) =>
    `process.on('SIGTERM', () => { ${code} }); console.log('up'); setInterval(() => {}, 1000)`;
  const up = (name: string) => world.untilLogged(name, (text) => text.includes('up\n'));

  test('gives the process time, tells how it ended, and then the object goes', async () => {
    await world.run('polite', {
      containers: [script('web', empty, onTerm('console.log("bye"); process.exit(3)'))],
    });
    await up('polite');
    const log = world.logs('polite', { follow: true });
    await world.delete('polite');
    const failed = await world.until('polite', ({ status }) => status?.phase === 'Failed');
    assert.equal(failed.status?.containerStatuses?.[0]?.state?.terminated?.exitCode, 3);
    assert.equal(condition(failed, 'Ready'), 'False');
    await world.untilGone('polite');
    assert.equal(await log, 'up\nbye\n');
  });

  test('is not ready from its first moment, and waits for the requests under way', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    draining = promise;
    const port = await freePort();
    const ports = [{ name: 'http', containerPort: port }];
    await world.run('serving', {
      containers: [{ ...script('web', empty, onTerm('process.exit(0)')), ports }],
    });
    await up('serving');
    await world.untilReady('serving');
    await world.delete('serving');
    const leaving = await world.until('serving', (pod) => condition(pod, 'Ready') === 'False');
    assert.ok(leaving.status?.containerStatuses?.[0]?.state?.running, 'it still runs');
    assert.deepEqual(drained.splice(0), [`127.0.0.1:${port}`]);
    resolve();
    const done = await world.until('serving', ({ status }) => status?.phase === 'Succeeded');
    assert.equal(done.status?.containerStatuses?.[0]?.state?.terminated?.exitCode, 0);
    await world.untilGone('serving');
  });

  test('comes by force when the time is over, also for a frozen process and its children', async () => {
    const stubborn = `process.on('SIGTERM', () => {}); require('child_process').spawn('sleep', ['1004'], {detached: true, stdio: 'ignore'}); console.log('up'); setInterval(() => {}, 1000); process.kill(process.pid, 'SIGSTOP')`;
    await world.run('stubborn', {
      terminationGracePeriodSeconds: 1,
      containers: [script('web', empty, stubborn)],
    });
    await up('stubborn');
    await world.delete('stubborn');
    const failed = await world.until('stubborn', ({ status }) => status?.phase === 'Failed');
    assert.equal(failed.status?.containerStatuses?.[0]?.state?.terminated?.exitCode, 137);
    await world.untilGone('stubborn');
    assert.deepEqual(await world.processes(), []);
  });

  test('can be hurried', async () => {
    await world.run('hurried', {
      terminationGracePeriodSeconds: 600,
      containers: [script('web', empty, onTerm(''))],
    });
    await up('hurried');
    await world.delete('hurried');
    await world.until('hurried', (pod) => condition(pod, 'Ready') === 'False');
    await world.delete('hurried', 1);
    await world.untilGone('hurried');
    assert.deepEqual(await world.processes(), []);
  });

  test('runs its hook first, in the environment of the container', async () => {
    const hook = { exec: { command: ['/bin/sh', '-c', 'echo $GREETING > hooked'] } };
    const container = script(
      'web',
      empty,
      onTerm(`console.log(require('fs').readFileSync('hooked', 'utf8')); process.exit(0)`),
    );
    const env = [{ name: 'GREETING', value: 'farewell' }];
    await world.run('hooked', { containers: [{ ...container, env, lifecycle: { preStop: hook } }] });
    await up('hooked');
    const log = world.logs('hooked', { follow: true });
    await world.delete('hooked');
    await world.untilGone('hooked');
    assert.match(await log, /farewell/);
  });

  test('also comes when the object is removed by force', async () => {
    await world.run('forced', { containers: [script('web', empty, onTerm(''))] });
    await up('forced');
    await world.client
      .resource(pods)
      .delete({ namespace: 'default', name: 'forced' }, { gracePeriodSeconds: 0 });
    await world.untilGone('forced');
    await world.untilNoProcess();
  });

  test('that was asked for before anything ran is quick', async () => {
    await world.run('early', { containers: [{ name: 'web', image: 'registry.test/app:missing' }] });
    await world.delete('early');
    await world.untilGone('early');
  });

  test('leaves the object to who holds it with a finalizer', async () => {
    await world.client.resource(pods).create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'held', namespace: 'default', finalizers: ['example.com/hold'] },
      spec: {
        nodeName: 'n1',
        restartPolicy: 'Never',
        containers: [script('web', empty, onTerm('process.exit(0)'))],
      },
    });
    await up('held');
    await world.delete('held');
    const held = await world.until('held', ({ status }) => status?.phase === 'Succeeded');
    assert.ok(held.metadata.deletionTimestamp);
    await world.client
      .resource(pods)
      .patch(held.metadata, { type: 'merge', body: { metadata: { finalizers: null } } });
    await world.untilGone('held');
  });
});
