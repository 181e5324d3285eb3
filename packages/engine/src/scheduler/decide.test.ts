import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Node, Pod } from '@fairlead/kube';
import { aPod } from '../controllers/pods/pod.fixture.ts';
import { decidePlacement } from './decide.ts';
import { createLedger } from './ledger.ts';
import { PodQueue } from './queue.ts';
import { requestOf } from './request.ts';

const node = (
  name: string,
  more: Partial<Pick<Node, 'spec'>> & { labels?: Record<string, string> } = {},
): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': name, ...more.labels } },
  spec: more.spec ?? {},
  status: { allocatable: { cpu: '2', memory: '4Gi', pods: '10' } },
});

const pod = (name: string, spec: Partial<Pod['spec']> = {}, labels: Record<string, string> = {}): Pod =>
  aPod({ name, node: '', phase: 'Pending', labels, spec });

const asking = (cpu: string, memory = '0'): Partial<Pod['spec']> => ({
  containers: [{ name: 'app', resources: { requests: { cpu, memory } } }],
});

function place(what: Pod, nodes: readonly Node[], there: readonly [Pod, string][] = []): string {
  const ledger = createLedger();
  for (const [other, on] of there) ledger.put(other, on);
  const placement = decidePlacement({ pod: what, nodes, ledger, random: () => 0 });
  return placement.kind === 'node' ? placement.name : placement.message;
}

const ssd = { nodeSelector: { disk: 'ssd' } };
const affinity = (operator: 'In' | 'Gt', values: string[]): Partial<Pod['spec']> => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'gen', operator, values }] }],
      },
    },
  },
});
const tainted = node('t', { spec: { taints: [{ key: 'gpu', value: 'a100', effect: 'NoSchedule' }] } });

describe('where a pod goes', () => {
  const rows: { title: string; pod: Pod; nodes: Node[]; there?: [Pod, string][]; goes: string }[] = [
    { title: 'the only node', pod: pod('p'), nodes: [node('a')], goes: 'a' },
    { title: 'no node at all', pod: pod('p'), nodes: [], goes: 'no nodes available to schedule pods' },
    {
      title: 'not enough cpu',
      pod: pod('p', asking('3')),
      nodes: [node('a')],
      goes: '0/1 nodes are available: 1 Insufficient cpu.',
    },
    {
      title: 'what others asked for is taken',
      pod: pod('p', asking('1500m', '3Gi')),
      nodes: [node('a'), node('b')],
      there: [
        [pod('x', asking('1')), 'a'],
        [pod('y', asking('0', '2Gi')), 'b'],
      ],
      goes: '0/2 nodes are available: 1 Insufficient cpu, 1 Insufficient memory.',
    },
    {
      title: 'a resource that no node has',
      pod: pod('p', { containers: [{ name: 'app', resources: { requests: { 'example.com/gpu': '1' } } }] }),
      nodes: [node('a')],
      goes: '0/1 nodes are available: 1 Insufficient example.com/gpu.',
    },
    {
      title: 'too many pods',
      pod: pod('p'),
      nodes: [node('a')],
      there: Array.from({ length: 10 }, (_, index) => [pod(`x${index}`), 'a']),
      goes: '0/1 nodes are available: 1 Too many pods.',
    },
    {
      title: 'a cordoned node',
      pod: pod('p'),
      nodes: [node('a', { spec: { unschedulable: true } })],
      goes: '0/1 nodes are available: 1 node(s) were unschedulable.',
    },
    {
      title: 'a taint',
      pod: pod('p'),
      nodes: [tainted],
      goes: '0/1 nodes are available: 1 node(s) had untolerated taint {gpu: a100}.',
    },
    {
      title: 'a taint that is tolerated',
      pod: pod('p', { tolerations: [{ key: 'gpu', operator: 'Exists' }] }),
      nodes: [tainted],
      goes: 't',
    },
    {
      title: 'a node selector',
      pod: pod('p', ssd),
      nodes: [node('a'), node('b', { labels: { disk: 'ssd' } })],
      goes: 'b',
    },
    {
      title: 'a node selector that nobody meets',
      pod: pod('p', ssd),
      nodes: [node('a'), node('b')],
      goes: "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
    },
    {
      title: 'node affinity, In',
      pod: pod('p', affinity('In', ['3', '4'])),
      nodes: [node('a', { labels: { gen: '2' } }), node('b', { labels: { gen: '4' } })],
      goes: 'b',
    },
    {
      title: 'node affinity, Gt',
      pod: pod('p', affinity('Gt', ['9'])),
      nodes: [node('a', { labels: { gen: '9' } }), node('b', { labels: { gen: '10' } })],
      goes: 'b',
    },
    {
      title: 'the emptier node',
      pod: pod('p', asking('500m')),
      nodes: [node('a'), node('b')],
      there: [[pod('x', asking('1', '1Gi')), 'a']],
      goes: 'b',
    },
    {
      title: 'spread that must hold',
      pod: pod(
        'p',
        {
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'kubernetes.io/hostname',
              whenUnsatisfiable: 'DoNotSchedule',
              labelSelector: { matchLabels: { app: 'shop' } },
            },
          ],
        },
        { app: 'shop' },
      ),
      nodes: [node('a'), node('b')],
      there: [
        [pod('x', {}, { app: 'shop' }), 'a'],
        [pod('big', asking('1900m', '3Gi')), 'b'],
      ],
      goes: 'b',
    },
    {
      title: 'a taken host port',
      pod: pod('p', { containers: [{ name: 'app', ports: [{ containerPort: 80, hostPort: 80 }] }] }),
      nodes: [node('a')],
      there: [
        [pod('x', { containers: [{ name: 'app', ports: [{ containerPort: 8, hostPort: 80 }] }] }), 'a'],
      ],
      goes: "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
    },
    {
      title: 'inter-pod affinity is refused by name',
      pod: pod('p', {
        affinity: {
          podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone' }] },
        },
      }),
      nodes: [node('a')],
      goes: '0/1 nodes are available: 1 node(s) could not be judged: inter-pod affinity is not served yet.',
    },
  ];
  for (const { title, pod: what, nodes, there, goes } of rows)
    it(`${title}: ${goes}`, () => assert.equal(place(what, nodes, there), goes));

  it('pods of one controller keep apart, even where the other node is fuller', () => {
    const owned = (name: string): Pod => {
      const made = pod(name, asking('100m'));
      const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 's', uid: 's', controller: true };
      return { ...made, metadata: { ...made.metadata, ownerReferences: [owner] } };
    };
    const there: [Pod, string][] = [
      [owned('x'), 'a'],
      [pod('other', asking('300m', '500Mi')), 'b'],
    ];
    assert.equal(place(owned('p'), [node('a'), node('b')], there), 'b');
  });
});

describe('what a pod asks for', () => {
  const container = (cpu: string, more: object = {}): NonNullable<Pod['spec']['initContainers']>[number] => ({
    name: cpu,
    resources: { requests: { cpu } },
    ...more,
  });
  const sidecar = { restartPolicy: 'Always' as const };
  const rows = [
    { title: 'its containers together', init: [], main: ['1', '500m'], cpu: 1500 },
    {
      title: 'or its largest init container',
      init: [container('2'), container('1')],
      main: ['1'],
      cpu: 2000,
    },
    { title: 'with sidecars', init: [container('200m', sidecar)], main: ['1'], cpu: 1200 },
    {
      title: 'with the sidecars that run beside an init container',
      init: [container('200m', sidecar), container('2')],
      main: ['1'],
      cpu: 2200,
    },
  ];
  for (const { title, init, main, cpu } of rows) {
    it(title, () => {
      const spec = { containers: main.map((each) => container(each)), initContainers: init };
      assert.equal(requestOf(pod('p', spec)).cpu, cpu);
    });
  }
});

describe('the queue', () => {
  it('gives the most urgent pod first, then who came first', () => {
    const queue = new PodQueue();
    queue.add('late', { priority: 0, since: 2 });
    queue.add('early', { priority: 0, since: 1 });
    queue.add('urgent', { priority: 5, since: 3 });
    assert.deepEqual(
      [queue.next(), queue.next(), queue.next(), queue.next()],
      ['urgent', 'early', 'late', undefined],
    );
  });

  it('leaves parked pods alone until something changed', () => {
    const queue = new PodQueue();
    queue.park('p', { priority: 0, since: 1 });
    queue.add('p', { priority: 0, since: 1 });
    assert.equal(queue.next(), undefined);
    queue.unparkAll();
    assert.equal(queue.next(), 'p');
  });
});
