import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Deployment, IntOrString, ReplicaSet } from '@fairlead/kube';
import { boundsOf } from './bounds.ts';
import { decidePhase, decideScales } from './decide.ts';
import { type Facts, replicasOf } from './facts.ts';
import { aDeployment, aSet, settle } from './situation.fixture.ts';

const strategy = (maxSurge: IntOrString, maxUnavailable: IntOrString): Deployment['spec']['strategy'] => ({
  type: 'RollingUpdate',
  rollingUpdate: { maxSurge, maxUnavailable },
});

describe('how far a rolling update may go', () => {
  const rows = [
    { replicas: 10, surge: '25%', unavailable: '25%', bounds: [3, 2] },
    { replicas: 1, surge: '25%', unavailable: '25%', bounds: [1, 0] },
    { replicas: 4, surge: 0, unavailable: 0, bounds: [0, 1] },
    { replicas: 3, surge: '0%', unavailable: '10%', bounds: [0, 1] },
    { replicas: 100, surge: '7%', unavailable: '7%', bounds: [7, 7] },
    { replicas: 2, surge: 0, unavailable: 5, bounds: [0, 2] },
    { replicas: 0, surge: '25%', unavailable: '25%', bounds: [0, 0] },
  ] as const;
  for (const { replicas, surge, unavailable, bounds } of rows) {
    it(`${replicas} pods, surge ${surge}, unavailable ${unavailable}: +${bounds[0]} −${bounds[1]}`, () => {
      const deployment = aDeployment({ replicas, strategy: strategy(surge, unavailable) });
      assert.deepEqual(boundsOf(deployment), { surge: bounds[0], unavailable: bounds[1] });
    });
  }
});

/** Plays a rollout to its end; all pods become available between two steps. Sizes are `old/new`. */
function play(facts: Facts): string[] {
  const steps = [sizes(facts)];
  let current = facts;
  for (let step = 0; step < 50; step += 1) {
    const scales = decideScales(current);
    if (scales.length === 0) return steps;
    const resized = (set: ReplicaSet): ReplicaSet => {
      const replicas = scales.find((scale) => scale.set === set)?.replicas ?? replicasOf(set);
      return { ...set, spec: { ...set.spec, replicas } };
    };
    current = {
      ...current,
      newSet: current.newSet && resized(current.newSet),
      oldSets: current.oldSets.map(resized),
    };
    steps.push(sizes(current));
    current = settle(current);
  }
  throw new Error(`no end: ${steps.join(' ')}`);
}

const sizes = ({ oldSets, newSet }: Facts): string =>
  [...oldSets, ...(newSet === undefined ? [] : [newSet])].map(replicasOf).join('/');

describe('the steps of a rolling update', () => {
  const rows: { replicas: number; surge: IntOrString; unavailable: IntOrString; steps: string }[] = [
    { replicas: 3, surge: 1, unavailable: 0, steps: '3/1 2/1 2/2 1/2 1/3 0/3' },
    { replicas: 3, surge: '25%', unavailable: '25%', steps: '3/1 2/1 2/2 1/2 1/3 0/3' },
    { replicas: 4, surge: 0, unavailable: 1, steps: '4/0 3/0 3/1 2/1 2/2 1/2 1/3 0/3 0/4' },
    { replicas: 10, surge: 3, unavailable: 2, steps: '10/3 5/3 5/8 0/8 0/10' },
    { replicas: 2, surge: '100%', unavailable: 0, steps: '2/2 0/2' },
    { replicas: 1, surge: 1, unavailable: 0, steps: '1/1 0/1' },
  ];
  for (const { replicas, surge, unavailable, steps } of rows) {
    it(`${replicas} pods, surge ${surge}, unavailable ${unavailable}`, () => {
      const deployment = aDeployment({ replicas, strategy: strategy(surge, unavailable) });
      const born = Math.min(replicas, boundsOf(deployment).surge);
      const facts: Facts = {
        deployment,
        oldSets: [aSet({ name: 'old', replicas, available: replicas })],
        newSet: aSet({ name: 'new', replicas: born, available: born, sizedFor: replicas }),
        oldPodsRunning: true,
        now: 0,
      };
      assert.equal(play(facts).join(' '), steps);
    });
  }

  it('takes broken old pods away without waiting for the new', () => {
    const facts: Facts = {
      deployment: aDeployment({ replicas: 3, strategy: strategy(1, 1) }),
      oldSets: [aSet({ name: 'old', replicas: 3, available: 1 })],
      newSet: aSet({ name: 'new', replicas: 1, available: 0 }),
      oldPodsRunning: true,
      now: 0,
    };
    const [scale, ...rest] = decideScales(facts);
    assert.deepEqual([scale?.set.metadata.name, scale?.replicas, rest.length], ['old', 2, 0]);
  });

  it('keeps the old pods while the new ones do not become available', () => {
    const facts: Facts = {
      deployment: aDeployment({ replicas: 4, strategy: strategy(1, 0) }),
      oldSets: [aSet({ name: 'old', replicas: 4, available: 4 })],
      newSet: aSet({ name: 'new', replicas: 1, available: 0 }),
      oldPodsRunning: true,
      now: 0,
    };
    assert.deepEqual(decideScales(facts), []);
  });
});

describe('a Recreate', () => {
  const facts: Facts = {
    deployment: aDeployment({ replicas: 2, strategy: { type: 'Recreate' } }),
    oldSets: [aSet({ name: 'old', replicas: 2, available: 2 })],
    newSet: undefined,
    oldPodsRunning: true,
    now: 0,
  };

  it('first takes all of the old away', () => {
    assert.deepEqual(
      decideScales(facts).map(({ set, replicas }) => [set.metadata.name, replicas]),
      [['old', 0]],
    );
  });

  it('waits while old pods still run', () => {
    const empty = aSet({ name: 'old', replicas: 0, available: 0 });
    const newSet = aSet({ name: 'new', replicas: 0, available: 0 });
    assert.deepEqual(decideScales({ ...facts, oldSets: [empty], newSet }), []);
    const gone = { ...facts, oldSets: [empty], newSet, oldPodsRunning: false };
    assert.deepEqual(
      decideScales(gone).map(({ replicas }) => replicas),
      [2],
    );
  });
});

describe('a change of the wanted number', () => {
  const shared = (replicas: number): Facts => ({
    deployment: aDeployment({ replicas, strategy: strategy(3, 2) }),
    oldSets: [aSet({ name: 'old', replicas: 8, available: 8, sizedFor: 10, most: 13 })],
    newSet: aSet({ name: 'new', replicas: 5, available: 0, sizedFor: 10, most: 13 }),
    oldPodsRunning: true,
    now: 0,
  });

  const rows = [
    { replicas: 15, sizes: { old: 11, new: 7 } },
    { replicas: 5, sizes: { old: 5, new: 3 } },
    { replicas: 0, sizes: { old: 0, new: 0 } },
  ];
  for (const row of rows) {
    it(`in the middle of a rollout of 10, to ${row.replicas}: each set takes its share`, () => {
      assert.equal(decidePhase(shared(row.replicas)), 'rescaled');
      const scales = decideScales(shared(row.replicas));
      assert.deepEqual(
        Object.fromEntries(scales.map(({ set, replicas }) => [set.metadata.name, replicas])),
        row.sizes,
      );
    });
  }

  it('with one active set gives it all', () => {
    const facts = { ...shared(4), oldSets: [], newSet: aSet({ name: 'new', replicas: 2, sizedFor: 2 }) };
    assert.deepEqual(
      decideScales(facts).map(({ replicas }) => replicas),
      [4],
    );
  });
});
