import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Random } from '../clock.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { type SimulatedClock, simulatedClock } from '../testing/simulated-clock.ts';
import { createWorkQueue } from './work-queue.ts';

const keys = ['a', 'b', 'c', 'd', 'e'];
const seeds = 300;

/** Work that takes a while, fails now and then, and checks the queue's promises while it runs. */
function createWorker(random: Random, clock: SimulatedClock, concurrency: number) {
  const running = new Set<string>();
  /** Keys asked for since work on them last began. */
  const wanted = new Set<string>();
  const work = async (key: string): Promise<void> => {
    assert(!running.has(key), `${key} twice at once`);
    running.add(key);
    assert(running.size <= concurrency, 'more at once than allowed');
    wanted.delete(key);
    await new Promise<void>((resolve) => clock.after(random() * 50, resolve));
    running.delete(key);
    if (random() < 0.2) throw new Error('no luck');
  };
  return { work, wanted, running };
}

async function simulate(seed: number): Promise<void> {
  const random = seededRandom(seed);
  const clock = simulatedClock();
  const concurrency = 1 + Math.floor(random() * 4);
  const { work, wanted, running } = createWorker(random, clock, concurrency);
  const queue = createWorkQueue({ work, clock, random, concurrency });
  for (let step = 0; step < 100; step += 1) {
    const key = keys[Math.floor(random() * keys.length)] ?? 'a';
    const chance = random();
    if (chance < 0.4) queue.addAfter(key, random() * 100);
    else queue.add(key);
    // A delayed call may be answered by work that begins before it is due.
    if (chance >= 0.4) wanted.add(key);
    if (random() < 0.1) queue.forget(key);
    clock.advance(random() * 20);
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (let i = 0; i < 1000 && queue.active + queue.delayed > 0; i += 1) {
    clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual([...wanted], [], 'asked for and never worked on');
  assert.equal(queue.active + queue.delayed + running.size, 0, 'it ends');
  await queue.idle();
}

it(`a work queue keeps its promises in ${seeds} random runs`, async () => {
  for (let seed = 1; seed <= seeds; seed += 1) {
    await simulate(seed).catch((error: Error) => {
      throw new Error(`seed ${seed}: ${error.message}`, { cause: error });
    });
  }
});
