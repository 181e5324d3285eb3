import { type Container, pods, type PodSpec } from '@fairlead/kube';
import assert from 'node:assert/strict';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { whyNotIsolated } from './sandbox/support.ts';
import { NodeWorld, script } from './world.fixture.ts';

const why = await whyNotIsolated();

/** What a program that means ill tries; each gives what it got hold of, or why it did not. */
const attack = (code: string) => `
const fs = require('fs'), net = require('net'), { execFileSync } = require('child_process');
const attempt = (work) => { try { return work(); } catch (e) { return e.code ?? e.message; } };
const dial = (host, port) => new Promise((done) => {
  const s = net.connect({ host, port, timeout: 1500 }, () => { s.destroy(); done('connected'); });
  s.once('error', (e) => done(e.code)).once('timeout', () => { s.destroy(); done('silence'); });
});
(async () => { ${code} })().then((found) => console.log(JSON.stringify(found)));`;

describe('A hostile pod on a node that keeps pods apart', { skip: why }, () => {
  let world: NodeWorld;
  let victimAddress: string;
  const secret = 'the-others-secret';

  before(async () => {
    world = await NodeWorld.open({ listen: true, controllers: true });
    await world.start({ isolation: 'auto' });
    await writeFile(join(world.folder, 'platform-key'), secret);
    await world.client.json({
      method: 'POST',
      path: '/api/v1/namespaces',
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'evil' } },
    } as never);
    const image = await world.image();
    const serve = `require('fs').writeFileSync('/data/note', process.env.SECRET, { mode: 0o644 }); require('http').createServer((q, a) => a.end()).listen(7777, '127.0.0.1')`;
    await world.run('victim', {
      containers: [
        {
          ...script('web', image, serve),
          env: [{ name: 'SECRET', value: secret }],
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
          readinessProbe: { exec: { command: ['test', '-e', '/data/note'] }, periodSeconds: 1 },
        },
      ],
      volumes: [{ name: 'data', emptyDir: {} }],
    });
    victimAddress = (await world.untilReady('victim')).status?.podIP ?? '';
  });
  after(() => world[Symbol.asyncDispose]());

  const run = async (code: string, more: Partial<PodSpec> & { container?: Partial<Container> } = {}) => {
    const { container, ...spec } = more;
    const image = await world.image();
    const containers = [{ ...script('c', image, attack(code)), ...container }];
    const metadata = { name: 'hostile', namespace: 'evil' };
    const resource = world.client.resource(pods);
    await resource.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: { nodeName: 'n1', restartPolicy: 'Never', terminationGracePeriodSeconds: 1, ...spec, containers },
    });
    await world.untilEnded(metadata);
    const chunks: Uint8Array[] = [];
    for await (const chunk of world.client.logs(metadata)) chunks.push(chunk);
    await resource.delete(metadata, { gracePeriodSeconds: 1 });
    await world.untilGone(metadata.name, metadata.namespace);
    const text = Buffer.concat(chunks).toString();
    assert.doesNotMatch(text, new RegExp(secret));
    return JSON.parse(text.split('\n')[0] ?? '') as Record<string, unknown>;
  };

  test('reads neither the platform’s data nor another pod’s, by any path it can name', async () => {
    const pod = await world.client.resource(pods).get({ namespace: 'default', name: 'victim' });
    const folder = join(world.folder, 'pods', pod.metadata.uid ?? '');
    const paths = [
      join(world.folder, 'platform-key'),
      world.folder,
      join(folder, 'volumes/data/note'),
      '/data/note',
      '/etc/shadow',
      '/proc/1/root/etc/shadow',
      '/proc/1/environ',
      '/proc/1/cwd/etc/shadow',
      '/dev/vda',
      '/dev/mem',
      '/proc/kcore',
      '/root/.bash_history',
    ];
    const found = await run(
      `return Object.fromEntries(${JSON.stringify(paths)}.map((path) => [path, attempt(() => fs.readFileSync(path, 'utf8').length)]))`,
    );
    for (const [path, got] of Object.entries(found))
      assert.match(String(got), /^(ENOENT|EACCES|EPERM)$/, `${path}: ${String(got)}`);
  });

  test('sees and ends no process but its own', async () => {
    const found = await run(`return {
      seen: fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).length,
      first: attempt(() => process.kill(1, 'SIGKILL')),
      all: attempt(() => { for (let pid = 100; pid < 40000; pid += 1) try { process.kill(pid, 0); return pid; } catch {} }) ?? 'none',
    }`);
    assert.ok(Number(found['seen']) < 10);
    assert.equal(found['first'], 'EPERM');
    assert.equal(found['all'], 'none');
    assert.equal((await world.untilReady('victim')).status?.containerStatuses?.[0]?.restartCount, 0);
  });

  test('reaches no port of another’s localhost, nor of the machine’s', async () => {
    const server = createServer().listen(0, '127.0.0.1').unref();
    await new Promise((done) => server.once('listening', done));
    const { port } = server.address() as { port: number };
    const found = await run(`return {
      own: await dial('127.0.0.1', 7777), others: await dial('${victimAddress}', 7777), machine: await dial('127.0.0.1', ${port}),
      route: attempt(() => execFileSync('ip', ['route', 'add', '127.0.0.0/8', 'via', '10.0.0.1'], { stdio: 'pipe' }).length),
    }`);
    server.close();
    assert.deepEqual(
      { ...found, route: undefined },
      { own: 'ECONNREFUSED', others: 'ECONNREFUSED', machine: 'ECONNREFUSED', route: undefined },
    );
    assert.notEqual(found['route'], 0);
  });

  test('gains no right: not by programs that give some, not by namespaces, not by the kernel’s switches', async () => {
    const found = await run(`
      const shell = (line) => attempt(() => execFileSync('sh', ['-c', line + ' 2>&1; true'], { stdio: 'pipe' }).toString());
      return {
        mount: shell('mount -t tmpfs none /tmp && echo gained'), user: shell('unshare -Ur id -u && echo gained'),
        su: shell('su -c id root </dev/null && echo gained'), switch: attempt(() => fs.writeFileSync('/proc/sys/kernel/core_pattern', '|/x')),
        trigger: attempt(() => fs.writeFileSync('/proc/sysrq-trigger', 'x')), device: shell('mknod /tmp/d b 254 0 && echo gained'),
        nice: attempt(() => fs.writeFileSync('/usr/bin/evil', '')), name: shell('hostname evil && echo gained'),
      }`);
    for (const [way, got] of Object.entries(found))
      assert.doesNotMatch(String(got ?? 'gained'), /gained|^0$/, `${way}: ${String(got)}`);
  });

  test('a link in its volume leads no mount out of it', async () => {
    const link = `fs.symlinkSync('/etc', '/data/part'); fs.mkdirSync('/data/deep'); fs.symlinkSync('${world.folder}', '/data/deep/part')`;
    const image = await world.image();
    const found = await run(`return attempt(() => fs.readdirSync('/data'))`, {
      initContainers: [
        { ...script('first', image, attack(link)), volumeMounts: [{ name: 'data', mountPath: '/data' }] },
      ],
      container: { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
      volumes: [{ name: 'data', emptyDir: {} }],
    });
    assert.deepEqual(found, ['deep', 'part']);
    const hidden = await readdir(world.folder);
    assert.ok(hidden.includes('platform-key'));
  });

  test('nobody of another namespace has its user', async () => {
    const users = JSON.parse(await readFile(join(world.folder, 'users.json'), 'utf8')) as Record<
      string,
      number
    >;
    assert.notEqual(users['default'], users['evil']);
    assert.equal((await stat(join(world.folder, 'pods'))).mode & 0o077, 0);
    const found = await run(`return { uid: process.getuid(), groups: process.getgroups() }`);
    assert.deepEqual(found, { uid: users['evil'], groups: [users['evil']] });
  });
});
