import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { events, findCondition, jobs, nodes, type Pod, pods } from '@fairlead/kube';
import { openCluster, within } from '../cluster.fixture.ts';
import { nearData, schedulerName } from './operator.ts';
import { parseQuantity } from './room.ts';
import { words } from './rule.ts';

interface NodeFacts {
  readonly holds?: readonly string[];
  readonly cost?: string;
  readonly cpu?: string;
}

async function openScene(t: TestContext) {
  const cluster = await openCluster(t, import.meta.dirname);
  const { admin, namespace, declare, until, find } = cluster;
  const nameOf = (name: string): string => `${name}-${namespace}`;
  /** A node of the test's own, which nobody else gives pods to. */
  const addNode = async (name: string, { holds = [], cost, cpu = '2' }: NodeFacts) => {
    const labels = { test: namespace, ...Object.fromEntries(holds.map((data) => [words.holds(data), ''])) };
    const annotations = cost === undefined ? {} : { [words.cost]: cost };
    const taints = [{ key: 'test', value: namespace, effect: 'NoSchedule' }];
    const metadata = { name: nameOf(name), labels, annotations };
    await declare({ apiVersion: 'v1', kind: 'Node', metadata, spec: { taints } });
    const status = {
      allocatable: { cpu, memory: '4Gi', pods: '10' },
      capacity: { cpu, memory: '4Gi', pods: '10' },
      conditions: [{ type: 'Ready', status: 'True', reason: 'Test', message: '' }],
    };
    await admin.resource(nodes).status.patch(metadata, { type: 'merge', body: { status } });
  };
  const template = (reads?: string, cpu = '1') => ({
    metadata: { labels: reads === undefined ? {} : { [words.reads]: reads } },
    spec: {
      schedulerName,
      restartPolicy: 'Never',
      nodeSelector: { test: namespace },
      tolerations: [{ operator: 'Exists' }],
      containers: [{ name: 'run', image: 'busybox', resources: { requests: { cpu } } }],
    },
  });
  const addPod = async (name: string, ...more: Parameters<typeof template>) => {
    const { metadata, spec } = template(...more);
    await declare({ apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name, namespace }, spec });
  };
  const isHere = within(namespace);
  /** On which node a pod is, once it is on one. */
  const placeOf = async (name: string) => {
    const pod = await find(
      pods,
      (each) => isHere(each) && each.metadata.name === name && each.spec.nodeName !== undefined,
    );
    return pod.spec.nodeName?.replace(`-${namespace}`, '');
  };
  const isWaiting = (name: string, message: RegExp) =>
    until(pods, (all) =>
      all.some((pod) => isHere(pod) && pod.metadata.name === name && message.test(scheduled(pod))),
    );
  return { ...cluster, addNode, addPod, placeOf, isWaiting, template, isHere, nameOf };
}

const scheduled = ({ status }: Pod): string => {
  const { status: is, reason, message } = findCondition(status?.conditions, 'PodScheduled') ?? {};
  return `${is} ${reason} ${message}`;
};

describe('a scheduler that knows where the data is', () => {
  it('gives a pod to the cheapest node that holds its data, and to a cheaper one when there is none', async (t) => {
    const { addNode, addPod, placeOf, start, find, isHere } = await openScene(t);
    await addNode('cheap', { cost: '1' });
    await addNode('near', { cost: '5', holds: ['trades', 'rates'] });
    await addNode('nearer', { cost: '3', holds: ['trades'] });
    await start(nearData);
    await addPod('trades', 'trades');
    await addPod('rates', 'rates');
    await addPod('other', 'prices');
    await addPod('none');
    const places = await Promise.all(['trades', 'rates', 'other', 'none'].map(placeOf));
    assert.deepEqual(places, ['nearer', 'near', 'cheap', 'cheap']);
    const event = await find(events, (each) => isHere(each) && each.involvedObject.name === 'trades');
    assert.match(event.message ?? '', /to nearer-.*: it holds the data, and an hour costs 3\.$/);
  });

  it('fills no node over its room, and goes on when room is made', async (t) => {
    const { addNode, addPod, placeOf, isWaiting, start, admin, namespace } = await openScene(t);
    await addNode('small', { cost: '1', cpu: '2' });
    await start(nearData);
    await addPod('a');
    await addPod('b');
    assert.deepEqual(await Promise.all(['a', 'b'].map(placeOf)), ['small', 'small']);
    await addPod('c');
    await isWaiting('c', /^False Unschedulable 0\/\d+ nodes are available: .*1 full/);
    await admin.resource(pods).delete({ namespace, name: 'a' }, { gracePeriodSeconds: 0 });
    assert.equal(await placeOf('c'), 'small');
    await addPod('d');
    await isWaiting('d', /1 full/);
    await addNode('big', { cost: '9' });
    assert.equal(await placeOf('d'), 'big');
  });

  it('places the pods of a job on several nodes, and those that were there before it', async (t) => {
    const { addNode, declare, template, until, start, namespace, isHere, nameOf } = await openScene(t);
    for (const [name, cost] of [
      ['one', '1'],
      ['two', '2'],
      ['three', '3'],
    ] as const)
      await addNode(name, { cost, holds: ['trades'] });
    const spec = { completions: 5, parallelism: 5, template: template('trades') };
    await declare({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'load', namespace }, spec });
    await until(pods, (all) => all.filter(isHere).length === 5);
    const first = await start(nearData);
    const isPlaced = (all: readonly Pod[]) =>
      all.filter((pod) => isHere(pod) && pod.spec.nodeName !== undefined).length === 5;
    const placed = (await until(pods, isPlaced)).filter(isHere);
    await first.close();
    const counts = ['one', 'two', 'three'].map(
      (name) => placed.filter(({ spec }) => spec.nodeName === nameOf(name)).length,
    );
    assert.deepEqual(counts, [2, 2, 1]);
    assert.equal((await until(jobs, (all) => all.some(isHere))).filter(isHere).length, 1);
  });

  it('leaves alone what asks for another scheduler', async (t) => {
    const { addNode, addPod, placeOf, declare, template, start, admin, namespace } = await openScene(t);
    await addNode('one', {});
    const { spec } = template();
    const other = { ...spec, schedulerName: 'somebody-else' };
    await declare({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'theirs', namespace }, spec: other });
    await start(nearData);
    await addPod('ours');
    await placeOf('ours');
    assert.equal((await admin.resource(pods).get({ namespace, name: 'theirs' })).spec.nodeName, undefined);
  });
});

it('amounts are read as Kubernetes writes them', () => {
  const rows: readonly [string | number, number][] = [
    ['500m', 0.5],
    ['1.5', 1.5],
    [2, 2],
    ['128Mi', 2 ** 27],
    ['1k', 1000],
    ['1e3', 1000],
    ['0', 0],
  ];
  for (const [text, value] of rows) assert.equal(parseQuantity(text), value);
});
