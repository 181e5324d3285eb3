import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Random, systemClock, type Transport } from '@fairlead/kube';
import { seededRandom } from '@fairlead/kube/testing';
import { startEngine } from '../../../packages/engine/src/index.ts';
import { type Journal, openStore, type Store } from '../../../packages/engine/src/store/index.ts';
import { frontDoorOf } from '../../../packages/engine/src/testing/front-door.ts';
import { plainJournal } from '../plain-journal.ts';
import { actAsClient, eventsOf, keepWatching, namespaces, pause, put, type Scene } from './client.ts';
import { type Happening, Recorder } from './history.ts';

/** Where a planted bug gets in between. Whatever it leaves out is as it should be. */
export interface Plant {
  journal?(journal: Journal, random: Random): Journal;
  store?(store: Store, random: Random): Store;
  transport?(transport: Transport, random: Random): Transport;
}

const clients = 6;
const actsPerLife = 14;
const lives = 4;

/** One history: several lives of an engine on one store, each ended in order or by a kill. The seed decides all of it. */
export async function play(seed: number, plant: Plant = {}): Promise<readonly Happening[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-history-'));
  try {
    const random = seededRandom(seed);
    const recorder = new Recorder();
    for (let life = 0; life < lives; life += 1) {
      const path = join(folder, String(life), 'store.db');
      const stage = await raise({ path, recorder, random, plant });
      await act(stage, { path: join(folder, String(life + 1), 'store.db'), ends: life === lives - 1 });
    }
    return recorder.happenings;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A server that runs. */
interface Stage {
  readonly scene: Scene;
  readonly path: string;
  /** While it is not sound, some commits fail. */
  readonly disk: { isSound: boolean };
  close(): Promise<void>;
}

interface Given {
  readonly path: string;
  readonly recorder: Recorder;
  readonly random: Random;
  readonly plant: Plant;
}

async function raise({ path, recorder, random, plant }: Given): Promise<Stage> {
  const disk = { isSound: true };
  const journal = slow(failing(plainJournal(path), disk, random), random);
  const store = await openStore(plant.journal?.(journal, random) ?? journal);
  const shown = plant.store?.(store, random) ?? store;
  const engine = await startEngine({ store: shown, random, clock: systemClock, freeze: true });
  const transport = engine.transport();
  const door = frontDoorOf(plant.transport?.(transport, random) ?? transport, () => engine.close());
  recorder.deaf = false;
  const compact = (upTo: number): Promise<void> => shown.compact(upTo);
  const close = async (): Promise<void> => {
    await engine.close();
    await store.close();
  };
  return { scene: { door, recorder, random, compact, watches: [], witnessed: new Map() }, path, disk, close };
}

/** The thread of a real store takes its time; here chance says how much, and so in which order things happen. */
const slow = (journal: Journal, random: Random): Journal => ({
  ...journal,
  commit: async (batch) => {
    await pause(random);
    await journal.commit(batch);
    await pause(random);
  },
});

/** Some commits fail; of those, some have reached the disk nevertheless. */
const failing = (journal: Journal, disk: Stage['disk'], random: Random): Journal => ({
  ...journal,
  commit: async (batch) => {
    const fails = !disk.isSound && random() < 0.03;
    if (fails && random() < 0.5) throw new Error('the disk failed');
    await journal.commit(batch);
    if (fails) throw new Error('the disk failed after all');
  },
  reopen: (after) => journal.open(after),
});

/** Clients act until all are done, or the server is killed. What it leaves is found at `path` by the next one. */
async function act(
  { scene, path: from, disk, close }: Stage,
  { path, ends }: { readonly path: string; readonly ends: boolean },
): Promise<void> {
  const { random, recorder, door } = scene;
  await door.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } });
  for (const namespace of namespaces) await keepWatching(scene, namespace, recorder.newest);
  disk.isSound = false;
  const acting = Promise.all(Array.from({ length: clients }, () => actAsClient(scene, actsPerLife)));
  const copy = (): void => {
    mkdirSync(dirname(path));
    cpSync(dirname(from), dirname(path), { recursive: true });
  };
  if (!ends && random() < 0.6) {
    for (let turns = 20 + Math.floor(random() * 300); turns > 0; turns -= 1) await setImmediate();
    // Nothing runs during this: it is what a kill at this moment leaves, and what anybody has heard by then.
    copy();
    writeDownWatches(scene);
    recorder.deaf = true;
    await acting;
    await close();
    return;
  }
  await acting;
  disk.isSound = true;
  const last = await untilAllIsSeen(scene);
  writeDownWatches(scene, last);
  recorder.deaf = true;
  await close();
  if (!ends) copy();
}

/** Every watch that misses nothing sees the last write; who waits for the others waits for these. */
async function untilAllIsSeen(scene: Scene): Promise<number> {
  let last = 0;
  for (const namespace of namespaces) {
    const key = `${namespace}/last`;
    let written = 0;
    // A store that has just lost its disk refuses until it has it again.
    while (written === 0) written = (await put(scene, key, 'present')) || (await put(scene, key, 'absent'));
    last = Math.max(last, written);
  }
  for (let turns = 20; turns > 0; turns -= 1) await setImmediate();
  return last;
}

function writeDownWatches({ watches, recorder }: Scene, complete = 0): void {
  for (const { happening, watching, isOver } of watches) {
    const events = eventsOf(watching);
    recorder.end(happening, { status: 200, events, ...(!isOver && { complete }) });
  }
}
