import { services } from '@fairlead/kube';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { whyNotIsolated } from './sandbox/support.ts';
import { NodeWorld, script } from './world.fixture.ts';

const why = await whyNotIsolated();

const serve = `require('http').createServer((q, a) => q.url === '/self' ? fetch('http://web').then((r) => r.text()).then((t) => a.end(t), (e) => a.end(String(e.cause))) : a.end(process.env.HOSTNAME)).listen(8080)`;
/** Runs in a pod; tells what it finds in a line. */
const ask = (code: string) => `
const dns = require('dns/promises');
const get = (url) => fetch(url, { headers: { connection: 'close' } }).then((a) => a.text(), (e) => e.cause?.code ?? e.message);
(async () => { ${code} })().then((found) => console.log(JSON.stringify(found)), (e) => console.log('failed', e));`;

describe('Services of a node that keeps pods apart', { skip: why }, () => {
  const openWorld = async () => {
    const world = await NodeWorld.open({ listen: true, controllers: true });
    await world.start({ isolation: 'auto' });
    return world;
  };
  const run = async (world: NodeWorld, code: string) => {
    const image = await world.image();
    await world.run('client', { restartPolicy: 'Never', containers: [script('c', image, ask(code))] });
    await world.until('client', ({ status }) => status?.phase === 'Succeeded' || status?.phase === 'Failed');
    const text = await world.logs('client');
    await world.delete('client');
    await world.untilGone('client');
    return JSON.parse(text) as unknown;
  };
  const backend = async (world: NodeWorld, name: string, more: object = {}) => {
    const image = await world.image();
    return world.run(
      name,
      {
        ...more,
        containers: [
          {
            ...script('web', image, serve),
            ports: [{ name: 'http', containerPort: 8080 }],
            readinessProbe: { tcpSocket: { port: 'http' } },
          },
        ],
      },
      { app: 'web' },
    );
  };

  test('a pod reaches a Service by its name and address, itself by it too, and only what is ready', async () => {
    await using world = await openWorld();
    await world.client.resource(services).create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        selector: { app: 'web' },
        ports: [{ name: 'http', port: 80, targetPort: 'http' }],
        type: 'NodePort',
      },
    });
    await backend(world, 'a');
    await backend(world, 'b');
    await Promise.all([world.untilReady('a'), world.untilReady('b')]);
    const service = await world.client.resource(services).get({ namespace: 'default', name: 'web' });
    const { clusterIP, ports } = service.spec;
    const found = (await run(
      world,
      `const seen = new Set(); for (let i = 0; i < 200 && seen.size < 2; i += 1) seen.add(await get('http://web'));
       const { address } = await dns.lookup('web.default');
       const srv = await dns.resolveSrv('_http._tcp.web.default.svc.cluster.local');
       const named = await dns.reverse(address);
       return { seen: [...seen].sort(), address, by: process.env.WEB_SERVICE_HOST, srv: srv.map((r) => r.name + ':' + r.port), named, none: await dns.lookup('nobody').catch((e) => e.code) };`,
    )) as Record<string, unknown>;
    assert.deepEqual(found, {
      seen: ['a', 'b'],
      address: clusterIP,
      by: clusterIP,
      srv: ['web.default.svc.cluster.local:80'],
      named: ['web.default.svc.cluster.local'],
      none: 'ENOTFOUND',
    });
    const nodePort = ports?.[0]?.nodePort ?? 0;
    const seen = await (await fetch(`http://127.0.0.1:${nodePort}`)).text();
    assert.match(seen, /^[ab]$/);
    await world.delete('b');
    await world.untilGone('b');
    assert.deepEqual(await run(world, `return [await get('http://web'), await get('http://web')]`), [
      'a',
      'a',
    ]);
    const { status } = await world.untilReady('a');
    const self = await (await fetch(`http://${status?.podIP}:8080/self`)).text();
    assert.equal(self, 'a', 'a pod that asks its own Service');
    await world.delete('a');
    await world.untilGone('a');
    assert.deepEqual(await run(world, `return await get('http://web')`), 'ECONNREFUSED');
  });
});
