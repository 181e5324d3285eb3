import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { needsKubectl, openKubectl } from './testing/kubectl.ts';

// What a person at a terminal does to what runs.

const options = needsKubectl;
const client = await openKubectl(process.env['PATH']);
after(() => client[Symbol.asyncDispose]());

const kubectl = (...args: string[]): Promise<string> => client.run(...args);
const shown = (path: string): Promise<string> =>
  kubectl('get', 'deployment', 'web', '-o', `jsonpath={${path}}`);

test('a deployment is set, paused, resumed and restarted', options, async () => {
  await kubectl('create', 'deployment', 'web', '--image=web:1', '--port=80');
  await kubectl('set', 'image', 'deployment/web', 'web=web:2');
  await kubectl('set', 'env', 'deployment/web', 'A=1');
  await kubectl('set', 'resources', 'deployment/web', '--requests=cpu=100m', '--limits=cpu=200m');
  assert.equal(await shown('.spec.template.spec.containers[0].image'), 'web:2');
  assert.equal(await shown('.spec.template.spec.containers[0].env[0].value'), '1');
  assert.equal(await shown('.spec.template.spec.containers[0].resources.requests.cpu'), '100m');
  await kubectl('rollout', 'pause', 'deployment/web');
  assert.equal(await shown('.spec.paused'), 'true');
  await kubectl('rollout', 'resume', 'deployment/web');
  await kubectl('rollout', 'restart', 'deployment/web');
  assert.match(await shown('.spec.template.metadata.annotations'), /kubectl.kubernetes.io\/restartedAt/);
});

test('a node is drained within the budgets of its pods', options, async () => {
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'far' } };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'one', labels: { app: 'one' } },
    spec: {
      nodeName: 'far',
      automountServiceAccountToken: false,
      containers: [{ name: 'main', image: 'main' }],
    },
  };
  await kubectl('apply', '-f', await client.file('node.json', node));
  await kubectl('apply', '-f', await client.file('pod.json', pod));
  const drain = ['drain', 'far', '--force', '--grace-period=0'];
  assert.match(await kubectl(...drain, '--dry-run=server'), /node\/far drained \(server dry run\)/);
  assert.match(await kubectl(...drain, '--timeout=10s'), /node\/far drained/);
  assert.match(await client.refused('get', 'pod', 'one'), /not found/);
});

test('a pod is deleted with the time that it is given', options, async () => {
  await kubectl('run', 'two', '--image=x', '--overrides={"spec":{"nodeName":"far"}}');
  await kubectl('delete', 'pod', 'two', '--grace-period=5', '--wait=false');
  const path = 'jsonpath={.metadata.deletionGracePeriodSeconds}';
  assert.equal(await kubectl('get', 'pod', 'two', '-o', path), '5');
  await kubectl('delete', 'pod', 'two', '--grace-period=0', '--force');
  assert.match(await client.refused('get', 'pod', 'two'), /not found/);
});
