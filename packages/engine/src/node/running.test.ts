import { configMaps, pods, secrets } from '@fairlead/kube';
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { condition, freePort, NodeWorld, script } from './world.fixture.ts';

describe('a pod on this node', () => {
  let world: NodeWorld;
  let empty: string;
  before(async () => {
    world = await NodeWorld.open();
    await world.start();
    empty = await world.image();
  });
  after(() => world[Symbol.asyncDispose]());

  test('runs its init containers in order, then the others, and succeeds', async () => {
    const work = [{ name: 'work', mountPath: 'work' }];
    const append = (text: string) => ['/bin/sh', '-c', `echo ${text} >> work/steps`];
    await world.run('job', {
      restartPolicy: 'Never',
      volumes: [{ name: 'work', emptyDir: {} }],
      initContainers: [
        { name: 'one', image: empty, command: append('one'), volumeMounts: work },
        { name: 'two', image: empty, command: append('two'), volumeMounts: work },
      ],
      containers: [
        { name: 'main', image: empty, command: ['cat'], args: ['work/steps'], volumeMounts: work },
        { name: 'other', image: empty, command: ['true'] },
      ],
    });
    const { status } = await world.until('job', ({ status }) => status?.phase === 'Succeeded');
    assert.equal(await world.logs('job', { container: 'main' }), 'one\ntwo\n');
    const codes = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map(
      ({ name, state }) => `${name} ${state?.terminated?.exitCode} ${state?.terminated?.reason}`,
    );
    assert.deepEqual(codes, ['one 0 Completed', 'two 0 Completed', 'main 0 Completed', 'other 0 Completed']);
  });

  test('fails with the exit code and the last words of its container', async () => {
    const container = script('main', empty, 'console.error("out of cheese"); process.exit(42)');
    await world.run('failing', {
      restartPolicy: 'Never',
      containers: [{ ...container, terminationMessagePolicy: 'FallbackToLogsOnError' }],
    });
    const { status } = await world.until('failing', ({ status }) => status?.phase === 'Failed');
    const { terminated } = status?.containerStatuses?.[0]?.state ?? {};
    assert.deepEqual(
      [terminated?.exitCode, terminated?.reason, terminated?.message],
      [42, 'Error', 'out of cheese\n'],
    );
  });

  test('sees its image, environment, arguments and files', async () => {
    const metadata = (name: string) => ({ name, namespace: 'default' });
    await world.client.resource(secrets).create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: metadata('config'),
      data: { TOKEN: Buffer.from('hush').toString('base64') },
    });
    await world.client.resource(configMaps).create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: metadata('files'),
      data: { 'app.ini': 'mode=fast' },
    });
    const image = await world.image({
      layers: [
        [{ name: 'app/lib/x.txt', content: 'from below' }],
        [
          {
            name: 'app/run',
            content: '#!/bin/sh\necho "$@" $TOKEN $FROM_IMAGE $POD; cat lib/x.txt conf/app.ini; pwd',
          },
        ],
      ],
      config: { Entrypoint: ['/app/run'], Cmd: ['unused'], Env: ['FROM_IMAGE=yes'], WorkingDir: '/app' },
    });
    await world.run('seeing', {
      restartPolicy: 'Never',
      volumes: [{ name: 'files', configMap: { name: 'files' } }],
      containers: [
        {
          name: 'main',
          image,
          args: ['$(POD)', '$$(POD)'],
          envFrom: [{ secretRef: { name: 'config' } }],
          env: [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
          volumeMounts: [{ name: 'files', mountPath: 'app/conf' }],
        },
      ],
    });
    await world.until('seeing', ({ status }) => status?.phase === 'Succeeded');
    const [said, files, folder] = (await world.logs('seeing')).split(/\n|(?<=fast)/);
    assert.equal(said, 'seeing $(POD) hush yes seeing');
    assert.equal(files, 'from belowmode=fast');
    assert.match(folder ?? '', /\/root\/app$/);
  });

  test('is ready within 50 ms of listening', async () => {
    const delays: number[] = [];
    for (let round = 0; round < 5 && Math.min(...delays, 1000) >= 50; round += 1) {
      const port = await freePort();
      const name = `server-${round}`;
      const code = `require('http').createServer((q, s) => s.end('ok')).listen(${port}, () => console.log(Date.now()))`;
      const probe = { httpGet: { path: '/', port: 'http' } };
      const ports = [{ name: 'http', containerPort: port }];
      await world.run(name, {
        containers: [{ ...script('web', empty, code), ports, readinessProbe: probe }],
      });
      await world.untilReady(name);
      const seenAt = Date.now();
      delays.push(seenAt - Number(await world.untilLogged(name, (text) => text.endsWith('\n'))));
      await world.delete(name);
    }
    assert.ok(Math.min(...delays) < 50, `ready after ${delays.join(', ')} ms`);
  });

  test('that crashes is restarted at once, then later, and shows why', async () => {
    await world.run('crashing', {
      containers: [script('web', empty, 'console.log(process.pid); process.exit(7)')],
    });
    const { status } = await world.until('crashing', ({ status }) => {
      const [container] = status?.containerStatuses ?? [];
      return container?.state?.waiting?.reason === 'CrashLoopBackOff';
    });
    const [container] = status?.containerStatuses ?? [];
    assert.equal(container?.restartCount, 1);
    assert.equal(container?.lastState?.terminated?.exitCode, 7);
    assert.match(container?.state?.waiting?.message ?? '', /^back-off 10s restarting failed container/);
    assert.equal(status?.phase, 'Running');
    const [last, previous] = [await world.logs('crashing'), await world.logs('crashing', { previous: true })];
    assert.match(last, /^\d+\n$/);
    assert.notEqual(last, previous);
    await world.delete('crashing');
    await world.untilGone('crashing');
  });

  test('whose liveness probe fails is restarted', async () => {
    const livenessProbe = { exec: { command: ['false'] }, periodSeconds: 1, failureThreshold: 1 };
    await world.run('sick', {
      terminationGracePeriodSeconds: 1,
      containers: [{ ...script('web', empty, 'setInterval(() => {}, 1000)'), livenessProbe }],
    });
    const restarted = await world.until(
      'sick',
      ({ status }) => (status?.containerStatuses?.[0]?.restartCount ?? 0) > 0,
    );
    assert.equal(restarted.status?.containerStatuses?.[0]?.lastState?.terminated?.exitCode, 143);
    const events = await world.events('sick');
    assert.ok(events.some((event) => event.startsWith('Unhealthy: Liveness probe failed')));
    assert.ok(events.some((event) => event.startsWith('Killing: Container web failed liveness probe')));
    await world.delete('sick', 0);
  });

  test('with a startup probe is not ready before it has succeeded', async () => {
    const port = await freePort();
    const listen = `require('net').createServer().listen(${port})`;
    const code = `require('fs').watch('.').once('change', () => ${listen}); console.log('up')`;
    const startupProbe = { tcpSocket: { port } };
    await world.run('slow', { containers: [{ ...script('web', empty, code), startupProbe }] });
    const pod = await world.until('slow', ({ status }) => status?.phase === 'Running');
    assert.equal(pod.status?.containerStatuses?.[0]?.started, false);
    assert.equal(condition(pod, 'Ready'), 'False');
    await world.untilLogged('slow', (text) => text.includes('up'));
    await writeFile(`${world.folder}/pods/${pod.metadata.uid}/containers/web/0/root/go`, '');
    await world.untilReady('slow');
    await world.delete('slow', 0);
  });

  test('that is active for too long is ended', async () => {
    const containers = [script('web', empty, 'setInterval(() => {}, 1000)')];
    await world.run('endless', { restartPolicy: 'Never', activeDeadlineSeconds: 1, containers });
    const { status } = await world.until('endless', ({ status }) => status?.phase === 'Failed');
    assert.equal(status?.reason, 'DeadlineExceeded');
    assert.equal(status?.containerStatuses?.[0]?.state?.terminated?.exitCode, 143);
  });

  test('has its status restored when somebody removes it', async () => {
    await world.run('steady', { containers: [script('web', empty, 'setInterval(() => {}, 1000)')] });
    const before = await world.untilReady('steady');
    await world.client.resource(pods).status.patch(before.metadata, {
      type: 'merge',
      body: { status: { conditions: null, containerStatuses: null } },
    });
    const after = await world.untilReady('steady');
    assert.deepEqual(after.status?.containerStatuses, before.status?.containerStatuses);
    await world.delete('steady', 0);
  });
});
