import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { App } from '@fairlead/api';
import type { Deployment, Pod } from '@fairlead/kube';
import { aDeployment, anApp, aPod, aRelease } from '../objects.fixture.ts';
import { type Copies, copiesOf, untilNextLate } from './copies.ts';

interface Row {
  readonly says: string;
  readonly app?: App;
  readonly deployments?: readonly Deployment[];
  readonly pods?: readonly Pod[];
  /** Seconds since the epoch, when the pods were made. */
  readonly now?: number;
  readonly copies: Partial<Copies>;
  /** Milliseconds. */
  readonly next?: number;
}

const five = anApp({ processes: { web: { replicas: 5 } } });
const short = aDeployment({ replicas: 5, counts: [5, 5, 1, 1] });
const crashing = aPod({ state: { waiting: { reason: 'CrashLoopBackOff' } }, exitCode: 9 });
const pulling = aPod({ state: { waiting: { reason: 'ErrImagePull', message: 'not there' } } });

const rows: readonly Row[] = [
  { says: 'as many as wanted', deployments: [aDeployment()], copies: { wanted: 1, ready: 1, moving: false } },
  { says: 'no Deployment yet', copies: { wanted: 1, ready: 0, moving: true } },
  {
    says: 'not applied yet',
    app: five,
    deployments: [aDeployment()],
    copies: { wanted: 5, ready: 1, moving: true },
  },
  {
    says: 'not looked at yet',
    deployments: [aDeployment({ observed: false })],
    copies: { wanted: 1, ready: 1, moving: true },
  },
  {
    says: 'what others want, when the App says nothing',
    deployments: [aDeployment({ replicas: 7 })],
    copies: { wanted: 7, ready: 7, moving: false },
  },
  {
    says: 'copies that start',
    app: five,
    deployments: [short],
    pods: [aPod(), aPod({ created: 10 })],
    now: 20,
    copies: { moving: true },
    next: 40_000,
  },
  {
    says: 'a copy that took too long',
    app: five,
    deployments: [short],
    pods: [aPod({ name: 'p' })],
    now: 60,
    copies: { moving: false, trouble: 'p runs but does not answer' },
  },
  {
    says: 'a copy that crashes',
    app: five,
    deployments: [short],
    pods: [crashing],
    copies: { moving: false, trouble: 'shop-web-x ended with exit code 9' },
  },
  {
    says: 'a copy without an image, which may come',
    app: five,
    deployments: [short],
    pods: [pulling],
    copies: { moving: true },
    next: 60_000,
  },
  {
    says: 'a copy without an image, which did not come',
    app: five,
    deployments: [short],
    pods: [pulling],
    now: 61,
    copies: { trouble: 'shop-web-x does not start: ErrImagePull: not there' },
  },
  {
    says: 'a copy that no node takes',
    app: five,
    deployments: [short],
    pods: [aPod({ name: 'p', unscheduled: 'no room' })],
    now: 61,
    copies: { trouble: 'p does not start: Unschedulable: no room' },
  },
  {
    says: 'copies that Kubernetes does not make',
    app: five,
    deployments: [aDeployment({ replicas: 5, counts: [1, 1, 1, 1], failure: 'quota' })],
    copies: { moving: false, trouble: 'quota' },
  },
  {
    says: 'copies on their way out do not count',
    app: five,
    deployments: [short],
    pods: [aPod({ deleting: true }), aPod({ phase: 'Failed' }), aPod({ process: 'other' })],
    now: 100,
    copies: { moving: true },
  },
  {
    says: 'new copies beside enough old ones',
    deployments: [aDeployment({ counts: [1, 2, 1, 1] })],
    pods: [crashing],
    copies: { wanted: 1, ready: 1, moving: false, trouble: 'shop-web-x ended with exit code 9' },
  },
];

describe('copiesOf', () => {
  for (const { says, app = anApp(), deployments = [], pods = [], now = 0, copies, next } of rows)
    it(says, () => {
      const facts = { app, deployments, pods, now: now * 1000 };
      const all = copiesOf(facts, aRelease(2, { code: 'a' }));
      assert.equal(all.length, 1);
      assert.deepEqual({ ...all[0], ...copies }, all[0]);
      assert.equal(all[0]?.trouble, copies.trouble);
      assert.equal(untilNextLate(facts, all), next);
    });

  it('has none without a release', () => {
    assert.deepEqual(copiesOf({ app: anApp(), deployments: [], pods: [], now: 0 }, undefined), []);
  });
});
