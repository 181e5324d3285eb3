import { execFile, spawn } from 'node:child_process';
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { needsKubectl } from '../testing/kubectl.ts';
import { whyNotIsolated } from './sandbox/support.ts';
import { freePort, NodeWorld, script } from './world.fixture.ts';

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const apart = await whyNotIsolated();
const modes = [
  ['none', 'that shares the machine', needsKubectl.skip],
  ['auto', 'with namespaces of its own', needsKubectl.skip || (apart ?? false)],
] as const;

for (const [isolation, what, skip] of modes) {
  describe(`with kubectl one talks to a container ${what}:`, { skip }, () => {
    let world: NodeWorld;
    let port: number;
    before(async () => {
      world = await NodeWorld.open({ listen: true });
      await world.start({ isolation });
      const image = await world.image();
      port = await freePort();
      const serve = `require('http').createServer((q, s) => s.end('from the pod')).listen(${port}, '127.0.0.1'); let n = 0; setInterval(() => console.log('tick', n++), 50)`;
      await world.run('shop', {
        containers: [{ ...script('web', image, serve), env: [{ name: 'GREETING', value: 'good day' }] }],
      });
      await world.untilReady('shop');
      await world.untilLogged('shop', (text) => text.includes('tick'));
    });
    after(() => world[Symbol.asyncDispose]());

    const environment = () => ({
      PATH: process.env['PATH'] ?? '',
      HOME: world.folder,
      KUBECONFIG: world.kubeconfig,
    });
    const kubectl = (args: readonly string[], input = ''): Promise<Ran> =>
      new Promise((done) => {
        const options = { env: environment(), timeout: 20_000 };
        const child = execFile('kubectl', args, options, (error, stdout, stderr) =>
          done({ code: Number(error?.code ?? 0), stdout, stderr }),
        );
        child.stdin?.end(input);
      });

    test('a command runs in its environment, and its outputs and code come back', async () => {
      const line = 'echo "$GREETING"; echo oops >&2; exit 3';
      const { code, stdout, stderr } = await kubectl(['exec', 'shop', '--', 'sh', '-c', line]);
      assert.deepEqual([code, stdout], [3, 'good day\n']);
      assert.match(stderr, /^oops\ncommand terminated with exit code 3\n$/);
    });

    test('what is typed reaches it, and the end of it too', async () => {
      const text = 'x'.repeat(200_000);
      const { code, stdout } = await kubectl(['exec', '-i', 'shop', '--', 'wc', '-c'], text);
      assert.deepEqual([code, stdout.trim()], [0, '200000']);
    });

    test('a command that is not there is told by name', async () => {
      const { code, stderr } = await kubectl(['exec', 'shop', '--', 'gunicornn']);
      assert.equal(code, 1);
      assert.match(stderr, /executable file not found in \$PATH/);
      const other = await kubectl(['exec', 'shop', '-c', 'none', '--', 'true']);
      assert.match(other.stderr, /container none (is not valid for|not found in) pod shop/);
    });

    test('files are copied in and out', async () => {
      const here = join(world.folder, 'here.txt');
      await writeFile(here, 'from here');
      const into = await kubectl(['cp', here, 'shop:copied.txt']);
      assert.deepEqual([into.code, into.stderr], [0, '']);
      const back = join(world.folder, 'back.txt');
      await kubectl(['cp', 'shop:copied.txt', back]);
      assert.equal(await readFile(back, 'utf8'), 'from here');
    });

    test('a terminal has the size of the client, echoes, and gives the code back', async () => {
      // The size is told beside what is typed: it may come later.
      const inside = `test -t 0 && echo terminal; until [ "$(stty size)" = "37 91" ]; do read again; done; read line; eval "$line"`;
      const inner = `stty cols 91 rows 37; kubectl exec -it shop -- sh -c '${inside}'; echo code $?`;
      const child = spawn('script', ['-q', '-f', '-E', 'always', '-c', inner, '/dev/null'], {
        env: { ...environment(), SHELL: '/bin/sh' },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      let shown = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        shown += text;
      });
      const type = setInterval(() => child.stdin.write('echo typed; exit 5\n'), 300);
      await new Promise((done) => child.once('close', done));
      clearInterval(type);
      for (const line of ['terminal', 'echo typed; exit 5', 'typed'])
        assert.match(shown, new RegExp(`^${line}\r?$`, 'm'));
      assert.match(shown, /code 5/);
    });

    test('what it writes is seen from now on', async () => {
      const child = spawn('kubectl', ['attach', 'shop'], { env: environment() });
      let shown = '';
      await new Promise<void>((done) => {
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          shown += text;
          if (/tick \d+\n.*tick \d+\n/s.test(shown)) done();
        });
      });
      child.kill();
      assert.doesNotMatch(shown, /tick 0\n/);
    });

    test('it is run to be talked to, and ends when its input does', async () => {
      const image = await world.image();
      const overrides = { spec: { nodeName: 'n1', terminationGracePeriodSeconds: 0 } };
      const args = ['run', 'calc', '-i', '--rm', '--restart=Never', `--image=${image}`];
      const apart = [`--overrides=${JSON.stringify(overrides)}`, '--command', '--', 'sh', '-c'];
      const { code, stdout } = await kubectl(
        [...args, ...apart, 'read a; echo "[$a]"; cat; exit 0'],
        'one\ntwo\n',
      );
      assert.equal(code, 0);
      assert.match(stdout, /two/);
    });

    test('another container is put beside it, to look at it', async () => {
      const image = await world.image();
      const args = ['debug', 'shop', '-i', `--image=${image}`, '-c', 'looker', '--', 'sh', '-c'];
      const { code } = await kubectl([...args, 'read a; echo "looking for $a"'], 'faults\n');
      assert.equal(code, 0);
      const { status } = await world.until('shop', ({ status }) =>
        Boolean(status?.ephemeralContainerStatuses?.[0]?.state?.terminated),
      );
      assert.equal(status?.ephemeralContainerStatuses?.[0]?.state?.terminated?.exitCode, 0);
      assert.equal(await world.logs('shop', { container: 'looker' }), 'looking for faults\n');
    });

    test('it has a terminal of its own if it wants one', async () => {
      const image = await world.image();
      const line =
        'test -t 0 && echo at a terminal; until [ "$(stty size)" = "22 77" ]; do read a; done; echo "typed $a"';
      await world.run('screen', {
        restartPolicy: 'Never',
        containers: [{ name: 'web', image, command: ['sh', '-c', line], stdin: true, tty: true }],
      });
      await world.untilLogged('screen', (text) => text.includes('at a terminal'));
      const child = spawn(
        'script',
        ['-q', '-f', '-c', 'stty cols 77 rows 22; kubectl attach -it screen', '/dev/null'],
        {
          env: { ...environment(), SHELL: '/bin/sh' },
          stdio: ['pipe', 'ignore', 'ignore'],
        },
      );
      const type = setInterval(() => child.stdin.write('hello\n'), 300);
      const { status } = await world.until('screen', ({ status }) => status?.phase === 'Succeeded');
      clearInterval(type);
      child.kill();
      assert.equal(status?.containerStatuses?.[0]?.state?.terminated?.exitCode, 0);
      assert.match(await world.logs('screen'), /typed hello\r?\n/);
    });

    test('its ports are reached from here', async () => {
      const child = spawn('kubectl', ['port-forward', 'pod/shop', `:${port}`], { env: environment() });
      const local = await new Promise<string>((done, fail) => {
        let said = '';
        child.stderr.on('data', (text) => (said += String(text)));
        child.once('exit', () => fail(new Error(said)));
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          const found = /127.0.0.1:(\d+) ->/.exec(text)?.[1];
          if (found !== undefined) done(found);
        });
      });
      const answers = await Promise.all(
        Array.from({ length: 5 }, async () => (await fetch(`http://127.0.0.1:${local}`)).text()),
      );
      assert.deepEqual(answers, Array(5).fill('from the pod'));
      child.kill();
    });
  });
}
