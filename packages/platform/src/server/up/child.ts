import { type ChildProcess, spawn } from 'node:child_process';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@fairlead/kube';
import { forgetProcess, recordProcess } from './leftovers.ts';

export interface ChildOptions {
  readonly name: string;
  readonly script: string;
  /** What the script is told, in a file: others may see a command line, and tokens are among it. */
  readonly options: () => unknown;
  readonly logs: string;
  readonly run: string;
  readonly clock: Clock;
  readonly onRestart: (name: string, reason: string) => void;
}

/** What a child says once it serves. */
export interface Ready {
  readonly type: 'ready';
  readonly [key: string]: unknown;
}

interface Failed {
  readonly type: 'failed';
  readonly code?: string;
  readonly message: string;
}

/** A child that could not begin to serve. */
export class ChildFailed extends Error {
  override readonly name = 'ChildFailed';
  readonly code: string | undefined;

  constructor({ code, message }: Omit<Failed, 'type'>) {
    super(message);
    this.code = code;
  }
}

/** A process of the platform: started, recorded, and started again when it dies. */
export interface Child {
  readonly ready: Ready;
  /** Tells it to end and waits until it has. What it is told may say more than the signal does. */
  stop(message?: unknown): Promise<void>;
}

const firstPause = 100;
const longestPause = 5000;

/** Starts a child and resolves when it serves for the first time. */
export const startChild = async (options: ChildOptions): Promise<Child> => {
  let stopping = false;
  let child = await spawnChild(options);
  const ready = await firstReady(child);

  const revive = async (reason: string, pause: number): Promise<void> => {
    if (stopping) return;
    options.onRestart(options.name, reason);
    await new Promise<void>((resolve) => options.clock.after(pause, resolve));
    if (stopping) return;
    child = await spawnChild(options);
    const next = Math.min(pause * 2, longestPause);
    const began = await firstReady(child).then(
      () => firstPause,
      () => next,
    );
    watch(began);
  };
  const watch = (pause: number): void => {
    const onEnd = (code: number | null, signal: NodeJS.Signals | null): void =>
      void revive(`it ended with ${signal ?? `exit code ${code ?? 0}`}`, pause);
    if (child.exitCode !== null || child.signalCode !== null) onEnd(child.exitCode, child.signalCode);
    else child.once('exit', onEnd);
  };
  watch(firstPause);

  const stop = async (message?: unknown): Promise<void> => {
    stopping = true;
    await endChild(child, message);
    await forgetProcess(options.run, options.name);
  };
  return { ready, stop };
};

const spawnChild = async ({ name, script, options, logs, run }: ChildOptions): Promise<ChildProcess> => {
  const log = await open(join(logs, `${name}.log`), 'a', 0o600);
  const told = join(run, `${name}.options`);
  await writeFile(told, JSON.stringify(options()), { mode: 0o600 });
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, told], {
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
    // A group of its own: the terminal's Ctrl-C is for the command, which ends its children in order.
    detached: true,
  });
  await log.close();
  if (child.pid !== undefined) await recordProcess(run, name, child.pid);
  return child;
};

const firstReady = (child: ChildProcess): Promise<Ready> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new ChildFailed({ message: `it ended with exit code ${code ?? 'none'}` })),
    );
    child.on('message', (message: Ready | Failed) => {
      if (message.type === 'ready') resolve(message);
      if (message.type === 'failed') reject(new ChildFailed(message));
    });
  });

/** How long a child may take to end, in milliseconds; it ends its own work in that time. */
const endPatience = 45_000;

const endChild = (child: ChildProcess, message: unknown): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    const force = setTimeout(() => child.kill('SIGKILL'), endPatience);
    child.once('exit', () => {
      clearTimeout(force);
      resolve();
    });
    if (message !== undefined && child.connected) child.send(message as object);
    child.kill('SIGTERM');
  });
