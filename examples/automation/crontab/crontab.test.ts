import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { crdOf } from '@fairlead/api/schema';
import { startEngine } from '@fairlead/engine';
import { createClient, isTrue, type Job, jobs, pods } from '@fairlead/kube';
import { badDay, openWorld, simulatedClock } from '@fairlead/kube/testing';
import { openCluster, within } from '../cluster.fixture.ts';
import { scheduledAt } from './children.ts';
import { cronTab } from './operator.ts';
import { CronTabKind, cronTabs, type Entry } from './tab.ts';

const start = Date.parse('2026-03-28T12:00:10Z');

const entry = (name: string, schedule: string, image = 'busybox'): Entry => ({ name, schedule, image });

const tab = (namespace: string, entries: readonly Entry[], spec: object = {}) => ({
  apiVersion: 'automation.example.com/v1',
  kind: 'CronTab',
  metadata: { name: 'tab', namespace },
  spec: { entries, ...spec },
});

/** `report 12:30 waiting`, in the order of their times. */
const shown = (all: readonly Job[]): string[] =>
  all
    .toSorted((a, b) => scheduledAt(a) - scheduledAt(b))
    .map((job) => `${timeOf(job)} ${job.spec.suspend ? 'waiting' : 'started'} ${imageOf(job)}`);

const timeOf = (job: Job): string => new Date(scheduledAt(job)).toISOString().slice(11, 16);
const imageOf = (job: Job): string => job.spec.template.spec?.containers[0]?.image ?? '';

async function openScene(t: TestContext) {
  const cluster = await openCluster(t, import.meta.dirname);
  // Only the operator's clock is ours: the cluster has its own.
  const clock = simulatedClock(start);
  const until = async (...expected: readonly string[]) => {
    const isSo = (all: readonly Job[]) =>
      shown(all.filter(within(cluster.namespace))).join() === expected.join();
    await cluster.until(jobs, isSo);
  };
  const write = (entries: readonly Entry[], spec?: object) =>
    cluster.declare(tab(cluster.namespace, entries, spec));
  return { ...cluster, clock, write, until, run: () => cluster.start(cronTab, { clock }) };
}

describe('a table of what runs when', () => {
  it('adds what is new, updates what has changed, deletes what is old', async (t) => {
    const { write, run, until } = await openScene(t);
    await write([entry('a', '30 12 * * *', 'one'), entry('b', '0 13 * * *', 'two')]);
    await run();
    await until('12:30 waiting one', '13:00 waiting two');
    await write([entry('a', '30 12 * * *', 'three'), entry('b', '0 13 * * *', 'two')]);
    await until('12:30 waiting three', '13:00 waiting two');
    await write([entry('a', '45 12 * * *', 'three'), entry('c', '0 14 * * *', 'four')]);
    await until('12:45 waiting three', '14:00 waiting four');
  });

  it('starts each run at its time, in its time zone', async (t) => {
    const { write, run, until, clock } = await openScene(t);
    // Clocks in Berlin are put forward in the night to come.
    await write([entry('a', '15 13 * * *', 'one')], { timeZone: 'Europe/Berlin' });
    await run();
    await until('12:15 waiting one');
    clock.advance(14 * 60_000 + 49_000);
    await until('12:15 waiting one');
    clock.advance(1000);
    await until('12:15 started one', '11:15 waiting one');
  });

  it('makes up for the runs of a time when it was not there, each once', async (t) => {
    const { write, run, until, clock } = await openScene(t);
    await write([entry('a', '* * * * *', 'one')], { missedWithin: 180 });
    const first = await run();
    await until('12:01 waiting one');
    clock.advance(60_000);
    await until('12:01 started one', '12:02 waiting one');
    await first.close();
    clock.advance(120_000);
    const started = ['12:01 started one', '12:02 started one', '12:03 started one'];
    const second = await run();
    await until(...started, '12:04 waiting one');
    await second.close();
    clock.advance(3_600_000);
    await run();
    // An hour later: the one that was waiting, and what is not older than it may be.
    const late = ['12:04', '13:01', '13:02', '13:03'].map((time) => `${time} started one`);
    await until(...started, ...late, '13:04 waiting one');
  });

  it('says which entries cannot run, and runs the others', async (t) => {
    const { write, run, until, namespace, find } = await openScene(t);
    await write([entry('a', '61 * * * *'), entry('b', '0 0 31 2 *'), entry('c', '30 12 * * *')]);
    await run();
    await until('12:30 waiting busybox');
    const { status } = await find(cronTabs, (each) => within(namespace)(each) && each.status !== undefined);
    assert.deepEqual(status?.problems, ['a: "61" is no minute (0-59)', 'b: its time never comes']);
  });

  it('keeps so many finished runs', async (t) => {
    const { write, run, until, clock, admin, namespace, find } = await openScene(t);
    await write([entry('a', '* * * * *', 'one')], { keep: 1 });
    await run();
    await until('12:01 waiting one');
    for (let minute = 1; minute <= 2; minute += 1) {
      clock.advance(60_000);
      // No node runs it: we say that it has.
      const pod = await find(pods, (each) => within(namespace)(each) && each.status?.phase === 'Pending');
      const body = { status: { phase: 'Succeeded' } };
      await admin.resource(pods).status.patch(pod.metadata, { type: 'merge', body });
      await find(
        jobs,
        (job) =>
          within(namespace)(job) &&
          timeOf(job) === `12:0${minute}` &&
          isTrue(job.status?.conditions, 'Complete'),
      );
    }
    await until('12:02 started one', '12:03 waiting one');
  });
});

it('no run is missed or doubled on a bad day', async () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const clock = simulatedClock(start);
    await using engine = await startEngine({ clock, freeze: true });
    const person = createClient(engine.transport());
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    await person.json({ method: 'POST', path, body: crdOf(CronTabKind) });
    await using world = openWorld({ transport: engine.transport(), clock, seed, faults: badDay, ...cronTab });
    await world.declare(tab('default', [entry('a', '* * * * *'), entry('b', '*/3 * * * *')], { keep: 1000 }));
    await world.rest();
    for (let minute = 0; minute < 5; minute += 1) await world.advance(90_000);
    const { items } = await person.resource(jobs).list({ namespace: 'default' });
    for (const [name, minutes] of [
      ['a', 1],
      ['b', 3],
    ] as const) {
      const mine = items
        .filter(({ metadata }) => metadata.name.startsWith(`tab-${name}-`))
        .map(scheduledAt)
        .sort((x, y) => x - y);
      const first = mine[0] ?? 0;
      assert.deepEqual(
        mine,
        mine.map((_, i) => first + i * minutes * 60_000),
        `seed ${seed}`,
      );
      assert.ok((mine.at(-1) ?? 0) > clock.now());
    }
    const waiting = items.filter((job) => job.spec.suspend);
    assert.equal(waiting.length, 2);
    assert.ok(waiting.every((job) => scheduledAt(job) > clock.now()));
  }
});
