// Durable writes per second of the engine's store: 64 writers, objects of 1.5 to 2 KB, every write synced.
// node bench/store.ts [seconds]; the anchor is what the same disk gives to one synced write at a time.
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemClock } from '@fairlead/kube';
import { type Figure, printFigure, quantile } from './figure.ts';
import { openMemoryStore, openSqliteStore, type Store } from '../packages/engine/src/store/index.ts';

const writers = 64;
const seconds = Number(process.argv[2] ?? 3);
const encoder = new TextEncoder();

async function measure(name: string, store: Store): Promise<Figure[]> {
  const times: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const padding = 'x'.repeat(500);
  const begun = performance.now();
  const end = begun + seconds * 1000;
  delay.enable();
  const write = async (writer: number): Promise<void> => {
    for (let count = 0; performance.now() < end; count += 1) {
      const started = performance.now();
      const key = `/core/configmaps/default/bench-${writer}-${count}`;
      await store.put(key, (revision) => {
        const data = { a: padding, b: padding, c: padding, d: padding.slice((count * 7) % 500) };
        const metadata = { name: key, namespace: 'default', resourceVersion: String(revision) };
        return {
          bytes: encoder.encode(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data })),
        };
      });
      times.push(performance.now() - started);
      // As in a server, writers take turns of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  delay.disable();
  const rate = times.length / ((performance.now() - begun) / 1000);
  return [
    { name: `${name}: puts`, value: Math.round(rate), unit: '/s' },
    { name: `${name}: p50`, value: quantile(times, 0.5), unit: 'ms' },
    { name: `${name}: p99`, value: quantile(times, 0.99), unit: 'ms' },
    { name: `${name}: main loop delayed, p99`, value: delay.percentile(99) / 1e6 - 5, unit: 'ms' },
  ];
}

function syncedWritesPerSecond(folder: string): number {
  const file = openSync(join(folder, 'anchor'), 'w');
  const page = Buffer.alloc(4096);
  const started = performance.now();
  let count = 0;
  for (; performance.now() - started < 500; count += 1) {
    writeSync(file, page);
    fdatasyncSync(file);
  }
  closeSync(file);
  return count / ((performance.now() - started) / 1000);
}

const folder = mkdtempSync(join(tmpdir(), 'fairlead-bench-'));
try {
  const anchor = syncedWritesPerSecond(folder);
  await using closing = new AsyncDisposableStack();
  const memory = await openMemoryStore();
  closing.defer(() => memory.close());
  const inMemory = await measure('memory', memory);
  const sqlite = await openSqliteStore({ path: join(folder, 'store.db'), clock: systemClock });
  closing.defer(() => sqlite.close());
  await printFigure('P9-store', [
    { name: 'anchor: 4 KB writes, each synced', value: Math.round(anchor), unit: '/s' },
    ...inMemory,
    ...(await measure('sqlite', sqlite)),
  ]);
} finally {
  rmSync(folder, { recursive: true });
}
