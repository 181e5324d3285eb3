import { systemClock } from '@fairlead/kube';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openCgroups } from './cgroup/cgroups.ts';
import { whyNotIsolated } from './sandbox/support.ts';
import { condition, NodeWorld, script } from './world.fixture.ts';

const why = await whyNotIsolated();

const canLimit = async (folder: string) => (await openCgroups(folder)) !== undefined;

const server = `require('http').createServer((q, a) => a.end(process.env.NAME)).listen(8080)`;

describe('A node that keeps pods apart', { skip: why }, () => {
  test('says so, and runs two pods on one fixed port, each with a companion at its localhost', async () => {
    await using world = await NodeWorld.open();
    await world.start({ isolation: 'auto' });
    const image = await world.image();
    for (const name of ['a', 'b']) {
      const companion = `const look = () => require('http').get('http://127.0.0.1:8080', (a) => a.on('data', (d) => console.log('near: ' + d))).on('error', () => setTimeout(look, 20)); look(); setInterval(() => {}, 1000)`;
      await world.run(name, {
        containers: [
          {
            ...script('web', image, server),
            env: [{ name: 'NAME', value: `pod ${name}` }],
            ports: [{ containerPort: 8080 }],
            readinessProbe: { httpGet: { path: '/', port: 8080 } },
          },
          script('near', image, companion),
        ],
      });
    }
    const pods = await Promise.all(['a', 'b'].map((name) => world.untilReady(name)));
    const [a, b] = pods.map(({ status }) => status?.podIP ?? '');
    assert.match(a ?? '', /^10\./);
    assert.notEqual(a, b);
    for (const name of ['a', 'b']) {
      const options = { container: 'near', follow: true, signal: AbortSignal.timeout(5000) };
      let text = '';
      for await (const chunk of world.client.logs({ namespace: 'default', name }, options)) {
        text += Buffer.from(chunk).toString();
        if (text.includes('near')) break;
      }
      assert.equal(text, `near: pod ${name}\n`);
    }
    const { items } = await world.client.json<{
      items: { status: { conditions: { type: string; status: string }[] } }[];
    }>({ path: '/api/v1/nodes' });
    assert.equal(items[0]?.status.conditions.find(({ type }) => type === 'Isolation')?.status, 'True');
  });

  test('mounts at absolute paths, and the working folder is the container’s own', async () => {
    await using world = await NodeWorld.open();
    await world.start({ isolation: 'auto' });
    const image = await world.image({ config: { WorkingDir: '/app' } });
    await world.client.json({
      method: 'POST',
      path: '/api/v1/namespaces/default/configmaps',
      body: { metadata: { name: 'settings' }, data: { 'a.conf': 'on' } },
    } as never);
    const look = `const fs = require('fs'); fs.writeFileSync('/data/x', 'y'); console.log(fs.readFileSync('/etc/shop/a.conf', 'utf8'), process.cwd(), fs.existsSync('${world.folder}'), fs.readdirSync('/data').join())`;
    await world.run('m', {
      restartPolicy: 'Never',
      containers: [
        {
          ...script('c', image, look),
          volumeMounts: [
            { name: 'settings', mountPath: '/etc/shop' },
            { name: 'data', mountPath: '/data' },
            { name: 'settings', mountPath: '/data/inner' },
            { name: 'data', mountPath: '/usr/share/part', subPath: 'inside/part' },
          ],
        },
      ],
      volumes: [
        { name: 'settings', configMap: { name: 'settings' } },
        { name: 'data', emptyDir: {} },
      ],
    });
    await world.until('m', ({ status }) => status?.phase === 'Succeeded' || status?.phase === 'Failed');
    assert.equal(await world.logs('m'), 'on /app false inner,inside,x\n');
  });

  test('pods go on while no node runs, and are taken up with their addresses', async () => {
    await using world = await NodeWorld.open();
    const node = await world.start({ isolation: 'auto' });
    const image = await world.image();
    const probe = {
      periodSeconds: 1,
      exec: { command: ['node', '-e', 'process.exit(process.env.NAME === "x" ? 0 : 1)'] },
    };
    await world.run('a', {
      containers: [
        { ...script('web', image, server), env: [{ name: 'NAME', value: 'x' }], readinessProbe: probe },
      ],
    });
    const before = await world.untilReady('a');
    await node.close();
    const url = `http://${before.status?.podIP}:8080`;
    assert.equal(await (await fetch(url)).text(), 'x');
    await world.start({ isolation: 'auto' });
    const after = await world.untilReady('a');
    assert.equal(after.status?.podIP, before.status?.podIP);
    assert.equal(after.status?.containerStatuses?.[0]?.restartCount, 0);
    assert.equal(await (await fetch(url)).text(), 'x');
    const begun = systemClock.now();
    await world.delete('a');
    await world.untilGone('a');
    assert.ok(systemClock.now() - begun < 4000);
    assert.equal(condition(after, 'Ready'), 'True');
  });

  test('a container that takes more memory than its limit is ended, and its status says why', async (t) => {
    await using world = await NodeWorld.open();
    await world.start({ isolation: 'auto' });
    if (!(await canLimit(world.folder))) return t.skip('this machine lets nobody make control groups');
    const image = await world.image();
    const greedy = `const held = []; for (;;) held.push(Buffer.alloc(8 * 1024 * 1024, 1))`;
    await world.run('greedy', {
      restartPolicy: 'Never',
      containers: [{ ...script('c', image, greedy), resources: { limits: { memory: '96Mi', cpu: '1' } } }],
    });
    const pod = await world.until('greedy', ({ status }) => status?.phase === 'Failed');
    const { terminated } = pod.status?.containerStatuses?.[0]?.state ?? {};
    assert.deepEqual([terminated?.reason, terminated?.exitCode], ['OOMKilled', 137]);
  });

  test('a pod with the token of its service account reaches the API by its Service', async () => {
    await using world = await NodeWorld.open({ listen: true, controllers: true });
    await world.start({ isolation: 'auto' });
    const image = await world.image();
    const ask = `
      const fs = require('fs'), at = '/var/run/secrets/kubernetes.io/serviceaccount/';
      const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
      require('https').get({ agent: false, host, port, path: '/apis/authentication.k8s.io', ca: fs.readFileSync(at + 'ca.crt'), headers: { authorization: 'Bearer ' + fs.readFileSync(at + 'token') } },
        (answer) => console.log(answer.resume().statusCode, fs.readFileSync(at + 'namespace', 'utf8'))).on('error', (e) => console.log(e.message));`;
    await world.run('client', { restartPolicy: 'Never', containers: [script('c', image, ask)] });
    await world.untilEnded({ namespace: 'default', name: 'client' });
    assert.equal(await world.logs('client'), '200 default\n');
  });
});
