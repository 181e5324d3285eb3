import { pods } from '@fairlead/kube';
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { seededRandom } from '@fairlead/kube/testing';
import { busyboxImage, whyNoContainers } from './oci/busybox.fixture.ts';
import { whyNotIsolated } from './sandbox/support.ts';
import { deadlineMs, nodeName, NodeWorld, script } from './world.fixture.ts';

/** How often the agent is killed, each time a little later in the life of new pods. */
const kills = 8;

const why = await whyNotIsolated();

for (const isolation of ['none', 'auto'] as const) {
  const how = isolation === 'auto' ? 'keeps pods apart' : 'shares the machine';
  describe(`the node agent as a process that ${how}`, { skip: isolation === 'auto' && why }, () => {
    let world: NodeWorld;
    let registry: Awaited<ReturnType<NodeWorld['registry']['listen']>>;
    let agent: ChildProcess | undefined;
    before(async () => {
      world = await NodeWorld.open({ listen: true });
      registry = await world.registry.listen();
    });
    after(async () => {
      agent?.kill('SIGKILL');
      await registry[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    });

    /** Resolves with what the agent says first. */
    async function start(): Promise<{ readonly type: string; readonly message?: string }> {
      const options = {
        kubeconfig: world.kubeconfig,
        nodeName,
        dataFolder: world.folder,
        registries: { [world.registry.host]: registry.endpoint },
        isolation,
      };
      const settings = join(world.folder, 'options.json');
      await writeFile(settings, JSON.stringify(options));
      agent = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), settings], {
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      });
      const { promise, resolve, reject } = Promise.withResolvers<{ type: string }>();
      agent.once('message', resolve as () => void);
      const timer = setTimeout(() => reject(new Error('the agent did not start')), deadlineMs);
      return promise.finally(() => clearTimeout(timer));
    }

    async function ended(signal?: NodeJS.Signals): Promise<void> {
      const running = agent;
      agent = undefined;
      const end = new Promise((done) => running?.once('exit', done));
      if (signal !== undefined) running?.kill(signal);
      await end;
    }

    test('is killed at any moment, and no pod is lost, doubled or left over', async () => {
      const random = seededRandom(7);
      const image = await world.image({ layers: [[{ name: 'app/x', content: 'x' }]] });
      const code = `require('fs').watch('.', (_, name) => console.log(name)); console.log('up', process.pid)`;
      const names: string[] = [];
      for (let round = 0; round < kills; round += 1) {
        assert.equal((await start()).type, 'ready');
        const name = `pod-${round}`;
        names.push(name);
        await world.run(name, { containers: [script('web', image, code)] });
        // Between the first look at the new pod and long after its start.
        await new Promise((done) => setTimeout(done, 60 * random()));
        await ended('SIGKILL');
      }
      await start();
      for (const name of names) {
        const pod = await world.untilReady(name);
        assert.equal(pod.status?.containerStatuses?.[0]?.restartCount, 0, `${name} was restarted`);
        await world.untilLogged(name, (text) => text.includes('up'));
        await appendFile(
          join(world.folder, 'pods', pod.metadata.uid ?? '', 'containers/web/0/root', 'last'),
          '',
        );
        const log = await world.untilLogged(name, (text) => text.includes('last\n'));
        assert.equal(log.match(/up \d+/g)?.length, 1, `${name} ran twice`);
      }
      assert.equal((await world.processes()).length, names.length);
      await Promise.all(names.map((name) => world.delete(name)));
      await Promise.all(names.map((name) => world.untilGone(name)));
      await world.untilNoProcess();
    });

    const ownRoots = async (): Promise<void> => {
      const random = seededRandom(11);
      await ended('SIGTERM');
      const image = await world.image(busyboxImage());
      const command = ['sh', '-c', 'trap "exit 0" TERM; echo up; while :; do sleep 0.1; done'];
      const names = Array.from({ length: kills }, (_, round) => `own-${round}`);
      for (const name of names) {
        assert.equal((await start()).type, 'ready');
        await world.run(name, { containers: [{ name: 'c', image, command }] });
        await new Promise((done) => setTimeout(done, 150 * random()));
        await ended('SIGKILL');
      }
      await start();
      for (const name of names) {
        const pod = await world.untilReady(name);
        assert.equal(pod.status?.containerStatuses?.[0]?.restartCount, 0, `${name} was restarted`);
        assert.equal(await world.untilLogged(name, (text) => text.includes('up')), 'up\n');
      }
      assert.equal((await world.processes()).length, names.length);
      await Promise.all(names.map((name) => world.delete(name)));
      await Promise.all(names.map((name) => world.untilGone(name)));
      await world.untilNoProcess();
      assert.deepEqual(await readdir(join(world.folder, 'runtime')), []);
    };
    if (isolation === 'auto')
      test('is killed while it runs images with a root of their own', { skip: whyNoContainers }, ownRoots);

    test('stops its pods only when it is told', async () => {
      const image = await world.image();
      await world.run('web', { containers: [script('web', image, 'setInterval(() => {}, 1000)')] });
      await world.untilReady('web');
      await ended('SIGTERM');
      assert.equal((await world.processes()).length, 1);
      await start();
      agent?.send({ type: 'stop', pods: true });
      await ended();
      assert.deepEqual(await world.processes(), []);
      await world.client
        .resource(pods)
        .delete({ namespace: 'default', name: 'web' }, { gracePeriodSeconds: 0 });
    });

    test('says why it cannot start', async () => {
      await start();
      const first = agent;
      const { type, message } = await start();
      assert.equal(type, 'failed');
      assert.match(message ?? '', /another node agent is running/);
      agent = first;
    });
  });
}
