import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Turns } from './turns.ts';

/** An event loop that turns when it is told to; every request takes `cost` milliseconds. */
const loopOf = (cost = 0.1) => {
  let time = 0;
  let deferred: (() => void)[] = [];
  const turns = new Turns({
    limits: { each: 100, all: 150 },
    now: () => time,
    defer: (call) => void deferred.push(call),
  });
  const begun: string[] = [];
  const ask = (user: string): boolean =>
    turns.take(user, () => {
      begun.push(user);
      time += cost;
    });
  /** What is deferred in it belongs to the next one, as in Node. */
  const turn = async (): Promise<void> => {
    const calls = deferred;
    deferred = [];
    for (const call of calls) {
      call();
      // Node, too, settles promises between two of them.
      await Promise.resolve();
      await Promise.resolve();
    }
  };
  return { turns, ask, turn, begun };
};

test('Whoever comes while another has many waiting is served after one of them', async () => {
  const { ask, turn, begun } = loopOf(1.1);
  for (let index = 0; index < 50; index++) ask('crowd');
  ask('a');
  ask('b');
  for (let index = 0; index < 4; index++) await turn();
  assert.deepEqual(begun.slice(0, 4), ['crowd', 'a', 'b', 'crowd']);
});

test('Requests of one user begin in the order in which they came', async () => {
  const { turns, turn } = loopOf();
  const seen: number[] = [];
  for (let index = 0; index < 90; index++) turns.take('a', () => void seen.push(index));
  while (turns.waiting > 0) await turn();
  await turn();
  assert.deepEqual(
    seen,
    Array.from({ length: 90 }, (_, index) => index),
  );
});

test('After a millisecond of work the event loop sees who has arrived', async () => {
  const { ask, turn, begun } = loopOf(0.4);
  for (let index = 0; index < 20; index++) ask('a');
  await turn();
  assert.equal(begun.length, 3);
  const cheap = loopOf(0);
  for (let index = 0; index < 20; index++) cheap.ask('a');
  await cheap.turn();
  assert.equal(cheap.begun.length, 16);
});

test('Too many of one user are refused, and too many of all', () => {
  const { ask, turns } = loopOf();
  for (let index = 0; index < 100; index++) assert.ok(ask('a'));
  assert.ok(!ask('a'));
  for (let index = 0; index < 50; index++) assert.ok(ask(`user ${index}`));
  assert.ok(!ask('late'));
  assert.equal(turns.waiting, 150);
});

test('In any order of arrivals every request begins once, and nobody waits for a second turn of another', async () => {
  const arrivals = fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 9 }), {
    maxLength: 20,
  });
  await fc.assert(
    fc.asyncProperty(arrivals, async (rounds) => {
      const { ask, turn, begun, turns } = loopOf(1.1);
      /** By user: how many wait, and since how many had begun. */
      const lines = new Map<string, { count: number; since: number }>();
      let seen = 0;
      const look = (): void => {
        for (; seen < begun.length; seen++) {
          const line = lines.get(begun[seen] ?? '');
          assert.ok(line !== undefined && seen - line.since < 4, `of ${begun.join()}`);
          line.count--;
          line.since = seen + 1;
          if (line.count === 0) lines.delete(begun[seen] ?? '');
        }
      };
      for (const round of [...rounds, ...Array.from({ length: 200 }, () => [])]) {
        for (const user of round) {
          const line = lines.get(user) ?? { count: 0, since: begun.length };
          lines.set(user, { ...line, count: line.count + 1 });
          ask(user);
        }
        await turn();
        look();
      }
      assert.deepEqual([turns.waiting, begun.length], [0, rounds.flat().length]);
    }),
  );
});
