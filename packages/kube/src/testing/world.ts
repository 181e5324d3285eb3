import assert from 'node:assert/strict';
import { createClient } from '../client/client.ts';
import type { Client } from '../client/contract.ts';
import type { Random } from '../clock.ts';
import type { Controller } from '../controller/contract.ts';
import { openCache } from '../informer/cache.ts';
import type { Cache, Informer } from '../informer/contract.ts';
import { kind } from '../kinds/kind.ts';
import { namespaces } from '../kinds/core.ts';
import { parseKey } from '../name.ts';
import type { Desired, KubeObject } from '../object.ts';
import type { Transport } from '../transport.ts';
import { compareVersions } from '../version.ts';
import { seededRandom } from './seeded-random.ts';
import { type SimulatedClock, simulatedClock } from './simulated-clock.ts';
import { createWriteLog, type WriteLog } from './write-log.ts';

export interface WorldOptions {
  /** An API server: `engine.transport()`. */
  readonly transport: Transport;
  /** Give the engine the same one. */
  readonly clock?: SimulatedClock;
  readonly seed?: number;
  /** Starts what is to be tested, on the world's cache. */
  readonly controllers: (parts: WorldParts) => readonly Controller[];
}

/** What controllers are made from. The objects in the cache are frozen. */
export interface WorldParts {
  readonly client: Client;
  readonly cache: Cache;
  readonly clock: SimulatedClock;
  readonly random: Random;
}

/** An API with controllers at work, which a test moves from rest to rest. */
export interface World extends WorldParts {
  /** Makes the objects so, in order, as a person would; a status too, as whoever reports it would. */
  declare(...objects: readonly Declared[]): Promise<void>;
  /**
   * Runs the controllers until nothing is due, then over everything once more, and fails if that wrote
   * anything. What waits for a time stays waiting: see `advance`.
   */
  rest(): Promise<void>;
  /** Lets time pass, then rests. */
  advance(milliseconds: number): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export type Declared = Desired & { readonly status?: unknown };

/** Starts controllers on an API, on simulated time and frozen objects. Close it at the end of the test. */
export function openWorld(options: WorldOptions): World {
  const { clock = simulatedClock(), seed = 1 } = options;
  const random = seededRandom(seed);
  const log = createWriteLog(options.transport);
  // The test's own client: what a person does is no write of the controllers.
  const person = createClient(options.transport, { fieldManager: 'test' });
  const cache = openCache({ client: createClient(log.transport), clock, random, freeze: true });
  const parts: WorldParts = { client: cache.client, cache, clock, random };
  const controllers = options.controllers(parts);
  const rest = () => restTwice({ person, cache, controllers, log });
  const close = async (): Promise<void> => {
    for (const controller of controllers.toReversed()) await controller.close();
    await cache.close();
  };
  return {
    ...parts,
    client: person,
    declare: async (...objects) => {
      for (const object of objects) await declare(person, object);
    },
    rest,
    advance: (milliseconds) => {
      clock.advance(milliseconds);
      return rest();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function declare(client: Client, { status, ...object }: Declared): Promise<void> {
  const type = await client.discover(object);
  assert(type !== undefined, `the server does not know ${object.apiVersion} ${object.kind}`);
  const resource = client.resource(kind<KubeObject & { readonly status?: unknown }>(type));
  const namespace = type.namespaced ? (object.metadata.namespace ?? 'default') : undefined;
  const metadata = { ...object.metadata, ...(namespace !== undefined && { namespace }) };
  const written = await resource.apply({ ...object, metadata }, { force: true });
  if (status !== undefined)
    await resource.status.patch(written.metadata, { type: 'merge', body: { status } });
}

interface Scene {
  readonly person: Client;
  readonly cache: Cache;
  readonly controllers: readonly Controller[];
  readonly log: WriteLog;
}

async function restTwice(scene: Scene): Promise<void> {
  await settle(scene);
  for (const controller of scene.controllers) assert.equal(controller.health(), undefined);
  const { metadata } = await scene.person.resource(namespaces).list();
  const before = scene.log.count;
  for (const controller of scene.controllers) controller.enqueueAll();
  await settle(scene);
  const written = scene.log.since(metadata.resourceVersion, before);
  assert.deepEqual(written, [], 'a second pass over a world at rest wrote');
}

/** Passes on the way to rest; more than this is a loop that feeds itself. */
const mostPasses = 1000;

/** Looks at the server until the informers hold what it holds; more than this is news that got lost. */
const mostLooks = 10_000;

async function settle(scene: Scene): Promise<void> {
  const { controllers, cache, log } = scene;
  const before = passesOf(controllers);
  const retried = new Map<string, number>();
  await Promise.all(controllers.map(({ ready }) => ready));
  for (let looks = 0; looks < mostLooks; ) {
    // Not `idle`: a loop that feeds itself never is.
    await new Promise((resolve) => setImmediate(resolve));
    if (passesOf(controllers) - before > mostPasses) break;
    if (isBusy(controllers) || retryFailed(controllers, retried)) continue;
    await cache.synced();
    const current = await Promise.all(cache.informers().map((informer) => isCurrent(scene, informer)));
    looks += 1;
    if (current.every(Boolean) && !isBusy(controllers)) return;
  }
  assert.fail(`the world does not come to rest; it last wrote\n${log.latest(10).join('\n')}`);
}

const isBusy = (controllers: readonly Controller[]): boolean =>
  controllers.some((controller) => controller.counts().active > 0);

function passesOf(controllers: readonly Controller[]): number {
  const counts = controllers.map((controller) => controller.counts());
  return counts.reduce(
    (sum, { done, waiting, stalled, failed }) => sum + done + waiting + stalled + failed,
    0,
  );
}

/** Conflicts happen and pass; what fails again and again is a finding. No need to wait for the back-off. */
function retryFailed(controllers: readonly Controller[], retried: Map<string, number>): boolean {
  for (const controller of controllers) {
    for (const [key, error] of controller.failures()) {
      const name = `${controller.name} ${key}`;
      const times = (retried.get(name) ?? 0) + 1;
      if (times > 5) throw new Error(`${name} fails again and again`, { cause: error });
      retried.set(name, times);
      controller.enqueue(parseKey(key));
    }
  }
  return isBusy(controllers);
}

/** Whether an informer holds what the server holds. */
async function isCurrent({ person }: Scene, informer: Informer<KubeObject>): Promise<boolean> {
  const { items } = await person.resource(informer.kind).list(informer.scope);
  const holds = ({ metadata }: KubeObject): boolean => {
    const held = informer.get(metadata)?.metadata.resourceVersion;
    return held !== undefined && compareVersions(held, metadata.resourceVersion ?? '') >= 0;
  };
  return items.length === informer.list().length && items.every(holds);
}
