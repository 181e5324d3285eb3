import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Job, jobs, type Pod, pods } from '@fairlead/kube';
import { behaviour, exitCode, failing } from '../kubelet.fixture.ts';
import { conditionsOf, type ControllersWorld, openControllersWorld } from '../world.fixture.ts';

const parts = (spec: object, annotations: Readonly<Record<string, string>> = {}) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'parts', namespace: 'default' },
  spec: {
    completionMode: 'Indexed',
    completions: 4,
    parallelism: 4,
    template: {
      metadata: { annotations: { [behaviour]: 'succeed', ...annotations } },
      spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'part:1' }] },
    },
    ...spec,
  },
});

const job = (world: ControllersWorld): Promise<Job> => world.one(jobs, 'parts');

const indexOf = ({ metadata }: Pod): string =>
  metadata.labels?.['batch.kubernetes.io/job-completion-index'] ?? '';

const indexes = async (world: ControllersWorld): Promise<string> =>
  (await world.all(pods)).map(indexOf).toSorted().join(' ');

describe('an indexed Job', () => {
  it('does each part once, and tells each pod which is its', async () => {
    await using world = await openControllersWorld();
    await world.declare(parts({ parallelism: 2 }));
    await world.rest();
    const { status } = await job(world);
    assert.deepEqual([status?.succeeded, status?.completedIndexes], [4, '0-3']);
    assert.equal(await indexes(world), '0 1 2 3');
    const pod = (await world.all(pods)).find((one) => indexOf(one) === '2');
    assert.match(pod?.metadata.name ?? '', /^parts-2-.{5}$/);
    assert.equal(pod?.spec.hostname, 'parts-2');
    assert.deepEqual(pod?.spec.containers[0]?.env, [
      {
        name: 'JOB_COMPLETION_INDEX',
        valueFrom: {
          fieldRef: {
            apiVersion: 'v1',
            fieldPath: "metadata.labels['batch.kubernetes.io/job-completion-index']",
          },
        },
      },
    ]);
    assert.ok(conditionsOf(await job(world)).includes('Complete=True CompletionsReached'));
  });

  it('counts failures for each part, gives up what failed too often, and does the rest', async () => {
    await using world = await openControllersWorld();
    await world.declare(parts({ backoffLimitPerIndex: 1 }, { [failing]: '1,3' }));
    await world.rest();
    assert.equal((await job(world)).status?.completedIndexes, '0,2');
    assert.equal((await job(world)).status?.failedIndexes, '');

    await world.advance(10_000);
    const { status } = await job(world);
    assert.deepEqual([status?.completedIndexes, status?.failedIndexes], ['0,2', '1,3']);
    assert.deepEqual([status?.succeeded, status?.failed], [2, 4]);
    assert.deepEqual(conditionsOf(await job(world)), [
      'FailureTarget=True FailedIndexes',
      'Failed=True FailedIndexes',
    ]);
    const again = (await world.all(pods)).filter((pod) => indexOf(pod) === '1');
    assert.deepEqual(
      again
        .map(({ metadata }) => metadata.annotations?.['batch.kubernetes.io/job-index-failure-count'] ?? '')
        .toSorted(),
      ['0', '1'],
    );
    assert.ok((await world.all(pods)).every(({ metadata }) => metadata.finalizers === undefined));
  });

  it('stops everything when more parts are given up than it allows', async () => {
    await using world = await openControllersWorld();
    await world.declare(
      parts({ backoffLimitPerIndex: 0, maxFailedIndexes: 1 }, { [behaviour]: 'serve', [failing]: '0,1' }),
    );
    await world.rest();
    assert.ok(conditionsOf(await job(world)).includes('Failed=True MaxFailedIndexesExceeded'));
    assert.deepEqual([(await job(world)).status?.failed, (await job(world)).status?.active], [4, undefined]);
  });

  it('is a success when the parts that matter are done; the others are stopped and do not count', async () => {
    await using world = await openControllersWorld();
    const successPolicy = { rules: [{ succeededIndexes: '0-1', succeededCount: 1 }] };
    await world.declare(parts({ successPolicy, parallelism: 1 }));
    await world.rest();
    assert.deepEqual(conditionsOf(await job(world)), [
      'SuccessCriteriaMet=True SuccessPolicy',
      'Complete=True SuccessPolicy',
    ]);
    const { status } = await job(world);
    assert.deepEqual([status?.succeeded, status?.failed, status?.completedIndexes], [1, undefined, '0']);
  });

  it('grows and shrinks with its number of completions', async () => {
    await using world = await openControllersWorld();
    await world.declare(parts({}, { [behaviour]: 'serve' }));
    await world.rest();
    await world.declare(parts({ completions: 2, parallelism: 2 }, { [behaviour]: 'serve' }));
    await world.rest();
    assert.equal(await indexes(world), '0 1');
    assert.equal((await job(world)).status?.failed, undefined);
    await world.declare(parts({ completions: 3, parallelism: 3 }, { [behaviour]: 'serve' }));
    await world.rest();
    assert.equal(await indexes(world), '0 1 2');
  });
});

const plain = (spec: object, annotations: Readonly<Record<string, string>>) =>
  parts({ completionMode: 'NonIndexed', completions: 1, parallelism: 1, ...spec }, annotations);

describe('what a Job makes of failures', () => {
  const rules = [
    { action: 'Ignore', onExitCodes: { operator: 'In', values: [42] } },
    { action: 'FailJob', onExitCodes: { containerName: 'app', operator: 'In', values: [3, 4] } },
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
  ];

  it('fails at once when the policy says so', async () => {
    await using world = await openControllersWorld();
    await world.declare(plain({ podFailurePolicy: { rules } }, { [behaviour]: 'fail', [exitCode]: '3' }));
    await world.rest();
    const failed = (await job(world)).status?.conditions?.find(({ type }) => type === 'Failed');
    assert.equal(failed?.reason, 'PodFailurePolicy');
    assert.match(
      failed?.message ?? '',
      /^Container app for pod default\/parts-.{5} failed with exit code 3 matching FailJob rule at index 1$/,
    );
  });

  it('does not count what the policy ignores, and tries again', async () => {
    await using world = await openControllersWorld();
    await world.declare(
      plain({ backoffLimit: 0, podFailurePolicy: { rules } }, { [behaviour]: 'fail', [exitCode]: '42' }),
    );
    await world.rest();
    await world.advance(10_000);
    await world.advance(20_000);
    assert.equal((await world.all(pods)).length, 3);
    assert.deepEqual([(await job(world)).status?.failed, conditionsOf(await job(world))], [undefined, []]);
  });

  it('leaves a Job to whoever else runs it', async () => {
    await using world = await openControllersWorld();
    await world.declare(plain({ managedBy: 'example.com/other' }, {}));
    await world.rest();
    assert.deepEqual([await world.all(pods), (await job(world)).status], [[], {}]);
  });

  it('suspended or shrunk, its pods go and do not count as failed', async () => {
    await using world = await openControllersWorld();
    const serve = { [behaviour]: 'serve' };
    await world.declare(plain({ completions: 3, parallelism: 3 }, serve));
    await world.rest();
    await world.declare(plain({ completions: 3, parallelism: 1 }, serve));
    await world.rest();
    assert.equal((await world.all(pods)).length, 1);
    await world.declare(plain({ completions: 3, parallelism: 1, suspend: true }, serve));
    await world.rest();
    assert.deepEqual([await world.all(pods), (await job(world)).status?.failed], [[], undefined]);
  });
});
