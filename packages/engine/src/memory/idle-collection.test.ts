import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulatedClock } from '@fairlead/kube/testing';
import { startIdleCollection } from './idle-collection.ts';
import { openProcessUse } from './process-use.ts';

const megabyte = 1024 * 1024;

test('garbage is collected once after a burst of work, when there is nothing else to do', () => {
  const clock = simulatedClock();
  const process = { cpu: 0, held: 40 * megabyte, collections: 0 };
  const stop = startIdleCollection(
    {
      cpu: () => process.cpu,
      held: () => process.held,
      collect: () => {
        process.collections += 1;
        process.held = 40 * megabyte;
      },
    },
    clock,
  );
  const seconds = (count: number, busy: number): number => {
    for (let second = 0; second < count; second += 1) {
      process.cpu += busy;
      clock.advance(1000);
    }
    return process.collections;
  };
  assert.equal(seconds(10, 0), 1, 'what the start left');
  process.held = 200 * megabyte;
  assert.equal(seconds(30, 600), 1, 'not while it works');
  assert.equal(seconds(10, 10), 2, 'when it is idle');
  assert.equal(seconds(300, 10), 2, 'and not again for nothing');
  stop();
  process.held = 200 * megabyte;
  assert.equal(seconds(30, 0), 2);
});

test('the collector of this process gives memory back', () => {
  const use = openProcessUse();
  const before = use.held();
  for (let count = 0; count < 20; count += 1) Buffer.alloc(megabyte, 1).toString('base64');
  const { length } = Array.from({ length: 1_000_000 }, (_, index) => ({ index }));
  const full = use.held();
  use.collect();
  assert.ok(length > 0 && full - before > 4 * megabyte);
  assert.ok(use.held() < full - 4 * megabyte);
  assert.ok(use.cpu() > 0);
});
