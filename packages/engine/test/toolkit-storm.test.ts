import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  applyOwned,
  type ConfigMap,
  configMaps,
  createClient,
  done,
  ensureFinalizer,
  isBeingDeleted,
  keyOf,
  namespaces,
  type Operator,
  type Random,
  removeFinalizer,
  secrets,
} from '@fairlead/kube';
import { badDay, openWorld, seededRandom, simulatedClock, type World } from '@fairlead/kube/testing';
import { startEngine } from '../src/index.ts';

const seeds = 1000;
const finalizer = 'example.com/outside';

/**
 * What operators do: a child per object, something outside that must be cleaned up, an event. `outside` is a system
 * of somebody else's, which takes the same twice and counts what it would be wrong to do at once.
 */
function mirror(namespace: string, outside: Map<string, string>): Operator {
  const running = new Set<string>();
  return {
    name: 'mirror',
    controllers: ({ start, recorder }) => [
      start<ConfigMap>({
        name: 'mirror',
        for: configMaps,
        scope: { namespace, labelSelector: 'mirrored' },
        owns: [{ kind: secrets, scope: { namespace } }],
        concurrency: 3,
        reconcile: async (name, { client, cache, signal }) => {
          const key = keyOf(name);
          assert(!running.has(key), `${key} twice at once`);
          running.add(key);
          try {
            const maps = client.resource(configMaps);
            const object = cache.informer(configMaps, { namespace, labelSelector: 'mirrored' }).get(name);
            if (object === undefined) return done;
            if (isBeingDeleted(object)) {
              outside.delete(name.name);
              await removeFinalizer(maps, { object, finalizer, signal });
              return done;
            }
            await ensureFinalizer(maps, { object, finalizer, signal });
            const { value = '' } = object.data ?? {};
            outside.set(name.name, value);
            const child = {
              apiVersion: 'v1',
              kind: 'Secret',
              metadata: { ...name },
              data: { value: btoa(value) },
            };
            const isNew = cache.informer(secrets, { namespace }).get(name) === undefined;
            await applyOwned(client, secrets, { owner: object, object: child, signal });
            if (isNew)
              await recorder.record(object, {
                type: 'Normal',
                reason: 'Mirrored',
                message: 'It has its secret.',
              });
            return done;
          } finally {
            running.delete(key);
          }
        },
      }),
    ],
  };
}

/** What people do meanwhile. */
async function disturb(world: World, namespace: string, random: Random): Promise<void> {
  const metadata = { namespace, name: `map-${Math.floor(random() * 3)}`, labels: { mirrored: 'yes' } };
  const chance = random();
  if (chance < 0.6)
    await world.declare({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { value: String(Math.floor(random() * 100)) },
    } as never);
  else if (chance < 0.8)
    await world.client
      .resource(configMaps)
      .delete(metadata)
      .catch(() => {});
  else
    await world.client
      .resource(secrets)
      .delete(metadata)
      .catch(() => {});
}

it(`controllers bring about what is wanted and nothing else, over a bad line, in ${seeds} runs`, async (t) => {
  const clock = simulatedClock();
  const engine = await startEngine({ clock, random: seededRandom(1), freeze: true });
  t.after(() => engine.close());
  const person = createClient(engine.transport());
  let faults = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const random = seededRandom(seed);
    const namespace = `run-${seed}`;
    const metadata = { name: namespace };
    await person.resource(namespaces).create({ apiVersion: 'v1', kind: 'Namespace', metadata });
    const outside = new Map<string, string>();
    const line = { transport: engine.transport(), clock, seed, faults: badDay };
    const world = openWorld({ ...line, ...mirror(namespace, outside) });
    try {
      for (let step = 0; step < 2; step += 1) {
        await disturb(world, namespace, random);
        await disturb(world, namespace, random);
        await world.rest();
      }
      const { items } = await person.resource(configMaps).list({ namespace });
      const wanted = Object.fromEntries(items.map((map) => [map.metadata.name, map.data?.['value'] ?? '']));
      const children = (await person.resource(secrets).list({ namespace })).items
        .filter(({ metadata }) =>
          items.some(({ metadata: { uid } }) => metadata.ownerReferences?.[0]?.uid === uid),
        )
        .map((secret) => [secret.metadata.name, atob(secret.data?.['value'] ?? '')]);
      assert.deepEqual(Object.fromEntries(children), wanted);
      assert.deepEqual(Object.fromEntries(outside), wanted);
      faults += world.faults;
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
    } finally {
      await world.close();
    }
  }
  assert.ok(faults > seeds * 3, `only ${faults} faults`);
});
