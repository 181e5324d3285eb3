import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { simulatedClock } from '@fairlead/kube/testing';
import { openMemoryStore } from '../store/memory.ts';
import { openFrontDoor } from '../testing/front-door.ts';

const events = '/api/v1/namespaces/default/events';
const maps = '/api/v1/namespaces/default/configmaps';
const MINUTE = 60_000;

const event = (name: string, more: object = {}) => ({
  metadata: { name, namespace: 'default', ...more },
  involvedObject: { namespace: 'default' },
});

const openWorld = async (eventTtlSeconds?: number) => {
  const clock = simulatedClock();
  const store = await openMemoryStore();
  const options = { clock, store, ...(eventTtlSeconds !== undefined && { eventTtlSeconds }) };
  const start = () => openFrontDoor(options);
  const door = await start();
  const names = async (at = door): Promise<readonly string[]> => {
    // Commits go in order: with this one everything before it is there.
    await at.post(maps, { metadata: { generateName: 'after-' } });
    return (await at.get(events)).body.items.map(
      (item: { metadata: { name: string } }) => item.metadata.name,
    );
  };
  return { clock, door, start, names, [Symbol.asyncDispose]: () => door[Symbol.asyncDispose]() };
};

describe('an event', () => {
  it('goes in the same way when it was written to events.k8s.io', async () => {
    await using world = await openWorld();
    const { clock, door, names } = world;
    const newer = {
      eventTime: '2024-05-06T07:08:09.000001Z',
      reportingController: 'c',
      reportingInstance: 'i',
    };
    const said = { type: 'Normal', reason: 'R', action: 'A', regarding: { namespace: 'default' } };
    const address = '/apis/events.k8s.io/v1/namespaces/default/events';
    await door.post(address, { metadata: { name: 'a' }, ...newer, ...said });
    assert.deepEqual(await names(), ['a']);
    clock.advance(60 * MINUTE + 1000);
    assert.deepEqual(await names(), []);
  });

  it('goes an hour after it was last written', async () => {
    await using world = await openWorld();
    const { clock, door, names } = world;
    await door.post(events, event('a'));
    await door.post(events, event('b'));
    clock.advance(30 * MINUTE);
    await door.patch(`${events}/a`, { message: 'again' });
    clock.advance(30 * MINUTE + 1000);
    assert.deepEqual(await names(), ['a']);
    clock.advance(30 * MINUTE);
    assert.deepEqual(await names(), []);
  });

  it('stays as long as the engine is told', async () => {
    await using world = await openWorld(60);
    await world.door.post(events, event('a'));
    world.clock.advance(59_000);
    assert.deepEqual(await world.names(), ['a']);
    world.clock.advance(2_000);
    assert.deepEqual(await world.names(), []);
  });

  it('is seen going by watchers, whatever finalizers it has', async () => {
    await using world = await openWorld(60);
    const watching = await world.door.watch(`${events}?watch=true`);
    await world.door.post(events, event('a', { finalizers: ['example.com/hold'] }));
    world.clock.advance(MINUTE + 1000);
    const [added, deleted] = await watching.count(2);
    assert.deepEqual([added?.type, deleted?.type], ['ADDED', 'DELETED']);
    assert.ok(
      Number(deleted?.object.metadata.resourceVersion) > Number(added?.object.metadata.resourceVersion),
    );
    watching.close();
  });

  it('goes at its time though the engine was started again, and at once when that has passed', async () => {
    await using world = await openWorld();
    await world.door.post(events, event('old'));
    world.clock.advance(40 * MINUTE);
    await world.door.post(events, event('young'));
    await world.door[Symbol.asyncDispose]();
    world.clock.advance(25 * MINUTE);
    await using again = await world.start();
    world.clock.advance(1000);
    assert.deepEqual(await world.names(again), ['young']);
    world.clock.advance(36 * MINUTE);
    assert.deepEqual(await world.names(again), []);
  });

  it('is one of many: only the front of the queue is looked at', async () => {
    await using world = await openWorld();
    for (let minute = 0; minute < 50; minute++) {
      await world.door.post(events, event(`e-${minute}`));
      world.clock.advance(MINUTE);
    }
    world.clock.advance(35 * MINUTE);
    assert.equal((await world.names()).length, 50 - 25 - 1);
  });
});
