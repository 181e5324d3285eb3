import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Pod } from '@fairlead/kube';
import { aPod } from '../pods/pod.fixture.ts';
import type { Sample } from './metrics.ts';
import { averageUsage, decideByPods, decideByRatio, decideByShare, utilization } from './replicas.ts';

const now = Date.UTC(2026, 0, 1);
const started = (pod: Pod): Pod => ({ ...pod, status: { ...pod.status, startTime: '2025-12-31T00:00:00Z' } });
const pod = (name: string, more: Partial<Parameters<typeof aPod>[0]> = {}): Pod =>
  started(aPod({ name, ...more }));
const pods = (count: number): Pod[] => Array.from({ length: count }, (_, index) => pod(`p${index}`));
const sample = (value: number): Sample => ({ value, at: now, window: 30_000 });

const byAverage = (all: readonly Pod[], values: readonly number[], target: number): number =>
  decideByPods({
    pods: all,
    samples: new Map(values.map((value, index) => [`p${index}`, sample(value)])),
    resource: 'cpu',
    current: all.length,
    now,
    usageOf: (used) => averageUsage(used, target),
    assumed: () => target,
  }).replicas;

describe('how many pods an average asks for', () => {
  const rows: readonly [string, readonly Pod[], readonly number[], number][] = [
    ['as many as there are, when it is right', pods(3), [100, 100, 100], 3],
    ['as many as there are, when it is nearly right', pods(3), [109, 109, 109], 3],
    ['more, rounded up, when it is too much', pods(3), [120, 120, 120], 4],
    ['fewer, when it is too little', pods(4), [50, 50, 50, 50], 2],
    ['no more for a pod that starts', [...pods(2), pod('p2', { phase: 'Pending' })], [300, 300, 900], 6],
    ['more, as if a pod that says nothing did nothing', pods(3), [300, 300], 6],
    ['fewer, as if a pod that says nothing did what it should', pods(4), [10, 10, 10], 2],
    ['as many, when what is unknown turns the tide', pods(3), [120], 3],
    ['of those that go no account', [...pods(2), pod('p2', { deleting: true })], [200, 200, 900], 4],
  ];
  for (const [title, all, values, expected] of rows)
    it(title, () => assert.equal(byAverage(all, values, 100), expected));

  it('tells when there is nothing to go by', () => {
    assert.throws(
      () => byAverage([], [], 100),
      /^Error: no pods returned by selector while calculating replica count$/,
    );
    assert.throws(() => byAverage(pods(2), [], 100), /did not receive metrics for targeted pods/);
  });

  it('takes percents of what is requested', () => {
    const requests = new Map([
      ['p0', 1000],
      ['p1', 500],
    ]);
    const used = new Map([
      ['p0', 900],
      ['p1', 300],
      ['stranger', 5000],
    ]);
    assert.deepEqual(utilization(used, requests, 50), { ratio: 1.6, average: 600, utilization: 80 });
  });
});

describe('how many pods a total asks for', () => {
  it('as many as are ready, times how much too much it is', () => {
    const some = [...pods(3), pod('p3', { ready: false })];
    assert.equal(decideByRatio(2, some, 4), 6);
    assert.equal(decideByRatio(1.05, some, 4), 4);
    assert.equal(decideByRatio(2.5, some, 0), 3);
  });

  it('one for each share', () => {
    assert.deepEqual(decideByShare(9000, 2000, 3), { replicas: 5, usage: { ratio: 1.5, average: 3000 } });
    assert.equal(decideByShare(6100, 2000, 3).replicas, 3);
  });
});
