import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { needsKubectl, openKubectl } from './testing/kubectl.ts';
import { widgetDefinition } from './testing/widgets.ts';

// The first client, as it is: what it asks for in one command is more than any unit test thinks of.

const options = needsKubectl;
const client = await openKubectl(process.env['PATH']);
after(() => client[Symbol.asyncDispose]());

const kubectl = (...args: string[]): Promise<string> => client.run(...args);
const refused = (...args: string[]): Promise<string> => client.refused(...args);
const file = (name: string, object: object): Promise<string> => client.file(name, object);

const deployment = (replicas: number, image = 'web:1') => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image, ports: [{ name: 'http', containerPort: 80 }] }] },
    },
  },
});

const lines = (text: string): string[][] => text.split('\n').map((line) => line.trim().split(/ {2,}/));

test('version and the kinds that are served', options, async () => {
  assert.match(await kubectl('version'), /Server Version: v1\.34\.4\+fairlead/);
  assert.match(await kubectl('api-resources'), /^deployments +deploy +apps\/v1 +true +Deployment$/m);
});

test('create, get, label, annotate, patch, delete', options, async () => {
  assert.equal(await kubectl('create', 'configmap', 'one', '--from-literal=a=1'), 'configmap/one created');
  assert.match(await refused('create', 'configmap', 'one'), /configmaps "one" already exists/);
  assert.deepEqual(lines(await kubectl('get', 'cm', 'one', '--no-headers'))[0]?.slice(0, 2), ['one', '1']);
  await kubectl('label', 'configmap', 'one', 'tier=back');
  await kubectl('annotate', 'configmap', 'one', 'note=x');
  assert.equal(await kubectl('get', 'cm', '-l', 'tier=back', '-o', 'name'), 'configmap/one');
  await kubectl('patch', 'cm', 'one', '--type=merge', '-p', '{"data":{"b":"2"}}');
  await kubectl('patch', 'cm', 'one', '--type=json', '-p', '[{"op":"remove","path":"/data/a"}]');
  assert.equal(await kubectl('get', 'cm', 'one', '-o', 'jsonpath={.data}'), '{"b":"2"}');
  assert.equal(await kubectl('delete', 'cm', 'one'), 'configmap "one" deleted');
  assert.match(await refused('get', 'cm', 'one'), /configmaps "one" not found/);
});

test('generators of namespaces, secrets, jobs, services', options, async () => {
  await kubectl('create', 'namespace', 'team');
  await kubectl('create', 'secret', 'generic', 's', '--from-literal=a=b', '-n', 'team');
  assert.equal(await kubectl('get', 'secret', 's', '-n', 'team', '-o', 'jsonpath={.data.a}'), 'Yg==');
  await kubectl('create', 'job', 'j', '--image=x', '-n', 'team');
  await kubectl('create', 'service', 'clusterip', 'svc', '--tcp=80:8080', '-n', 'team');
  const [row] = lines(await kubectl('get', 'svc', '-n', 'team', '--no-headers'));
  assert.deepEqual([row?.[0], row?.[1], row?.[4]], ['svc', 'ClusterIP', '80/TCP']);
});

test('apply from both sides, diff, scale, set image, wide output', options, async () => {
  const path = await file('web.json', deployment(2));
  assert.equal(await kubectl('apply', '-f', path), 'deployment.apps/web created');
  assert.equal(await kubectl('apply', '-f', path), 'deployment.apps/web unchanged');
  await file('web.json', deployment(2, 'web:2'));
  assert.equal(await kubectl('apply', '-f', path), 'deployment.apps/web configured');
  assert.equal(
    await kubectl('apply', '--server-side', '--force-conflicts', '-f', path),
    'deployment.apps/web serverside-applied',
  );
  assert.equal(await kubectl('diff', '-f', path), '');
  assert.equal(await kubectl('scale', 'deployment', 'web', '--replicas=5'), 'deployment.apps/web scaled');
  await kubectl('set', 'image', 'deployment/web', 'web=web:3');
  const [row] = lines(await kubectl('get', 'deploy', '-o', 'wide', '--no-headers'));
  assert.deepEqual([row?.[0], row?.[1], ...(row ?? []).slice(-3)], ['web', '0/5', 'web', 'web:3', 'app=web']);
  assert.match(await kubectl('describe', 'deploy', 'web'), /Replicas: +5 desired/);
});

test('a list of objects is checked by kubectl itself, with our documents', options, async () => {
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'listed' }, data: { a: '1' } };
  const list = (item: object) => ({ apiVersion: 'v1', kind: 'List', items: [item] });
  assert.equal(await kubectl('apply', '-f', await file('list.json', list(map))), 'configmap/listed created');
  const wrong = await file('list.json', list({ ...map, dota: 1 }));
  assert.match(await refused('apply', '-f', wrong), /unknown field "dota" in io.k8s.api.core.v1.ConfigMap/);
});

test('what is wrong is said before and after it is sent', options, async () => {
  const wrong = { ...deployment(1), spec: { ...deployment(1).spec, replicaz: 3 } };
  assert.match(
    await refused('apply', '-f', await file('wrong.json', wrong)),
    /unknown field "spec.replicaz"/,
  );
  assert.match(
    await refused('create', 'namespace', 'Bad_Name'),
    /a lowercase RFC 1123 label must consist of/,
  );
  assert.match(
    await refused('get', 'pods', '-n', 'team', '--field-selector', 'spec.x=1'),
    /field label not supported/,
  );
  assert.match(await refused('exec', 'nothing', '--', 'ls'), /pods "nothing" not found/);
});

test('explain', options, async () => {
  assert.match(await kubectl('explain', 'deployment.spec.replicas'), /FIELD: replicas <integer>/);
  assert.match(await kubectl('explain', 'pods.spec.containers', '--recursive'), /imagePullPolicy\t<string>/);
});

test('custom resources: define, apply, columns, explain, scale, remove', options, async () => {
  const definition = widgetDefinition();
  await kubectl('apply', '-f', await file('crd.json', definition));
  await kubectl('wait', '--for=condition=Established', 'crd/widgets.example.com', '--timeout=5s');
  const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' }, spec: { size: 3 } };
  assert.equal(
    await kubectl('apply', '-f', await file('widget.json', widget)),
    'widget.example.com/w created',
  );
  assert.deepEqual(lines(await kubectl('get', 'wd'))[0], ['NAME', 'SIZE', 'READY']);
  assert.match(await kubectl('explain', 'widgets.spec.size'), /How large it is\./);
  await kubectl('scale', 'widget', 'w', '--replicas=4');
  assert.equal(
    await kubectl('get', 'wd', 'w', '-o', 'jsonpath={.spec}'),
    '{"color":"grey","replicas":4,"size":3}',
  );
  assert.match(
    await refused('patch', 'wd', 'w', '--type=merge', '-p', '{"spec":{"size":0}}'),
    /spec.size in body should be greater than or equal to 1/,
  );
  await kubectl('delete', 'crd', 'widgets.example.com', '--timeout=10s');
  assert.match(await refused('get', 'widgets'), /doesn't have a resource type "widgets"|could not find/);
});

test('get --watch shows what happens as it happens', options, async () => {
  const watching = spawn('kubectl', ['get', 'configmaps', '-w', '--no-headers'], { env: client.environment });
  await kubectl('create', 'configmap', 'seen', '--from-literal=a=1');
  let text = '';
  for await (const part of watching.stdout) {
    text += String(part);
    if (text.includes('seen')) break;
  }
  watching.kill();
  await once(watching, 'exit');
});

test('who am I, and may I', options, async () => {
  assert.equal(await kubectl('auth', 'can-i', 'get', 'pods'), 'yes');
  assert.match(await kubectl('auth', 'whoami'), /Username +admin/);
  assert.equal(await kubectl('get', '--raw', '/readyz'), 'ok');
});
