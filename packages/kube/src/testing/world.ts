import assert from 'node:assert/strict';
import { createClient } from '../client/client.ts';
import type { Client, ObjectList } from '../client/contract.ts';
import type { Controller } from '../controller/contract.ts';
import { openCache } from '../informer/cache.ts';
import type { Cache, Informer } from '../informer/contract.ts';
import type { OperatorParts } from '../operator/contract.ts';
import { createParts } from '../operator/parts.ts';
import { kind } from '../kinds/kind.ts';
import { parseKey } from '../name.ts';
import type { Desired, KubeObject } from '../object.ts';
import type { Transport } from '../transport.ts';
import { compareVersions } from '../version.ts';
import { type FaultChances, type FaultyLine, openFaultyLine } from './faults.ts';
import { seededRandom } from './seeded-random.ts';
import { type SimulatedClock, simulatedClock } from './simulated-clock.ts';
import { createWriteLog, type WriteLog } from './write-log.ts';

export interface WorldOptions {
  /** An API server: `engine.transport()`. */
  readonly transport: Transport;
  /** Give the engine the same one. */
  readonly clock?: SimulatedClock;
  readonly seed?: number;
  /** What goes wrong between the controllers and the API on the way to rest; from the seed. */
  readonly faults?: FaultChances;
  /** Whose controllers they are: an `Operator` may be given as it is. */
  readonly name?: string;
  /** Starts what is to be tested, on the world's cache. */
  readonly controllers: (parts: WorldParts) => readonly Controller[];
}

/** What controllers are made from. The objects in the cache are frozen. */
export interface WorldParts extends OperatorParts {
  readonly clock: SimulatedClock;
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
  /** What has gone wrong until now. */
  readonly faults: number;
  /** Lets time pass, then rests. */
  advance(milliseconds: number): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export type Declared = Desired & { readonly status?: unknown };

/** Starts controllers on an API, on simulated time and frozen objects. Close it at the end of the test. */
export function openWorld(options: WorldOptions): World {
  const { clock = simulatedClock(), seed = 1, name = 'kube', faults } = options;
  const random = seededRandom(seed);
  const log = createWriteLog(options.transport);
  const line = faults && openFaultyLine(log.transport, { chances: faults, random, clock });
  // The test's own client: what a person does is no write of the controllers.
  const person = createClient(options.transport, { fieldManager: 'test' });
  const client = createClient(line?.transport ?? log.transport, { fieldManager: name });
  const cache = openCache({ client, clock, random, freeze: true });
  const parts: WorldParts = { ...createParts({ name, cache, onPass: () => {} }), clock };
  const controllers = options.controllers(parts);
  const rest = () => restTwice({ person, cache, clock, controllers, log, line });
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
    get faults() {
      return line?.count ?? 0;
    },
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
  readonly clock: SimulatedClock;
  readonly line: FaultyLine | undefined;
  readonly controllers: readonly Controller[];
  readonly log: WriteLog;
}

async function restTwice(scene: Scene): Promise<void> {
  if (scene.line !== undefined) await weather(scene, scene.line);
  await settle(scene);
  for (const controller of scene.controllers) assert.equal(controller.health(), undefined);
  const version = await currentVersion(scene.person);
  const before = scene.log.count;
  for (const controller of scene.controllers) controller.enqueueAll();
  await settle(scene);
  const written = scene.log.since(version, before);
  assert.deepEqual(written, [], 'a second pass over a world at rest wrote');
}

/** The version of the newest write of anybody. */
async function currentVersion(client: Client): Promise<string> {
  const query = { limit: 1 };
  const { metadata } = await client.json<ObjectList<KubeObject>>({ path: '/api/v1/namespaces', query });
  return metadata.resourceVersion;
}

/** How much bad luck one rest has to bear, and for how long at most (10 ms each). */
const weathering = { faults: 10, steps: 40 };

/** Lets the controllers work on a bad line for a while, and time pass for their pauses; then the line is good. */
async function weather({ clock, controllers }: Scene, line: FaultyLine): Promise<void> {
  const before = line.count;
  line.damage();
  for (let step = 0; step < weathering.steps && line.count - before < weathering.faults; step += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(10);
    if (step % 20 === 19) for (const controller of controllers) controller.enqueueAll();
  }
  line.mend();
}

/** Passes on the way to rest; more than this is a loop that feeds itself. */
const mostPasses = 1000;

/** Looks at the server until the informers hold what it holds; more than this is news that got lost. */
const mostLooks = 10_000;

async function settle(scene: Scene): Promise<void> {
  const { controllers, cache, log } = scene;
  const before = passesOf(controllers);
  const retried = new Map<string, number>();
  await reach(scene, Promise.all(controllers.map(({ ready }) => ready)));
  for (let looks = 0; looks < mostLooks; ) {
    // Not `idle`: a loop that feeds itself never is.
    await turn(scene);
    if (passesOf(controllers) - before > mostPasses) break;
    if (isBusy(controllers) || retryFailed(controllers, retried)) continue;
    await reach(scene, cache.synced());
    const current = await Promise.all(cache.informers().map((informer) => isCurrent(scene, informer)));
    looks += 1;
    if (current.every(Boolean) && !isBusy(controllers)) return;
  }
  assert.fail(`the world does not come to rest; it last wrote\n${log.latest(10).join('\n')}`);
}

/** Lets everything that is due be done. */
async function turn({ line, clock }: Scene): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  // After a bad line something may be late, or pause before it tries again.
  if (line !== undefined) clock.advance(100);
}

async function reach(scene: Scene, wanted: Promise<unknown>): Promise<void> {
  const state = { isReached: false };
  const reached = wanted.finally(() => (state.isReached = true));
  while (scene.line !== undefined && !state.isReached) await turn(scene);
  await reached;
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
  // One whose watch has just ended is about to go on.
  return informer.error === undefined && items.length === informer.list().length && items.every(holds);
}
