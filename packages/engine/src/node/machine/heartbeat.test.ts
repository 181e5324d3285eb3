import { createClient, leases, nodes, systemClock, type Transport } from '@fairlead/kube';
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { startEngine } from '../../engine.ts';
import { judgeNode } from './conditions.ts';
import { startHeartbeat } from './heartbeat.ts';
import type { Measures } from './measure.ts';

const beatOnce = async (transport: Transport): Promise<string[]> => {
  const writes: string[] = [];
  const client = createClient((request) => {
    if (request.method !== 'GET') writes.push(`${request.method} ${request.path}`);
    return transport(request);
  });
  const heartbeat = startHeartbeat({
    client,
    clock: systemClock,
    nodeName: 'n1',
    version: 'v1',
    platform: { os: 'linux', architecture: 'amd64' },
    address: '127.0.0.1',
    dataFolder: tmpdir(),
    notIsolated: 'the node was told so',
    ownRoots: false,
    onError: (error) => assert.fail(String(error)),
  });
  await heartbeat.registered;
  heartbeat.close();
  return writes;
};

test('a node registers itself, and at rest only its lease is written', async () => {
  await using engine = await startEngine({ freeze: true });
  const client = createClient(engine.transport());
  await beatOnce(engine.transport());
  const node = await client.resource(nodes).get({ name: 'n1' });
  assert.deepEqual(node.metadata.labels, {
    'kubernetes.io/hostname': 'n1',
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'engine.fairlead.dev/own-roots': 'false',
  });
  const conditions = node.status?.conditions?.map(({ type, status }) => `${type}=${status}`);
  assert.deepEqual(conditions?.slice(2), ['PIDPressure=False', 'Ready=True', 'Isolation=False']);
  assert.match(String(node.status?.capacity?.['ephemeral-storage']), /^\d+Ki$/);
  assert.ok(Number(node.status?.capacity?.['cpu']) > 0);
  assert.match(String(node.status?.capacity?.['memory']), /^\d+Ki$/);

  const lease = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n1';
  assert.deepEqual(await beatOnce(engine.transport()), [`PATCH ${lease}`]);
  const { spec } = await client.resource(leases).get({ namespace: 'kube-node-lease', name: 'n1' });
  assert.equal(spec?.holderIdentity, 'n1');
});

test('what others said of the node stays', async () => {
  await using engine = await startEngine();
  const resource = createClient(engine.transport()).resource(nodes);
  const labels = { 'example.com/disk': 'fast', 'kubernetes.io/os': 'plan9' };
  await resource.create({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n1', labels },
    spec: { unschedulable: true },
  });
  await beatOnce(engine.transport());
  const node = await resource.get({ name: 'n1' });
  assert.equal(node.metadata.labels?.['example.com/disk'], 'fast');
  assert.equal(node.metadata.labels?.['kubernetes.io/os'], 'linux');
  assert.equal(node.spec?.unschedulable, true);
});

test('a node whose disk or memory runs out says so in the words of a kubelet', () => {
  const disk = { total: 1000, free: 500, files: 100, freeFiles: 50 };
  const fine = { disk, freeMemory: 2 ** 30 };
  const words = (measures: Measures): string[] =>
    judgeNode({ measures, notIsolated: undefined }).flatMap(({ type, status, reason, message }) =>
      type.endsWith('Pressure') && status === 'True' ? `${type} ${reason}: ${message}` : [],
    );
  assert.deepEqual(words(fine), []);
  const full = 'DiskPressure KubeletHasDiskPressure: kubelet has disk pressure';
  assert.deepEqual(words({ ...fine, disk: { ...disk, free: 99 } }), [full]);
  assert.deepEqual(words({ ...fine, disk: { ...disk, freeFiles: 4 } }), [full]);
  assert.deepEqual(words({ ...fine, freeMemory: 2 ** 20 }), [
    'MemoryPressure KubeletHasInsufficientMemory: kubelet has insufficient memory available',
  ]);
});
