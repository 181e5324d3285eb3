import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Condition } from '../kinds/meta.ts';
import { simulatedClock } from '../testing/simulated-clock.ts';
import { isTrue, setCondition } from './conditions.ts';

const early = '2026-01-01T00:00:00Z';
const late = '2026-01-01T01:00:00Z';
const clock = simulatedClock(Date.parse(late));
const ready: Condition = {
  type: 'Ready',
  status: 'True',
  reason: 'Up',
  message: 'all up',
  lastTransitionTime: early,
};
const built: Condition = {
  type: 'Built',
  status: 'False',
  reason: 'Failed',
  message: '',
  lastTransitionTime: early,
};

describe('setting a condition', () => {
  it('adds a new one at the end, with the time', () => {
    const facts = { type: 'Ready', status: 'True', reason: 'Up', message: 'all up' } as const;
    assert.deepEqual(setCondition([built], facts, clock), [built, { ...ready, lastTransitionTime: late }]);
    assert.deepEqual(setCondition(undefined, facts, clock), [{ ...ready, lastTransitionTime: late }]);
  });

  it('moves the time only when the status changes', () => {
    const down = { type: 'Ready', status: 'False', reason: 'Down', message: 'all down' } as const;
    assert.deepEqual(setCondition([ready, built], down, clock), [
      { ...down, lastTransitionTime: late },
      built,
    ]);
    const other = { type: 'Ready', status: 'True', reason: 'Half', message: 'half up' } as const;
    assert.deepEqual(setCondition([ready], other, clock), [{ ...other, lastTransitionTime: early }]);
  });

  it('changes nothing, not even the array, when it says the same', () => {
    const conditions = [built, ready];
    const { lastTransitionTime: _, ...same } = ready;
    assert.equal(setCondition(conditions, same, clock), conditions);
  });

  it('notes a new generation without moving the time', () => {
    const { lastTransitionTime: _, ...same } = ready;
    const after = setCondition([ready], { ...same, observedGeneration: 2 }, clock);
    assert.deepEqual(after, [{ ...ready, observedGeneration: 2 }]);
  });

  it('is asked about by type', () => {
    assert.equal(isTrue([built, ready], 'Ready'), true);
    assert.equal(isTrue([built, ready], 'Built'), false);
    assert.equal(isTrue([built, ready], 'Other'), false);
    assert.equal(isTrue(undefined, 'Ready'), false);
  });
});
