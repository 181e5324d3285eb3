import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Job, jobs, pods } from '@fairlead/kube';
import { behaviour } from '../kubelet.fixture.ts';
import { conditionsOf, type ControllersWorld, openControllersWorld } from '../world.fixture.ts';

const load = (behaves: string, spec: object = {}) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'load', namespace: 'default' },
  spec: {
    template: {
      metadata: { annotations: { [behaviour]: behaves } },
      spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'load:1' }] },
    },
    ...spec,
  },
});

const job = (world: ControllersWorld): Promise<Job> => world.one(jobs, 'load');

describe('a Job', () => {
  it('runs its pods to completion, counts each once and says so', async () => {
    await using world = await openControllersWorld();
    await world.declare(load('succeed', { completions: 5, parallelism: 2 }));
    await world.rest();

    const done = await job(world);
    assert.deepEqual(conditionsOf(done), [
      'SuccessCriteriaMet=True CompletionsReached',
      'Complete=True CompletionsReached',
    ]);
    const { conditions: _, startTime, completionTime, ...counts } = done.status ?? {};
    assert.deepEqual(counts, { succeeded: 5, ready: 0, terminating: 0, uncountedTerminatedPods: {} });
    assert.ok(startTime !== undefined && completionTime !== undefined);
    const made = await world.all(pods);
    assert.equal(made.length, 5);
    assert.ok(made.every(({ metadata }) => metadata.finalizers === undefined));
    assert.equal(made[0]?.metadata.labels?.['batch.kubernetes.io/job-name'], 'load');
    assert.equal(
      (await world.eventsOf('load')).filter((line) => line === 'Normal Completed Job completed').length,
      1,
    );
  });

  it('tries again after a pause, and fails at its limit', async () => {
    await using world = await openControllersWorld();
    await world.declare(load('fail', { backoffLimit: 1 }));
    await world.rest();
    assert.deepEqual([(await job(world)).status?.failed, (await world.all(pods)).length], [1, 1]);

    await world.advance(10_000);
    assert.deepEqual(conditionsOf(await job(world)), [
      'FailureTarget=True BackoffLimitExceeded',
      'Failed=True BackoffLimitExceeded',
    ]);
    assert.equal((await job(world)).status?.failed, 2);
    await world.advance(3_600_000);
    assert.equal((await world.all(pods)).length, 2);
  });

  it('stops at its deadline', async () => {
    await using world = await openControllersWorld();
    await world.declare(load('serve', { activeDeadlineSeconds: 30 }));
    await world.rest();
    assert.equal((await job(world)).status?.active, 1);
    await world.advance(30_000);
    assert.ok(conditionsOf(await job(world)).includes('Failed=True DeadlineExceeded'));
    assert.deepEqual(await world.all(pods), []);
  });

  it('suspended it has no pods; resumed it runs', async () => {
    await using world = await openControllersWorld();
    await world.declare(load('succeed', { suspend: true }));
    await world.rest();
    assert.deepEqual(await world.all(pods), []);
    assert.deepEqual(conditionsOf(await job(world)), ['Suspended=True JobSuspended']);

    await world.declare(load('succeed', { suspend: false }));
    await world.rest();
    assert.ok(conditionsOf(await job(world)).includes('Complete=True CompletionsReached'));
  });

  it('is gone, with its pods, when its time to live is over', async () => {
    await using world = await openControllersWorld();
    await world.declare(load('succeed', { ttlSecondsAfterFinished: 60 }));
    await world.rest();
    await world.advance(59_000);
    assert.equal((await world.all(jobs)).length, 1);
    await world.advance(2000);
    assert.deepEqual([await world.all(jobs), await world.all(pods)], [[], []]);
  });

  it('deleted while it runs, it leaves no pod held by its finalizer', async () => {
    await using world = await openControllersWorld();
    await world.declare(load('serve', { parallelism: 3, completions: 3 }));
    await world.rest();
    assert.equal((await world.all(pods)).length, 3);
    await world.client
      .resource(jobs)
      .delete({ namespace: 'default', name: 'load' }, { propagationPolicy: 'Background' });
    await world.rest();
    assert.deepEqual(await world.all(pods), []);
  });
});
