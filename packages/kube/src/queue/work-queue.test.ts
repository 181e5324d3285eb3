import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { seededRandom } from '../testing/seeded-random.ts';
import { simulatedClock } from '../testing/simulated-clock.ts';
import { createWorkQueue, type WorkQueueOptions } from './work-queue.ts';

/** The queue begins work in a turn of its own, and so after work that has ended. */
const turn = async (): Promise<void> => {
  for (let i = 0; i < 3; i += 1) await setImmediate();
};

/** A queue whose work a test lets end by hand. */
function openQueue(options: Partial<WorkQueueOptions> = {}) {
  const clock = simulatedClock();
  const begun: string[] = [];
  const running = new Map<string, PromiseWithResolvers<void>>();
  const work = (key: string): Promise<void> => {
    assert(!running.has(key), `${key} is worked on twice at once`);
    begun.push(key);
    const ending = Promise.withResolvers<void>();
    running.set(key, ending);
    return ending.promise.finally(() => running.delete(key));
  };
  const queue = createWorkQueue({ work, clock, random: seededRandom(1), concurrency: 10, ...options });
  const end = async (key: string, error?: Error): Promise<void> => {
    if (error) running.get(key)?.reject(error);
    else running.get(key)?.resolve();
    await turn();
  };
  return { queue, clock, begun, end };
}

describe('a work queue', () => {
  it('makes one pass of many calls', async () => {
    const { queue, begun } = openQueue();
    for (let i = 0; i < 5; i += 1) queue.add('a');
    await turn();
    assert.deepEqual(begun, ['a']);
  });

  it('works once more on a key that came again meanwhile, and never twice at once', async () => {
    const { queue, begun, end } = openQueue();
    queue.add('a');
    await turn();
    queue.add('a');
    queue.add('a');
    await turn();
    assert.deepEqual(begun, ['a']);
    await end('a');
    assert.deepEqual(begun, ['a', 'a']);
    await end('a');
    assert.equal(queue.active, 0);
  });

  it('keeps to its concurrency, first come first served', async () => {
    const { queue, begun, end } = openQueue({ concurrency: 2 });
    for (const key of ['a', 'b', 'c', 'd']) queue.add(key);
    await turn();
    assert.deepEqual(begun, ['a', 'b']);
    await end('b');
    assert.deepEqual(begun, ['a', 'b', 'c']);
  });

  it('does not let a key that is being worked on hold up those behind it', async () => {
    const { queue, begun } = openQueue({ concurrency: 2 });
    queue.add('a');
    await turn();
    queue.add('a');
    queue.add('b');
    await turn();
    assert.deepEqual(begun, ['a', 'b']);
  });

  it('takes the earliest of several delays', async () => {
    const { queue, clock, begun } = openQueue();
    queue.addAfter('a', 100);
    queue.addAfter('a', 50);
    queue.addAfter('a', 70);
    clock.advance(49);
    await turn();
    assert.deepEqual(begun, []);
    clock.advance(1);
    await turn();
    assert.deepEqual(begun, ['a']);
    assert.equal(queue.delayed, 0);
  });

  it('forgets a delay when the key is worked on before', async () => {
    const { queue, clock, begun, end } = openQueue();
    queue.addAfter('a', 100);
    queue.add('a');
    await turn();
    await end('a');
    clock.advance(1000);
    await turn();
    assert.deepEqual(begun, ['a']);
  });

  it('comes back after failures with pauses that double, until all is well again', async () => {
    const { queue, clock, begun, end } = openQueue({
      backoff: { first: 100, factor: 2, jitter: 0, most: 300 },
    });
    queue.add('a');
    await turn();
    for (const pause of [100, 200, 300, 300]) {
      await end('a', new Error('no luck'));
      clock.advance(pause - 1);
      await turn();
      assert.equal(queue.delayed, 1, `it came back before ${pause}`);
      clock.advance(1);
      await turn();
      assert.equal(queue.delayed, 0);
    }
    assert.equal(begun.length, 5);
    queue.forget('a');
    await end('a', new Error('no luck'));
    clock.advance(100);
    await turn();
    assert.equal(begun.length, 6);
  });

  it('scatters the pauses of many keys', () => {
    const { queue, clock } = openQueue({ backoff: { first: 1000, jitter: 0.5 } });
    for (let i = 0; i < 50; i += 1) queue.retry(`key-${i}`);
    clock.advance(499);
    assert.equal(queue.delayed, 50);
    clock.advance(250);
    assert(queue.delayed > 5 && queue.delayed < 45);
    clock.advance(251);
    assert.equal(queue.delayed, 0);
  });

  it('leaves the process time for everything else, even when it feeds itself', async () => {
    const { clock } = openQueue();
    const self = createWorkQueue({ work: async (key) => self.add(key), clock, random: seededRandom(1) });
    self.add('a');
    await turn();
    await self.close();
  });

  it('is idle when nothing is due or running', async () => {
    const { queue, end } = openQueue();
    await queue.idle();
    queue.addAfter('later', 1000);
    await queue.idle();
    queue.add('a');
    let isIdle = false;
    const idle = queue.idle().then(() => (isIdle = true));
    await turn();
    assert.equal(isIdle, false);
    await end('a');
    await idle;
  });

  it('when drained finishes what is due and takes nothing more', async () => {
    const { queue, begun, end } = openQueue({ concurrency: 1 });
    queue.add('a');
    queue.add('b');
    queue.addAfter('later', 1);
    await turn();
    const drained = queue.drain();
    queue.add('c');
    await end('a');
    await end('b');
    await drained;
    assert.deepEqual(begun, ['a', 'b']);
    assert.equal(queue.delayed, 0);
  });

  it('when closed waits for what is running and drops the rest', async () => {
    const { queue, begun, end } = openQueue({ concurrency: 1 });
    queue.add('a');
    queue.add('b');
    await turn();
    const closed = queue.close();
    await end('a');
    await closed;
    assert.deepEqual(begun, ['a']);
  });

  it('when closed before it began lets go of who waits for it', async () => {
    const { queue, begun } = openQueue();
    queue.add('a');
    const idle = queue.idle();
    await queue.close();
    await idle;
    assert.deepEqual(begun, []);
  });
});
