import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '../object.ts';
import { simulatedClock } from '../testing/simulated-clock.ts';
import { createCorrelator } from './correlate.ts';
import type { EventNote } from './recorder.ts';

const object: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'b', uid: 'c' },
};
const note = (message: string): EventNote => ({ type: 'Warning', reason: 'Failed', message });

describe('notes about one object', () => {
  it('are told one by one, until too many differ only in their message', () => {
    const correlate = createCorrelator(simulatedClock());
    const told = Array.from({ length: 11 }, (_, i) => correlate(object, note(`try ${i}`))?.message);
    assert.deepEqual(told.slice(7), [
      'try 7',
      'try 8',
      '(combined from similar events): try 9',
      '(combined from similar events): try 10',
    ]);
    assert.equal(correlate(object, note('try 3'))?.isCombined, false, 'what was told before is not new');
    assert.equal(correlate(object, { ...note('try'), reason: 'Other' })?.isCombined, false);
  });

  it('are told one by one again after some quiet', () => {
    const clock = simulatedClock();
    const correlate = createCorrelator(clock);
    for (let i = 0; i < 12; i += 1) correlate(object, note(`try ${i}`));
    clock.advance(600_001);
    assert.equal(correlate(object, note('again'))?.isCombined, false);
  });

  it('are dropped when they come too often, one in five minutes excepted', () => {
    const clock = simulatedClock();
    const correlate = createCorrelator(clock);
    const told = () => correlate(object, note('same')) !== undefined;
    assert.deepEqual(
      Array.from({ length: 27 }, told)
        .map((each, i) => (each ? undefined : i))
        .filter((i) => i !== undefined),
      [25, 26],
    );
    const other = { ...object, metadata: { ...object.metadata, name: 'other' } };
    assert.notEqual(correlate(other, note('same')), undefined, 'others may speak');
    clock.advance(300_000);
    assert.deepEqual([told(), told()], [true, false]);
  });
});
