import { simulatedClock } from '@fairlead/kube/testing';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openMeter } from './meter.ts';
import { parseMachineUse, parseProcessUse, type Used } from './read.ts';

test('Use is what has grown between two samples', async () => {
  const clock = simulatedClock(0);
  const used: Record<string, Used> = { old: { cpuMs: 1000, memoryBytes: 10 } };
  const take = () =>
    Promise.resolve({
      at: clock.now(),
      machine: { cpuMs: clock.now() * 2, memoryBytes: 99 },
      containers: new Map(Object.entries(used)),
    });
  const meter = openMeter(clock, take);
  const first = meter();
  await new Promise((done) => setImmediate(done));
  used['old'] = { cpuMs: 1250, memoryBytes: 20 };
  used['new'] = { cpuMs: 100, memoryBytes: 5 };
  clock.advance(500);
  const { containers, machine, windowMs } = await first;
  assert.equal(windowMs, 500);
  assert.deepEqual(containers.get('old'), { cpuNanocores: 5e8, memoryBytes: 20 });
  assert.deepEqual(containers.get('new'), { cpuNanocores: 2e8, memoryBytes: 5 });
  assert.equal(machine.cpuNanocores, 2e9);
  assert.equal((await meter()).windowMs, 500, 'asked again at once, it says the same');
  clock.advance(15_000);
  assert.equal((await meter()).windowMs, 15_000);
});

test('What the kernel says of a process and of the machine is read', () => {
  const stat = `42 (a) b) S ${Array.from({ length: 40 }, (_, at) => at + 1).join(' ')}`;
  // utime to cstime are the fields 14 to 17 of the line.
  assert.deepEqual(parseProcessUse(stat, 'Name:\tx\nVmRSS:\t  12 kB\n'), { cpuMs: 500, memoryBytes: 12_288 });
  const machine = parseMachineUse(
    'cpu  1 2 3 100 100 4 5 0\ncpu0 9',
    'MemTotal: 10 kB\nMemAvailable: 4 kB\n',
  );
  assert.deepEqual(machine, { cpuMs: 150, memoryBytes: 6144 });
});

test('Whatever stands there, it is a use or none', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (stat, status) => {
      const used = parseProcessUse(stat, status);
      assert.ok(used === undefined || used.cpuMs >= 0 || used.cpuMs < 0);
      assert.ok(parseMachineUse(stat, status).memoryBytes <= Number.MAX_VALUE);
    }),
  );
});
