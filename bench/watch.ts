// P11: from the acknowledgement of a write to its delivery, 100 watchers and 200 writes a second; and what a core of the
// engine delivers at 800 a second. Every write is synced, every watcher has a TLS connection of its own.
import { printFigure, quantile } from './figure.ts';
import { startBenchEngine } from './load/engine.ts';
import { cpuOf } from './load/process-cost.ts';
import { runWatchers } from './load/run-load.ts';

const watchers = 100;

await using engine = await startBenchEngine('--api-only');
const { target } = engine;
const steady = await runWatchers({ target, watchers, rate: 200, seconds: 10 });
// Other names than before: the load writes what is not there yet.
await using fresh = await startBenchEngine('--api-only');
const before = cpuOf(fresh.pids);
const ceiling = await runWatchers({ target: fresh.target, watchers, rate: 800, seconds: 10 });
const cpu = (cpuOf(fresh.pids) - before) / 1000;
await printFigure('P11', [
  { name: 'delivered after, p50', value: quantile(steady.delays, 0.5), unit: 'ms' },
  { name: 'delivered after, p99', value: quantile(steady.delays, 0.99), unit: 'ms', budget: 'p99' },
  { name: 'deliveries at the ceiling', value: (ceiling.deliveries / ceiling.took) * 1000, unit: '/s' },
  { name: 'delivered after at the ceiling, p99', value: quantile(ceiling.delays, 0.99), unit: 'ms' },
  { name: 'deliveries for a second of CPU', value: ceiling.deliveries / cpu, unit: '', atLeast: 'perCore' },
]);
