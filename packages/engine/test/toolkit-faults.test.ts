import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import {
  type ConfigMap,
  configMaps,
  createClient,
  isNotFound,
  type KubeRequest,
  type KubeResponse,
  openCache,
  type Random,
  type Resource,
  type Transport,
  type WatchSink,
} from '@fairlead/kube';
import { seededRandom, simulatedClock } from '@fairlead/kube/testing';
import { startEngine } from '../src/index.ts';

const seeds = 40;
const steps = 60;

/** The transport on a bad day: requests that fail, answers that get lost, watches that break. */
function unreliable(transport: Transport, random: Random): Transport {
  return async (request) => {
    if (random() < 0.1) throw new Error('the line is dead');
    const response = await transport(request);
    if (random() < 0.05) throw new Error('the answer was lost');
    return breaking(request, response, random);
  };
}

function breaking({ signal }: KubeRequest, response: KubeResponse, random: Random): KubeResponse {
  const { body } = response;
  if (body.kind !== 'watch') return response;
  const open = (sink: WatchSink): void => {
    let isBroken = false;
    body.open({
      next(frames) {
        if (isBroken || signal?.aborted) return;
        isBroken = random() < 0.15;
        const delivered = isBroken ? frames.slice(0, Math.floor(random() * frames.length)) : frames;
        if (delivered.length > 0) sink.next(delivered);
        if (isBroken) sink.end(random() < 0.5 ? new Error('the line broke') : undefined);
      },
      end: (error) => sink.end(error),
    });
  };
  return { ...response, body: { kind: 'watch', open } };
}

const map = (name: string, i: number): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data: { i: `${i}` },
});

const state = (objects: readonly ConfigMap[]): string[] =>
  objects.map(({ metadata, data }) => `${metadata.name}@${metadata.resourceVersion}=${data?.i}`).sort();

const apply = (resource: Resource<ConfigMap>, name: string, i: number) =>
  resource.apply(map(name, i), { force: true });

async function simulate(seed: number): Promise<void> {
  const random = seededRandom(seed);
  const clock = simulatedClock();
  await using engine = await startEngine({ clock, freeze: true });
  const others = createClient(engine.transport()).resource(configMaps);
  const client = createClient(unreliable(engine.transport(), random));
  await using cache = openCache({ client, clock, random, freeze: true });
  const informer = cache.informer(configMaps);
  // What a subscriber has been told, put together, must be what the informer holds.
  const told = new Map<string, ConfigMap>();
  informer.subscribe(({ before, after }) => {
    const name = (after ?? before)?.metadata.name ?? '';
    assert.equal(told.get(name), before, 'a change begins where the last one ended');
    if (after === undefined) told.delete(name);
    else told.set(name, after);
  });
  const turn = async (milliseconds: number): Promise<void> => {
    clock.advance(milliseconds);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const own = cache.client.resource(configMaps);
  for (let step = 0; step < steps; step += 1) {
    const name = `map-${Math.floor(random() * 5)}`;
    // Ours may fail on the way; what they did then is for the watch to tell.
    const isOurs = random() < 0.4;
    const resource = isOurs ? own : others;
    const write = random() < 0.6 ? apply(resource, name, step) : resource.delete(map(name, step).metadata);
    await write.catch((error: unknown) => assert(isOurs || isNotFound(error)));
    await turn(random() * 100);
  }
  const { items } = await others.list();
  const expected = state(items);
  const isCurrent = () => informer.hasSynced && isDeepStrictEqual(state(informer.list()), expected);
  for (let i = 0; i < 2000 && !isCurrent(); i += 1) await turn(1000);
  assert.deepEqual(state(informer.list()), expected);
  assert.deepEqual(state([...told.values()]), expected);
}

it(`an informer ends up with what the server has, over a bad line, in ${seeds} runs`, async () => {
  for (let seed = 1; seed <= seeds; seed += 1) {
    await simulate(seed).catch((error: Error) => {
      throw new Error(`seed ${seed}: ${error.message}`, { cause: error });
    });
  }
});
