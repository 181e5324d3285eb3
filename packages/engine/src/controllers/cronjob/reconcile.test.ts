import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CronJob, cronJobs, type Job, jobs, pods } from '@fairlead/kube';
import { behaviour } from '../kubelet.fixture.ts';
import { type ControllersWorld, openControllersWorld } from '../world.fixture.ts';

const minute = 60_000;

const report = (spec: object = {}, behaves = 'succeed') => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'report', namespace: 'default' },
  spec: {
    schedule: '*/5 * * * *',
    jobTemplate: {
      metadata: { labels: { app: 'report' } },
      spec: {
        template: {
          metadata: { annotations: { [behaviour]: behaves } },
          spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'report:1' }] },
        },
      },
    },
    ...spec,
  },
});

const cronJob = (world: ControllersWorld): Promise<CronJob> => world.one(cronJobs, 'report');

/** The times of the Jobs, as minutes of the hour. */
const made = async (world: ControllersWorld): Promise<readonly number[]> =>
  (await world.all(jobs)).map(minuteOf).toSorted((a, b) => a - b);

const minuteOf = ({ metadata }: Job): number => Number(metadata.name.slice('report-'.length)) % 60;

const told = async (world: ControllersWorld, reason: string): Promise<readonly string[]> =>
  (await world.eventsOf('report')).filter((line) => line.split(' ')[1] === reason);

/** A world whose clock stands at the beginning of an hour. */
async function openAtHour(): Promise<ControllersWorld> {
  const world = await openControllersWorld();
  const hour = 60 * minute;
  await world.advance(hour - (world.clock.now() % hour));
  return world;
}

describe('a CronJob', () => {
  it('makes a Job when its time comes, and says so', async () => {
    await using world = await openAtHour();
    await world.declare(report());
    await world.rest();
    assert.deepEqual(await made(world), []);
    await world.advance(5 * minute + 100);
    assert.deepEqual(await made(world), [5]);
    const [job] = await world.all(jobs);
    const scheduled = job?.metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'];
    assert.match(scheduled ?? '', /T\d\d:05:00Z$/);
    assert.equal(job?.metadata.labels?.app, 'report');
    const { status } = await cronJob(world);
    assert.deepEqual([status?.active, status?.lastScheduleTime], [undefined, scheduled]);
    assert.equal(status?.lastSuccessfulTime, job?.status?.completionTime);
    assert.deepEqual(await told(world, 'SuccessfulCreate'), [
      `Normal SuccessfulCreate Created job ${job?.metadata.name}`,
    ]);
    assert.deepEqual(await told(world, 'SawCompletedJob'), [
      `Normal SawCompletedJob Saw completed job: ${job?.metadata.name}, condition: Complete`,
    ]);
  });

  it('keeps the last three that succeeded and the last one that failed', async () => {
    await using world = await openAtHour();
    await world.declare(report());
    await world.rest();
    await world.advance(100);
    for (let turn = 0; turn < 5; turn += 1) await world.advance(5 * minute);
    assert.deepEqual(await made(world), [15, 20, 25]);

    await world.declare(report({ jobTemplate: failing }));
    await world.rest();
    for (let turn = 0; turn < 3; turn += 1) await world.advance(5 * minute);
    assert.deepEqual(await made(world), [15, 20, 25, 40]);
    assert.equal((await told(world, 'SuccessfulDelete')).length, 4);
  });

  const failing = {
    spec: {
      backoffLimit: 0,
      template: {
        metadata: { annotations: { [behaviour]: 'fail' } },
        spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'report:1' }] },
      },
    },
  };

  it('lets the last run go on beside the next one, or waits for it, or replaces it', async () => {
    const rows = [
      { concurrencyPolicy: 'Allow', active: [5, 10] },
      { concurrencyPolicy: 'Forbid', active: [5] },
      { concurrencyPolicy: 'Replace', active: [10] },
    ];
    for (const { concurrencyPolicy, active } of rows) {
      await using world = await openAtHour();
      await world.declare(report({ concurrencyPolicy }, 'serve'));
      await world.rest();
      await world.advance(5 * minute + 100);
      await world.advance(5 * minute);
      assert.deepEqual(await made(world), active, concurrencyPolicy);
      const { status } = await cronJob(world);
      assert.equal(status?.active?.length, active.length);
      assert.equal((await told(world, 'JobAlreadyActive')).length, concurrencyPolicy === 'Forbid' ? 1 : 0);
    }
  });

  it('makes up for a missed run only, the last one, and not when it is too late', async () => {
    await using world = await openAtHour();
    await world.declare(report({ suspend: true }));
    await world.rest();
    await world.advance(22 * minute);
    assert.deepEqual(await made(world), []);
    await world.declare(report({ suspend: false, startingDeadlineSeconds: 60 }));
    await world.rest();
    assert.deepEqual(await made(world), []);
    await world.declare(report({ suspend: false, startingDeadlineSeconds: 180 }));
    await world.rest();
    assert.deepEqual(await made(world), [20]);
  });

  it('tells when it has missed very many', async () => {
    await using world = await openAtHour();
    await world.declare(report({ schedule: '* * * * *', suspend: true }));
    await world.rest();
    await world.advance(110 * minute);
    await world.declare(report({ schedule: '* * * * *' }));
    await world.rest();
    assert.deepEqual(await made(world), [50]);
    assert.equal((await told(world, 'TooManyMissedTimes')).length, 1);
  });

  it('goes by the clock of its time zone', async () => {
    await using world = await openAtHour();
    await world.declare(report({ schedule: '30 12 * * *', timeZone: 'Asia/Kathmandu' }));
    await world.rest();
    await world.advance(24 * 60 * minute);
    const [job] = await world.all(jobs);
    const scheduled = job?.metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'];
    assert.match(scheduled ?? '', /T12:30:00\+05:45$/);
  });

  it('tells of a Job that belongs to it and that it did not make, and of one that vanished', async () => {
    await using world = await openAtHour();
    await world.declare(report({}, 'serve'));
    await world.rest();
    await world.advance(5 * minute + 100);
    const [job] = await world.all(jobs);
    const { name, uid } = (await cronJob(world)).metadata;
    const ownerReferences = [
      { apiVersion: 'batch/v1', kind: 'CronJob', name, uid: uid ?? '', controller: true },
    ];
    const { jobTemplate } = report({}, 'serve').spec;
    const byHand = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'by-hand', namespace: 'default', ownerReferences },
      spec: jobTemplate.spec,
    };
    await world.declare(byHand);
    await world.rest();
    assert.equal((await told(world, 'UnexpectedJob')).length, 1);
    await world.client
      .resource(jobs)
      .delete(job?.metadata ?? { name: '' }, { propagationPolicy: 'Background' });
    await world.rest();
    assert.deepEqual(await told(world, 'MissingJob'), [
      `Normal MissingJob Active job went missing: ${job?.metadata.name}`,
    ]);
    assert.equal((await cronJob(world)).status?.active, undefined);
  });

  it('leaves nothing behind when it is deleted', async () => {
    await using world = await openAtHour();
    await world.declare(report({}, 'serve'));
    await world.rest();
    await world.advance(5 * minute + 100);
    assert.equal((await world.all(pods)).length, 1);
    await world.client.resource(cronJobs).delete({ namespace: 'default', name: 'report' });
    await world.rest();
    assert.deepEqual([await world.all(jobs), await world.all(pods)], [[], []]);
  });
});
