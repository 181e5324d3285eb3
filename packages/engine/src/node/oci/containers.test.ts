import type { Container, Pod, PodSpec } from '@fairlead/kube';
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { ImageParts } from '../image/registry.fixture.ts';
import { deadlineMs, NodeWorld } from '../world.fixture.ts';
import { busyboxImage, whyNoContainers } from './busybox.fixture.ts';

const shell = (script: string) => ({ command: ['sh', '-c', script] });

const isOver = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed';
const stateOf = ({ status }: Pod) => status?.containerStatuses?.[0]?.state;

async function openWorld(): Promise<NodeWorld> {
  const world = await NodeWorld.open();
  await world.start({ isolation: 'auto' });
  return world;
}

interface Asked {
  readonly image?: ImageParts;
  readonly container?: Partial<Container>;
  readonly spec?: Partial<PodSpec>;
}

async function begin(world: NodeWorld, { image, container, spec }: Asked): Promise<void> {
  const built = await world.image(busyboxImage(image));
  const containers = [{ name: 'c', image: built, ...container }];
  await world.run('p', { restartPolicy: 'Never', containers, ...spec });
}

/** Runs one container to its end. */
async function runOnce(asked: Asked): Promise<{ readonly pod: Pod; readonly log: string }> {
  await using world = await openWorld();
  await begin(world, asked);
  const pod = await world.until('p', isOver);
  return { pod, log: await world.logs('p') };
}

async function endOf(asked: Asked): Promise<Pod> {
  await using world = await openWorld();
  await begin(world, asked);
  return await world.until('p', isOver);
}

/** Why its container waits. */
async function waitingOf(asked: Asked): Promise<string> {
  await using world = await openWorld();
  await begin(world, asked);
  const pod = await world.until('p', (one) => /Error|BackOff/.test(stateOf(one)?.waiting?.reason ?? ''));
  const { reason, message } = stateOf(pod)?.waiting ?? {};
  return `${reason}: ${message}`.replaceAll(pod.metadata.uid ?? '', 'UID');
}

describe('A container with a root of its own', { skip: whyNoContainers }, () => {
  test('sees its image’s files and nothing of the machine’s, and is the first of its processes', async () => {
    const look = 'read -r pid rest </proc/self/stat; echo $pid; ls / /home; hostname; ls /dev/null /dev/shm/';
    const { log } = await runOnce({ container: shell(look) });
    const root = ['/:', 'bin', 'dev', 'etc', 'home', 'proc', 'sys', 'tmp', 'var', ''];
    assert.deepEqual(log.trim().split('\n'), [
      '1',
      ...root,
      '/home:',
      'shop',
      'p',
      '/dev/null',
      '',
      '/dev/shm/:',
    ]);
  });

  test('starts as its image says, unless the pod says otherwise', async () => {
    const config = {
      Entrypoint: ['/bin/sh', '-c', 'echo "$0 $1 $A $B $HOME in $PWD"'],
      Cmd: ['x', 'y'],
      Env: ['A=image', 'B=image'],
      WorkingDir: '/made/here',
    };
    const plain = await runOnce({ image: { config } });
    assert.equal(plain.log, 'x y image image /root in /made/here\n');
    const told = { args: ['z'], env: [{ name: 'B', value: 'pod' }], workingDir: '/tmp' };
    const other = await runOnce({ image: { config }, container: told });
    assert.equal(other.log, 'z  image pod /root in /tmp\n');
  });

  test('runs as the user of its image, found in the image’s tables, with the groups that it is in', async () => {
    const look = shell('id -u; id -g; id -G; cat ~/mine; echo $HOME');
    const { log } = await runOnce({ image: { config: { User: 'shop' } }, container: look });
    assert.equal(log, '1000\n1001\n1001 12\nof shop\n/home/shop\n');
    const asked = { ...look, securityContext: { runAsUser: 7, runAsGroup: 8 } };
    const other = await runOnce({ container: asked, spec: { securityContext: { fsGroup: 9 } } });
    assert.deepEqual(other.log.split('\n').slice(0, 3), ['7', '8', '8 9']);
  });

  test('does not run as root where the pod forbids it, and says so as a kubelet does', async () => {
    const securityContext = { runAsNonRoot: true };
    const who = '(pod: "p_default(UID)", container: c)';
    assert.equal(
      await waitingOf({ container: { ...shell('id'), securityContext } }),
      `CreateContainerConfigError: container has runAsNonRoot and image will run as root ${who}`,
    );
    assert.equal(
      await waitingOf({
        container: { ...shell('id'), securityContext },
        image: { config: { User: 'shop' } },
      }),
      `CreateContainerConfigError: container has runAsNonRoot and image has non-numeric user (shop), cannot verify user is non-root ${who}`,
    );
    assert.match(
      await waitingOf({ container: shell('id'), image: { config: { User: 'nobody' } } }),
      /^CreateContainerError: unable to find user nobody/,
    );
  });

  test('has the rights of a container, and those that the pod adds or takes', async () => {
    const look = 'grep -E "^(CapEff|NoNewPrivs|Seccomp):" /proc/self/status; (mount -t tmpfs x /tmp) 2>&1';
    const usual = await runOnce({ container: shell(look) });
    assert.match(
      usual.log,
      /CapEff:\t00000000a00425fb[^]*NoNewPrivs:\t0[^]*Seccomp:\t2[^]*permission denied/,
    );
    const securityContext = {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: ['CHOWN'] },
      seccompProfile: { type: 'Unconfined' as const },
    };
    const less = await runOnce({ container: { ...shell(look), securityContext } });
    assert.match(less.log, /CapEff:\t0000000000000001[^]*NoNewPrivs:\t1[^]*Seccomp:\t0/);
  });

  test('writes to volumes alone when its root is read-only', async () => {
    const container = {
      ...shell(
        '(echo x >/etc/x) 2>&1; echo y >/data/y; cat /data/y; cat /etc/hosts | grep -c localhost; echo why >/dev/termination-log',
      ),
      securityContext: { readOnlyRootFilesystem: true },
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
    };
    const { log, pod } = await runOnce({ container, spec: { volumes: [{ name: 'data', emptyDir: {} }] } });
    assert.match(log, /Read-only file system\ny\n/);
    assert.equal(stateOf(pod)?.terminated?.message, 'why\n');
  });

  test('sees what layers hide, and bits that files of the machine never have', async () => {
    const layers = [
      [
        { name: 'a/one', content: '1' },
        { name: 'b/two', content: '2' },
        { name: 'suid', content: '#!', mode: 0o4755 },
      ],
      [
        { name: 'a/.wh.one', content: '' },
        { name: 'b/.wh..wh..opq', content: '' },
        { name: 'b/three', content: '3' },
      ],
    ];
    const { log } = await runOnce({
      image: { layers },
      container: shell('ls a b; stat -c %a suid /tmp; echo new >b/three; cat b/three'),
    });
    assert.equal(log, 'a:\n\nb:\nthree\n4755\n1777\nnew\n');
  });

  test('shares localhost and volumes with the others of its pod', async () => {
    await using world = await openWorld();
    const image = await world.image(busyboxImage());
    const volumeMounts = [{ name: 'pages', mountPath: '/pages' }];
    const sub = [{ name: 'pages', mountPath: '/in', subPath: 'inner/deep' }];
    const serve = 'echo hello >/pages/index.html; httpd -f -p 80 -h /pages';
    const ask = 'until wget -qO- http://localhost; do sleep 0.05; done; echo x >/in/x; sleep 1000';
    await world.run('p', {
      volumes: [{ name: 'pages', emptyDir: {} }],
      containers: [
        {
          name: 'web',
          image,
          ...shell(serve),
          volumeMounts,
          readinessProbe: { httpGet: { port: 80, path: '/inner/deep/x' } },
        },
        { name: 'near', image, ...shell(ask), volumeMounts: sub },
      ],
    });
    const { status } = await world.untilReady('p');
    assert.equal(await (await fetch(`http://${status?.podIP}`)).text(), 'hello\n');
    assert.match(await world.logs('p', { container: 'near' }), /hello\n$/);
  });

  test('that wants more memory than its limit is ended, and told so', async () => {
    const eat = 'a=x; while :; do a=$a$a; done';
    const { pod } = await runOnce({
      container: { ...shell(eat), resources: { limits: { memory: '20Mi' } } },
    });
    const { terminated } = stateOf(pod) ?? {};
    assert.deepEqual([terminated?.reason, terminated?.exitCode], ['OOMKilled', 137]);
  });

  test('answers probes by its own programs', async () => {
    await using world = await openWorld();
    const image = await world.image(busyboxImage({ config: { User: 'shop' } }));
    const readinessProbe = { exec: { command: ['sh', '-c', 'test "$A" = b && test "$(id -u)" = 1000'] } };
    const container = { name: 'c', image, ...shell('sleep 1000'), env: [{ name: 'A', value: 'b' }] };
    await world.run('p', { containers: [{ ...container, readinessProbe }] });
    await world.untilReady('p');
  });

  test('whose command is not there did never start', async () => {
    const missing = await endOf({ container: { command: ['nosuch'] } });
    const { reason, message, exitCode } = stateOf(missing)?.terminated ?? {};
    assert.deepEqual(
      [reason, exitCode, message],
      ['StartError', 128, 'exec: "nosuch": executable file not found in $PATH'],
    );
  });

  test('is asked to end by the signal that its image names, and leaves nothing behind', async () => {
    await using world = await openWorld();
    const script =
      'trap "echo quit; exit 4" QUIT; trap "echo term" TERM; (setsid sleep 1000 &); echo up; while :; do sleep 0.05; done';
    await begin(world, { image: { config: { StopSignal: 'SIGQUIT' } }, container: shell(script) });
    await world.untilLogged('p', (text) => text.includes('up'));
    const ended = world.until('p', (pod) => stateOf(pod)?.terminated !== undefined);
    await world.delete('p');
    assert.equal(stateOf(await ended)?.terminated?.exitCode, 4);
    await world.untilGone('p');
    assert.deepEqual(await world.processes(), []);
    assert.deepEqual(await readdir(join(world.folder, 'runtime')), []);
    assert.doesNotMatch(await readFile('/proc/self/mountinfo', 'utf8'), new RegExp(world.folder));
  });

  test('goes on while no node runs, and is taken up with its exit code', {
    timeout: 2 * deadlineMs,
  }, async () => {
    await using world = await openWorld();
    const script = 'trap "exit 6" TERM; echo up; while :; do sleep 0.05; done';
    await begin(world, {
      container: { ...shell(script), readinessProbe: { exec: { command: ['true'] } } },
      spec: { restartPolicy: 'Always' },
    });
    const before = await world.untilReady('p');
    await world.node?.close();
    await world.start({ isolation: 'auto' });
    const after = await world.untilReady('p');
    assert.equal(stateOf(after)?.running?.startedAt, stateOf(before)?.running?.startedAt);
    const ended = world.until('p', (pod) => stateOf(pod)?.terminated !== undefined);
    await world.delete('p');
    assert.equal(stateOf(await ended)?.terminated?.exitCode, 6);
  });
});
