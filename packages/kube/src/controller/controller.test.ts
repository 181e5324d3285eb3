import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { configMap, listOf, scriptedApi } from '../../test/scripted-api.ts';
import { createClient } from '../client/client.ts';
import { openCache } from '../informer/cache.ts';
import { configMaps, secrets } from '../kinds/index.ts';
import { pods } from '../kinds/index.ts';
import { keyOf, type ObjectName } from '../name.ts';
import type { KubeObject, WatchEvent } from '../object.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { simulatedClock } from '../testing/simulated-clock.ts';
import type { ControllerOptions, Pass } from './contract.ts';
import { startController } from './controller.ts';
import { done, type Outcome, stalled, waiting } from './outcome.ts';
import { watch } from './sources.ts';

type Options = Partial<ControllerOptions<KubeObject>>;

/** A controller of config maps over a scripted API that has the maps `a` and `b`, if nothing else is said. */
function openScene(t: TestContext, reconcile: (name: ObjectName) => Promise<Outcome>, options: Options = {}) {
  const api = scriptedApi();
  api.answers(listOf('10', configMap('a', '5'), configMap('b', '6')), listOf('10'));
  const clock = simulatedClock();
  const cache = openCache({
    client: createClient(api.transport),
    clock,
    random: seededRandom(1),
    freeze: true,
  });
  const seen: string[] = [];
  const passes: Pass[] = [];
  const controller = startController({
    name: 'test',
    cache,
    for: configMaps,
    onPass: (pass) => passes.push(pass),
    reconcile: (name) => {
      seen.push(keyOf(name));
      return reconcile(name);
    },
    ...options,
  });
  t.after(async () => {
    await controller.close();
    await cache.close();
  });
  const take = () => seen.splice(0).sort();
  return { api, clock, cache, controller, passes, take };
}

const modified = (object: KubeObject): WatchEvent => ({ type: 'MODIFIED', object });

const child = (owner: object, resourceVersion = '11'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'pod',
    namespace: 'default',
    resourceVersion,
    ownerReferences: [
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', uid: 'uid-a', controller: true, ...owner },
    ],
  },
});

/** Lets the informers and the queue do what they have to. */
const soon = async (): Promise<void> => {
  for (let i = 0; i < 5; i += 1) await turn();
};

describe('a controller', () => {
  it('makes a first pass over every object, and one over each that changes', async (t) => {
    const { api, controller, take } = openScene(t, async () => done);
    await controller.ready;
    await controller.idle();
    assert.deepEqual(take(), ['default/a', 'default/b']);
    const watch = await api.nextWatch();
    watch.send(modified(configMap('b', '11')), modified(configMap('b', '12')));
    await soon();
    assert.deepEqual(take(), ['default/b']);
    watch.send({ type: 'DELETED', object: configMap('b', '13') });
    await soon();
    assert.deepEqual(take(), ['default/b'], 'it is told of deletions by name too');
  });

  it('skips the changes that `when` finds of no interest', async (t) => {
    const { api, take } = openScene(t, async () => done, { when: ({ before }) => before === undefined });
    const watch = await api.nextWatch();
    await soon();
    assert.deepEqual(take(), ['default/a', 'default/b']);
    watch.send(modified(configMap('b', '11')));
    await soon();
    assert.deepEqual(take(), []);
  });

  it('is woken by the objects that its objects own', async (t) => {
    const { api, take } = openScene(t, async () => done, { owns: [pods] });
    await api.nextWatch();
    const watch = await api.nextWatch();
    await soon();
    take();
    const cases: readonly [string, object, readonly string[]][] = [
      ['its own kind', {}, ['default/a']],
      ['another version of it', { apiVersion: 'v1beta1' }, ['default/a']],
      ['another kind', { kind: 'Secret' }, []],
      ['another group', { apiVersion: 'other/v1' }, []],
      ['an owner that does not manage it', { controller: false }, []],
    ];
    let version = 11;
    for (const [title, owner, woken] of cases) {
      const pod = child(owner, `${version++}`);
      watch.send({ type: 'ADDED', object: pod });
      await soon();
      assert.deepEqual(take(), woken, title);
      watch.send({
        type: 'DELETED',
        object: { ...pod, metadata: { ...pod.metadata, resourceVersion: `${version++}` } },
      });
      await soon();
      take();
    }
  });

  it('is woken for both sides when a watched object moves from one to the other', async (t) => {
    const named = watch({ kind: secrets, map: ({ type = '' }) => [{ namespace: 'default', name: type }] });
    const { api, take } = openScene(t, async () => done, { watches: [named] });
    await api.nextWatch();
    const events = await api.nextWatch();
    const secret = (type: string, version: string) => ({ ...configMap('s', version), kind: 'Secret', type });
    events.send({ type: 'ADDED', object: secret('a', '11') });
    await soon();
    take();
    events.send(modified(secret('b', '12')));
    await soon();
    assert.deepEqual(take(), ['default/a', 'default/b']);
  });

  it('survives a map that throws, and is ill from then on', async (t) => {
    const broken = watch({
      kind: secrets,
      map: () => {
        throw new Error('no idea');
      },
    });
    const { api, controller, take } = openScene(t, async () => done, { watches: [broken] });
    const own = await api.nextWatch();
    const events = await api.nextWatch();
    events.send({ type: 'ADDED', object: configMap('s', '11') });
    await soon();
    assert.match(controller.health() ?? '', /secrets default\/s concerns: Error: no idea/);
    take();
    own.send(modified(configMap('a', '12')));
    await soon();
    assert.deepEqual(take(), ['default/a']);
  });

  it('obeys each outcome', async (t) => {
    let outcome: Outcome = done;
    const { controller, clock, take } = openScene(t, async () => outcome);
    await controller.ready;
    await controller.idle();
    const cases: readonly [Outcome, number | undefined][] = [
      [done, undefined],
      [waiting(), undefined],
      [stalled('NoRuntime'), undefined],
      [waiting(5_000), 5_000],
    ];
    for (const [given, after] of cases) {
      outcome = given;
      controller.enqueue({ namespace: 'default', name: 'a' });
      await controller.idle();
      outcome = done;
      take();
      clock.advance(4_999);
      await controller.idle();
      assert.deepEqual(take(), [], `${given.kind} came back too early`);
      clock.advance(1_000_000);
      await controller.idle();
      assert.deepEqual(take(), after === undefined ? [] : ['default/a'], given.kind);
    }
  });

  it('tries again after a pause when a pass throws, and knows what failed', async (t) => {
    let error: Error | undefined = new Error('no luck');
    const { controller, clock, passes } = openScene(t, async () => {
      if (error) throw error;
      return done;
    });
    await controller.ready;
    await controller.idle();
    assert.deepEqual(
      [...controller.failures()],
      [
        ['default/a', error],
        ['default/b', error],
      ],
    );
    assert.deepEqual(passes[0]?.outcome, { kind: 'failed', error });
    error = undefined;
    clock.advance(60_000);
    await controller.idle();
    assert.equal(controller.failures().size, 0);
    assert.deepEqual(controller.counts(), {
      done: 2,
      waiting: 0,
      stalled: 0,
      failed: 2,
      active: 0,
      delayed: 0,
    });
  });

  it('when closed lets the running pass end, and begins none', async (t) => {
    const ending = Promise.withResolvers<Outcome>();
    const { controller, take } = openScene(t, () => ending.promise);
    await controller.ready;
    await soon();
    let isClosed = false;
    const closed = controller.close().then(() => (isClosed = true));
    controller.enqueue({ namespace: 'default', name: 'late' });
    await soon();
    assert.equal(isClosed, false);
    ending.resolve(done);
    await closed;
    assert.deepEqual(take(), ['default/a']);
  });

  it('when closed aborts what does not end within the grace', async (t) => {
    const { controller, clock } = openScene(t, async () => done, {
      reconcile: (_name, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    await controller.ready;
    await soon();
    const closed = controller.close(500);
    clock.advance(500);
    await closed;
  });

  it('closed before the first list makes no pass', async (t) => {
    const { controller, take } = openScene(t, async () => done);
    await controller.close();
    await soon();
    assert.deepEqual(take(), []);
  });
});
