import { type Container, type Pod, type PodSpec, secrets } from '@fairlead/kube';
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { freePort, NodeWorld, script } from './world.fixture.ts';

describe('a container that cannot start', () => {
  let world: NodeWorld;
  let empty: string;
  before(async () => {
    world = await NodeWorld.open();
    await world.start();
    empty = await world.image();
  });
  after(() => world[Symbol.asyncDispose]());

  const waitingOf = ({ status }: Pod) => status?.containerStatuses?.[0]?.state?.waiting;
  const whyWaiting = async (name: string): Promise<string> => {
    const pod = await world.until(
      name,
      (pod) => !['ContainerCreating', undefined].includes(waitingOf(pod)?.reason),
    );
    return `${waitingOf(pod)?.reason}: ${waitingOf(pod)?.message}`;
  };
  const forever = (image: string) => script('web', image, 'setInterval(() => {}, 1000)');

  const cases: readonly (readonly [string, Partial<Container>, RegExp])[] = [
    ['an image that is no name', { image: 'Not An Image' }, /^InvalidImageName: /],
    [
      'an unknown registry',
      { image: 'evil.example/app' },
      /^ErrImagePull: .*evil.example is not one of those/,
    ],
    ['a missing image', { image: 'registry.test/app:none' }, /^ErrImagePull: .*not found in the registry/],
    [
      'a missing secret',
      { envFrom: [{ secretRef: { name: 'none' } }] },
      /^CreateContainerConfigError: secret "none" not found/,
    ],
  ];
  for (const [what, container, expected] of cases) {
    test(`because of ${what} says so`, async () => {
      const name = what.replaceAll(' ', '-');
      await world.run(name, { containers: [{ ...forever(empty), ...container }] });
      assert.match(await whyWaiting(name), expected);
      assert.equal((await world.until(name, () => true)).status?.phase, 'Pending');
    });
  }

  const refused: readonly (readonly [string, Partial<PodSpec>, Partial<Container>, RegExp])[] = [
    [
      'absolute mounts',
      { volumes: [{ name: 'a', emptyDir: {} }] },
      { volumeMounts: [{ name: 'a', mountPath: '/data' }] },
      /^NeedsNamespaces: container web mounts \/data/,
    ],
    [
      'paths of the machine',
      { volumes: [{ name: 'a', hostPath: { path: '/etc' } }] },
      {},
      /^NotServed: .*the path \/etc of the machine \(a\)/,
    ],
    [
      'other users',
      { securityContext: { runAsUser: 1000 } },
      {},
      /^NotServed: .*securityContext.runAsUser of the pod/,
    ],
    [
      'foreign probes',
      {},
      { livenessProbe: { httpGet: { host: '10.0.0.1', port: 80 } } },
      /^NotServed: .*probes of other hosts/,
    ],
  ];
  for (const [what, spec, container, expected] of refused) {
    test(`with ${what} is refused by name, on the pod and in an event`, async () => {
      const name = what.replaceAll(' ', '-');
      await world.run(name, { ...spec, containers: [{ ...forever(empty), ...container }] });
      assert.match(await whyWaiting(name), expected);
      const { status } = await world.until(name, () => true);
      assert.match(`${status?.reason}: ${status?.message}`, expected);
      const events = await world.untilEvent(name, expected);
      assert.equal(events.length, 1);
    });
  }

  test('starts when what was missing is there', async () => {
    await world.run('patient', {
      containers: [{ ...forever(empty), envFrom: [{ secretRef: { name: 'late' } }] }],
    });
    assert.match(await whyWaiting('patient'), /CreateContainerConfigError/);
    const metadata = { name: 'late', namespace: 'default' };
    await world.client.resource(secrets).create({ apiVersion: 'v1', kind: 'Secret', metadata, data: {} });
    await world.untilReady('patient');
  });

  test('because its command is not there shows that as an end', async () => {
    await world.run('typo', {
      restartPolicy: 'Never',
      containers: [{ name: 'web', image: empty, command: ['gunicornn'] }],
    });
    const { status } = await world.until('typo', ({ status }) => status?.phase === 'Failed');
    const { terminated } = status?.containerStatuses?.[0]?.state ?? {};
    assert.equal(terminated?.reason, 'StartError');
    assert.equal(terminated?.exitCode, 128);
    assert.equal(terminated?.message, 'exec: "gunicornn": executable file not found in $PATH');
  });

  test('because of a port of another pod starts when that one has gone', async () => {
    const port = await freePort();
    const ports = [{ containerPort: port }];
    await world.run('first', { containers: [{ ...forever(empty), ports }] });
    await world.untilReady('first');
    await world.run('second', { containers: [{ ...forever(empty), ports }] });
    assert.equal(await whyWaiting('second'), `PortConflict: port ${port} is taken by pod default/first`);
    await world.delete('first');
    await world.untilReady('second');
    await world.untilGone('first');
  });

  test('because of a port of the machine says so', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    const { port } = server.address() as { port: number };
    await world.run('blocked', { containers: [{ ...forever(empty), ports: [{ containerPort: port }] }] });
    assert.match(await whyWaiting('blocked'), /^PortConflict: .*another process of this machine/);
    server.close();
    await world.untilReady('blocked');
  });

  test('does not keep the others of its pod from starting', async () => {
    const missing = { name: 'other', image: 'registry.test/app:none' };
    await world.run('half', { containers: [forever(empty), missing] });
    const { status } = await world.until('half', ({ status }) =>
      Boolean(status?.containerStatuses?.[0]?.state?.running),
    );
    assert.equal(status?.phase, 'Pending');
  });
});
