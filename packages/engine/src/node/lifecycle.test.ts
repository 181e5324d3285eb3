import type { Container, Pod } from '@fairlead/kube';
import { pods } from '@fairlead/kube';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { condition, freePort, NodeWorld, script } from './world.fixture.ts';

const shared = [{ name: 'work', mountPath: 'work' }];
const volumes = [{ name: 'work', emptyDir: {} }];

describe('the life of a pod with', () => {
  let world: NodeWorld;
  let empty: string;
  before(async () => {
    world = await NodeWorld.open();
    await world.start();
    empty = await world.image();
  });
  after(() => world[Symbol.asyncDispose]());

  /** Writes its name when it starts and when it is asked to end. */
  const noting = (name: string, more: Partial<Container> = {}): Container => ({
    ...script(
      name,
      empty,
      `const note = (what) => require('fs').appendFileSync('work/notes', what + ' ${name}\\n');
       note('begin'); process.on('SIGTERM', () => { note('end'); process.exit(0); }); setInterval(() => {}, 1000)`,
    ),
    volumeMounts: shared,
    ...more,
  });
  const notesOf = async ({ metadata }: Pod): Promise<string[]> => {
    const file = join(world.folder, 'pods', metadata.uid ?? '', 'volumes', 'work', 'notes');
    return (await readFile(file, 'utf8')).trim().split('\n');
  };
  const shell = (name: string, line: string, more: Partial<Container> = {}): Container => ({
    name,
    image: empty,
    command: ['/bin/sh', '-c', line],
    volumeMounts: shared,
    ...more,
  });

  test('sidecars starts them in order and one by one, and stops them last and in reverse', async () => {
    const begun = (name: string) => ({
      exec: { command: ['grep', '-q', `begin ${name}`, 'work/notes'] },
      periodSeconds: 1,
    });
    await world.run('sidecars', {
      volumes,
      initContainers: [
        noting('first', { restartPolicy: 'Always', startupProbe: begun('first') }),
        shell('between', 'echo between >> work/notes'),
        noting('second', { restartPolicy: 'Always', startupProbe: begun('second') }),
      ],
      containers: [noting('main', { startupProbe: begun('main') })],
    });
    const pod = await world.untilReady('sidecars');
    assert.deepEqual(await notesOf(pod), ['begin first', 'between', 'begin second', 'begin main']);
    assert.deepEqual(
      pod.status?.initContainerStatuses?.map(({ started, ready }) => [started, ready]),
      [
        [true, true],
        [false, true],
        [true, true],
      ],
    );
    const held = pod.metadata;
    await world.client
      .resource(pods)
      .patch(held, { type: 'merge', body: { metadata: { finalizers: ['example.com/hold'] } } });
    await world.delete('sidecars');
    await world.until('sidecars', ({ status }) => status?.phase === 'Succeeded');
    assert.deepEqual((await notesOf(pod)).slice(4), ['end main', 'end second', 'end first']);
    await world.client
      .resource(pods)
      .patch(held, { type: 'merge', body: { metadata: { finalizers: null } } });
    await world.untilGone('sidecars');
  });

  test('a sidecar and work that ends succeeds, and the sidecar ends with it', async () => {
    await world.run('job', {
      restartPolicy: 'Never',
      volumes,
      initContainers: [noting('side', { restartPolicy: 'Always' })],
      containers: [shell('main', 'until grep -q begin work/notes; do :; done; echo done')],
    });
    const { status } = await world.until('job', ({ status }) => status?.phase === 'Succeeded');
    assert.equal(status?.initContainerStatuses?.[0]?.state?.terminated?.exitCode, 0);
    const initialized = status?.conditions?.find(({ type }) => type === 'Initialized');
    assert.equal(initialized?.reason, 'PodCompleted');
  });

  test('a hook after the start starts what follows when it is done', async () => {
    const hook = { exec: { command: ['/bin/sh', '-c', 'echo hook >> work/notes'] } };
    const begin = (name: string) => shell(name, `echo ${name} >> work/notes; exec sleep 1000`);
    await world.run('hook', {
      volumes,
      containers: [{ ...begin('one'), lifecycle: { postStart: hook } }, begin('two')],
    });
    const pod = await world.until('hook', ({ status }) => status?.phase === 'Running');
    await world.untilReady('hook');
    const notes = await notesOf(pod);
    assert.ok(notes.indexOf('hook') < (notes.indexOf('two') + 3) % 3, notes.join(' '));
    await world.delete('hook', 0);
  });

  test('a hook that fails ends its container and says so', async () => {
    const lifecycle = { postStart: { exec: { command: ['false'] } } };
    await world.run('badhook', {
      restartPolicy: 'Never',
      volumes,
      containers: [{ ...noting('web'), lifecycle }],
    });
    await world.until(
      'badhook',
      ({ status }) => status?.containerStatuses?.[0]?.state?.terminated !== undefined,
    );
    await world.untilEvent('badhook', /^FailedPostStartHook: PostStartHook failed$/);
    await world.untilEvent('badhook', /^Killing: FailedPostStartHook$/);
  });

  test('a hook before the end that fails is told, and the end goes on', async () => {
    const lifecycle = { preStop: { httpGet: { port: await freePort() } } };
    await world.run('badstop', { volumes, containers: [{ ...noting('web'), lifecycle }] });
    await world.untilReady('badstop');
    await world.delete('badstop');
    await world.untilGone('badstop');
    await world.untilEvent('badstop', /^FailedPreStopHook: PreStopHook failed$/);
  });

  test('a word at its end is shown with it', async () => {
    const words = (path: string) => shell('web', `echo lost; printf 'no cheese' > ${path}; exit 3`);
    await world.run('words', {
      restartPolicy: 'Never',
      volumes,
      containers: [
        {
          ...words('words/last'),
          terminationMessagePath: 'words/last',
          terminationMessagePolicy: 'FallbackToLogsOnError',
        },
      ],
    });
    const { status } = await world.until('words', ({ status }) => status?.phase === 'Failed');
    assert.equal(status?.containerStatuses?.[0]?.state?.terminated?.message, 'no cheese');
  });

  test('a readiness gate is ready when its condition says so', async () => {
    await world.run('gate', {
      volumes,
      readinessGates: [{ conditionType: 'example.com/in' }],
      containers: [noting('web')],
    });
    const waiting = await world.until('gate', (pod) => condition(pod, 'ContainersReady') === 'True');
    const { reason, message, status } =
      waiting.status?.conditions?.find(({ type }) => type === 'Ready') ?? {};
    assert.deepEqual(
      [status, reason, message],
      [
        'False',
        'ReadinessGatesNotReady',
        'corresponding condition of pod readiness gate "example.com/in" does not exist.',
      ],
    );
    const gate = { type: 'example.com/in', status: 'True' };
    await world.client
      .resource(pods)
      .status.patch(waiting.metadata, { type: 'strategic', body: { status: { conditions: [gate] } } });
    const ready = await world.untilReady('gate');
    assert.equal(condition(ready, 'example.com/in'), 'True');
    await world.delete('gate', 0);
  });

  test('an ephemeral container runs it beside the others, once', async () => {
    await world.run('debugged', { volumes, containers: [noting('web')] });
    const { metadata } = await world.untilReady('debugged');
    const ephemeralContainers = [
      { name: 'debugger', image: empty, command: ['/bin/sh', '-c', 'echo looking; exit 4'] },
    ];
    await world.client.json({
      method: 'PATCH',
      path: `/api/v1/namespaces/default/pods/${metadata.name}/ephemeralcontainers`,
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
      body: Buffer.from(JSON.stringify({ spec: { ephemeralContainers } })),
    });
    const { status } = await world.until(
      'debugged',
      ({ status }) => status?.ephemeralContainerStatuses?.[0]?.state?.terminated !== undefined,
    );
    assert.equal(status?.ephemeralContainerStatuses?.[0]?.state?.terminated?.exitCode, 4);
    assert.equal(status?.phase, 'Running');
    assert.equal(await world.logs('debugged', { container: 'debugger' }), 'looking\n');
    await world.delete('debugged', 0);
  });

  test('a deadline ends its sidecars too', async () => {
    await world.run('late', {
      activeDeadlineSeconds: 1,
      volumes,
      initContainers: [noting('side', { restartPolicy: 'Always' })],
      containers: [noting('web')],
    });
    const { status } = await world.until('late', ({ status }) => status?.phase === 'Failed');
    assert.equal(status?.reason, 'DeadlineExceeded');
    assert.ok(status?.initContainerStatuses?.[0]?.state?.terminated);
  });
});
