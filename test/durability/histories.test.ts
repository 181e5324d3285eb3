import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Happening } from './histories/history.ts';
import { judge } from './histories/judge.ts';
import { planted } from './histories/planted.ts';
import { play } from './histories/play.ts';

// A longer run: FAIRLEAD_HISTORIES=1000 npm test -- test/durability/histories.test.ts
const histories = Number(process.env['FAIRLEAD_HISTORIES'] ?? 40);
/** Within so many seeds each bug must be found. */
const patience = 25;

const kinds = (happenings: readonly Happening[]): string => {
  const counts = Object.entries(Object.groupBy(happenings, ({ asked }) => asked.to));
  return counts.map(([to, all]) => `${all.length} ${to}`).join(', ');
};

describe('what clients see of an engine that compacts, restarts, is killed and loses its disk', () => {
  it('is what one server doing one thing at a time could have shown', async (t) => {
    const all: Happening[] = [];
    for (let seed = 1; seed <= histories; seed += 1) {
      const happenings = await play(seed);
      assert.deepEqual(judge(happenings), [], `seed ${seed}`);
      all.push(...happenings);
    }
    const events = all.reduce((sum, { got }) => sum + (got?.events?.length ?? 0), 0);
    t.diagnostic(`${histories} histories: ${kinds(all)}; ${events} events`);
  });

  it('is the same again for the same seed', async () => {
    const [first, second] = [await play(7), await play(7)];
    assert.deepEqual(second, first);
  });

  for (const [bug, plant] of Object.entries(planted)) {
    it(`would be found out of a server that ${bug}`, async (t) => {
      for (let seed = 1; seed <= patience; seed += 1) {
        const [first] = judge(await play(seed, plant));
        if (first !== undefined) return t.diagnostic(`seed ${seed}: ${first.slice(0, 200)}`);
      }
      assert.fail(`not found in ${patience} histories`);
    });
  }
});
