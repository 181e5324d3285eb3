import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import {
  applyOwned,
  type Cache,
  type ConfigMap,
  configMaps,
  type Controller,
  type ControllerOptions,
  createRecorder,
  done,
  events,
  type ObjectName,
  type ReconcileContext,
  secrets,
  startController,
  waiting,
} from '@fairlead/kube';
import { openWorld, simulatedClock } from '@fairlead/kube/testing';
import { startEngine } from '../src/index.ts';

type Reconcile = ControllerOptions<ConfigMap>['reconcile'];

/** A world with one controller of config maps, which owns secrets. */
async function openScene(t: TestContext, makeReconcile: (cache: Cache) => Reconcile) {
  const clock = simulatedClock();
  const engine = await startEngine({ clock, freeze: true });
  const start = ({ cache }: { cache: Cache }): Controller[] => [
    startController({
      name: 'mirror',
      cache,
      for: configMaps,
      owns: [secrets],
      concurrency: 3,
      reconcile: makeReconcile(cache),
    }),
  ];
  const world = openWorld({ transport: engine.transport(), clock, controllers: start });
  t.after(async () => {
    await world.close();
    await engine.close();
  });
  return world;
}

const map = (name: string, value: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { value },
});

const named = (name: string): ObjectName => ({ namespace: 'default', name });

/** Every config map has a secret that says the same. */
const mirror = async (name: ObjectName, { client, cache }: ReconcileContext) => {
  const owner = cache.informer(configMaps).get(name);
  if (owner === undefined) return done;
  const { data = {} } = owner;
  const metadata = { name: name.name, namespace: name.namespace ?? '' };
  await applyOwned(client, secrets, {
    owner,
    object: {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata,
      type: 'Opaque',
      data: { value: btoa(data.value ?? '') },
    },
  });
  return done;
};

describe('a world', () => {
  it('comes to rest where the controllers have nothing left to do', async (t) => {
    const world = await openScene(t, () => mirror);
    await world.declare(map('a', 'one'), map('b', 'two'));
    await world.rest();
    const secret = await world.client.resource(secrets).get(named('a'));
    assert.deepEqual(secret.data, { value: btoa('one') });
    assert.equal(secret.metadata.ownerReferences?.[0]?.kind, 'ConfigMap');
    await world.declare(map('a', 'three'));
    await world.rest();
    assert.deepEqual((await world.client.resource(secrets).get(named('a'))).data, { value: btoa('three') });
  });

  it('brings back what somebody took away', async (t) => {
    const world = await openScene(t, () => mirror);
    await world.declare(map('a', 'one'));
    await world.rest();
    await world.client.resource(secrets).delete(named('a'));
    await world.rest();
    assert.equal((await world.client.resource(secrets).get(named('a'))).data?.value, btoa('one'));
  });

  it('finds a controller that writes though nothing changed', async (t) => {
    let count = 0;
    const world = await openScene(t, () => async (name, { client }) => {
      if (name.name !== 'a' || count > 3) return done;
      count += 1;
      const body = { metadata: { annotations: { count: `${Math.ceil(count / 2)}` } } };
      await client.resource(configMaps).patch(name, { type: 'merge', body });
      return done;
    });
    await world.declare(map('a', 'one'));
    await assert.rejects(world.rest(), /a second pass over a world at rest wrote/);
  });

  it('finds a controller that never rests', async (t) => {
    let count = 0;
    const world = await openScene(t, () => async (name, { client }) => {
      const body = { data: { count: `${count++}` } };
      if (name.name === 'a') await client.resource(configMaps).patch(name, { type: 'merge', body });
      return done;
    });
    await world.declare(map('a', 'one'));
    await assert.rejects(world.rest(), /does not come to rest; it last wrote\n.*PATCH .*configmaps\/a/s);
  });

  it('finds a controller that writes into the shared cache', async (t) => {
    const world = await openScene(t, (cache) => async (name) => {
      const held = cache.informer(configMaps).get(name);
      if (held?.data) (held.data as Record<string, string>).value = 'mine';
      return done;
    });
    await world.declare(map('a', 'one'));
    await assert.rejects(world.rest(), ({ message, cause }: Error) => {
      assert.match(message, /mirror default\/a fails again and again/);
      return cause instanceof TypeError;
    });
  });

  it('passes over a failure that passes', async (t) => {
    let failures = 2;
    const world = await openScene(t, () => async (name, context) => {
      if (failures-- > 0) throw new Error('no luck');
      return mirror(name, context);
    });
    await world.declare(map('a', 'one'));
    await world.rest();
    assert.equal((await world.client.resource(secrets).get(named('a'))).data?.value, btoa('one'));
  });

  it('lets time pass only when told', async (t) => {
    const world = await openScene(t, (cache) => {
      const due = cache.clock.now() + 60_000;
      return async (name, context) => {
        const left = due - cache.clock.now();
        return left > 0 ? waiting(left) : mirror(name, context);
      };
    });
    await world.declare(map('a', 'one'));
    await world.rest();
    assert.equal(await world.client.resource(secrets).find(named('a')), undefined);
    await world.advance(59_999);
    assert.equal(await world.client.resource(secrets).find(named('a')), undefined);
    await world.advance(1);
    assert.notEqual(await world.client.resource(secrets).find(named('a')), undefined);
  });

  it('counts events of the same news instead of repeating them', async (t) => {
    const world = await openScene(t, () => async () => done);
    await world.declare(map('a', 'one'));
    await world.rest();
    const lost: unknown[] = [];
    const recorder = createRecorder({
      client: world.client,
      clock: world.clock,
      component: 'tester',
      onLost: (error) => lost.push(error),
    });
    const object = await world.client.resource(configMaps).get(named('a'));
    const news = { type: 'Normal', reason: 'Seen', message: 'it was seen' } as const;
    await recorder.record(object, news);
    await recorder.record(object, news);
    await recorder.record(object, { ...news, reason: 'SeenAgain' });
    assert.deepEqual(lost, []);
    const { items } = await world.client.resource(events).list({ namespace: 'default' });
    const counts = Object.fromEntries(items.map(({ reason = '', count }) => [reason, count]));
    assert.deepEqual(counts, { Seen: 2, SeenAgain: 1 });
    assert.equal(items[0]?.involvedObject.uid, object.metadata.uid);
  });
});
