// Durable writes per second of the engine's store: 64 writers, objects of 1.5 to 2 KB, every write synced.
// node bench/store.ts [seconds]; the anchor is what the same disk gives to one synced write at a time.
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemClock } from '@fairlead/kube';
import { openMemoryStore, openSqliteStore, type Store } from '../packages/engine/src/store/index.ts';

const writers = 64;
const seconds = Number(process.argv[2] ?? 3);
const encoder = new TextEncoder();

const percentile = (sorted: readonly number[], share: number): string =>
  (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2);

async function measure(name: string, store: Store): Promise<void> {
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
  times.sort((a, b) => a - b);
  const rate = times.length / ((performance.now() - begun) / 1000);
  console.log(
    `${name.padEnd(8)} ${rate.toFixed(0).padStart(7)} puts/s   p50 ${percentile(times, 0.5)} ms   p99 ${percentile(times, 0.99)} ms   ` +
      `main loop delayed p99 ${(delay.percentile(99) / 1e6 - 5).toFixed(1)} ms`,
  );
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
  console.log(
    `anchor   ${syncedWritesPerSecond(folder).toFixed(0).padStart(7)} writes/s, one 4 KB write and sync after the other`,
  );
  await using closing = new AsyncDisposableStack();
  const memory = await openMemoryStore();
  closing.defer(() => memory.close());
  await measure('memory', memory);
  const sqlite = await openSqliteStore({ path: join(folder, 'store.db'), clock: systemClock });
  closing.defer(() => sqlite.close());
  await measure('sqlite', sqlite);
} finally {
  rmSync(folder, { recursive: true });
}
