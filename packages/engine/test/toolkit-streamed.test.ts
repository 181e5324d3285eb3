import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import {
  configMaps,
  createClient,
  type KubeRequest,
  openCache,
  type Transport,
  withoutManagedFields,
} from '@fairlead/kube';
import { badDay, openFaultyLine, seededRandom, simulatedClock } from '@fairlead/kube/testing';
import { startEngine } from '../src/index.ts';

const namespace = 'default';

async function openScene(
  t: TestContext,
  line: (transport: Transport) => Transport = (transport) => transport,
) {
  const engine = await startEngine({ freeze: true });
  const clock = simulatedClock();
  const requests: KubeRequest[] = [];
  const bad = line(engine.transport());
  const client = createClient((request) => {
    requests.push(request);
    return bad(request);
  });
  const cache = openCache({
    client,
    clock,
    random: seededRandom(1),
    freeze: true,
    streamsState: true,
    transform: withoutManagedFields,
  });
  t.after(async () => {
    await cache.close();
    await engine.close();
  });
  const person = createClient(engine.transport()).resource(configMaps);
  const add = (name: string) =>
    person.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name } });
  const names = () =>
    cache
      .informer(configMaps, { namespace })
      .list()
      .map(({ metadata }) => metadata.name)
      .sort();
  return { cache, clock, requests, add, person, names };
}

describe('a cache that has the state streamed', () => {
  it('makes one request, and goes on from there', async (t) => {
    const { cache, requests, add, names, person } = await openScene(t);
    await add('a');
    await add('b');
    const informer = cache.informer(configMaps, { namespace });
    await informer.synced;
    assert.deepEqual(names(), ['a', 'b']);
    assert.equal(requests.length, 1);
    assert.match(requests[0]?.query ?? '', /sendInitialEvents=true/);
    await add('c');
    await person.delete({ namespace, name: 'a' });
    await turn();
    assert.deepEqual(names(), ['b', 'c']);
    assert.equal(informer.get({ namespace, name: 'b' })?.metadata.managedFields, undefined);
  });

  it('lists where the server does not know how', async (t) => {
    const refuses =
      (transport: Transport): Transport =>
      (request) =>
        transport({
          ...request,
          query: request.query.replace('resourceVersionMatch=NotOlderThan', 'resourceVersionMatch=Exact'),
        });
    const { cache, requests, add, names } = await openScene(t, refuses);
    await add('a');
    await cache.informer(configMaps, { namespace }).synced;
    assert.deepEqual(names(), ['a']);
    assert.ok(requests.some(({ query }) => !query.includes('watch=true')));
  });

  it('has all of it on a bad day, and tells of what went meanwhile', async (t) => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = seededRandom(seed);
      const time = simulatedClock();
      const { cache, clock, add, person, names } = await openScene(
        t,
        (transport) =>
          openFaultyLine(transport, { chances: { ...badDay, late: 0 }, random, clock: time }).transport,
      );
      const seen = new Set<string>();
      cache.informer(configMaps, { namespace }).subscribe(({ after, before }) => {
        const name = (after ?? before)?.metadata.name ?? '';
        if (after === undefined) seen.delete(name);
        else seen.add(name);
      });
      for (let i = 0; i < 30; i += 1) {
        await add(`map-${i}`);
        if (random() < 0.4) await person.delete({ namespace, name: `map-${i}` });
        clock.advance(100);
        await turn();
      }
      const { items } = await person.list({ namespace });
      const expected = items.map(({ metadata }) => metadata.name).sort();
      const isCurrent = () => cache.informers()[0]?.hasSynced && names().join() === expected.join();
      for (let i = 0; i < 500 && !isCurrent(); i += 1) {
        clock.advance(1000);
        await turn();
      }
      assert.deepEqual(names(), expected);
      assert.deepEqual([...seen].sort(), expected);
    }
  });
});
