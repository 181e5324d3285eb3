import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, watch } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { kill } from 'node:process';
import type { Readable } from 'node:stream';
import { type OpenCommand, type OpenOrder, StartError } from './contract.ts';
import type { LaunchedExec, Way } from './launch.ts';
import { withMarker } from './marker.ts';
import { atTerminal, createResizer } from './terminal.ts';

let opened = 0;

/** Starts a command beside a container's own for somebody who talks to it. Rejects with `StartError`. */
export async function openBeside(order: OpenOrder, way: Way): Promise<OpenCommand> {
  opened += 1;
  const nameFile = join(order.folder, `terminal-${opened}`);
  const environment = order.terminal ? { TERM: 'xterm', ...order.environment } : order.environment;
  const launched = await way.launchExec({ ...order, environment });
  const { command, ...place } = order.terminal
    ? { ...launched, ...atTerminal({ ...launched, nameFile }) }
    : launched;
  const child = await begin(order, { ...place, command });
  const ended = new Promise<number>((done) => {
    child.once('exit', (code, signal) => done(code ?? (signal === null ? 137 : 128 + 9)));
  });
  void ended.then(() => launched.close?.());
  if (order.terminal) await Promise.race([untilThere(nameFile), ended]);
  void ended.then(() => rm(nameFile, { force: true })).catch(() => {});
  const resize = createResizer(nameFile);
  return {
    stdin: child.stdin ?? undefined,
    stdout: child.stdout as Readable,
    // A terminal has but one output.
    stderr: order.terminal ? undefined : (child.stderr ?? undefined),
    ended,
    resize(size) {
      if (order.terminal) resize(size);
    },
    kill() {
      launched.kill?.();
      killGroup(child.pid);
    },
  };
}

async function begin(order: OpenOrder, { command, ...place }: LaunchedExec): Promise<ChildProcess> {
  const [name = '', ...args] = command;
  const child = spawn(name, args, {
    cwd: place.workingFolder,
    env: withMarker(place.environment, order.folder),
    stdio: [order.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    detached: true,
  });
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.on('error', () => {});
  await new Promise<void>((done, fail) => {
    child.once('spawn', done).once('error', (error) => fail(new StartError(error.message)));
  });
  return child;
}

/** A terminal has its name a moment after the start; before, nobody could tell it its size. */
async function untilThere(path: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const watcher = watch(dirname(path), { persistent: false }, () => existsSync(path) && resolve());
  watcher.on('error', () => resolve());
  if (!existsSync(path)) await promise;
  watcher.close();
}

function killGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) kill(-leader, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
