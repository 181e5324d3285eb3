import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMetrics, systemClock } from '@fairlead/kube';
import { startEngine } from './engine.ts';
import { openProcessUse, readProcess, startIdleCollection } from './memory/index.ts';

/** What `fairlead engine` was asked for. */
export interface RunOptions {
  /** Where everything is kept; undefined: only in memory. */
  readonly data?: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Where the administrator's kubeconfig goes; `DIR/kubeconfig` unless told. */
  readonly kubeconfig?: string;
  /** Without the built-in controllers and the scheduler. */
  readonly apiOnly?: boolean;
  /** Prints a line; standard output unless told. */
  readonly print?: (line: string) => void;
}

/**
 * Runs an engine in the foreground: prints one line that begins with `ready` when it serves, and returns after
 * SIGINT or SIGTERM when all is written. Throws `StoreOpenError`, or what listening failed with (`EADDRINUSE`).
 */
export const runEngine = async (options: RunOptions): Promise<void> => {
  const { data, host, port, apiOnly = false, print = printLine } = options;
  await using cleanup = new AsyncDisposableStack();
  const kubeconfig = options.kubeconfig ?? join(data ?? (await temporaryFolder(cleanup)), 'kubeconfig');
  const metrics = createMetrics();
  readProcess(metrics, systemClock);
  const engine = cleanup.use(
    await startEngine({
      store: data === undefined ? 'memory' : { data },
      listen: { host, port, kubeconfig },
      controllers: !apiOnly,
      metrics,
      onError: (error) => process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`),
    }),
  );
  cleanup.defer(startIdleCollection(openProcessUse(), systemClock));
  const stopped = untilStopped();
  print(`ready ${engine.url} kubeconfig ${kubeconfig}`);
  await stopped;
};

const printLine = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const temporaryFolder = async (cleanup: AsyncDisposableStack): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-engine-'));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

const untilStopped = (): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  return promise;
};
