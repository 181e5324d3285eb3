import { execFile, spawn } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { kill } from 'node:process';
import type { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { readIfThere } from '../file.ts';
import { identify, isRunning, type ProcessIdentity } from './identity.ts';
import { withMarker } from './marker.ts';

const fifo = (folder: string): string => join(folder, 'stdin');
const holderFile = (folder: string): string => join(folder, 'stdin-holder');

/** Longer than any container lives. */
const forever = '2147483647';

/**
 * Makes a container's standard input: a FIFO, so that somebody may write to it who comes later. A process of its own holds it
 * open, or the container would read the end as soon as the first writer goes; it outlives the node, and ends with the container.
 */
export async function openStdin(folder: string): Promise<FileHandle> {
  await promisify(execFile)('mkfifo', ['-m', '600', fifo(folder)]);
  // For both ways: to open one end alone would wait for the other.
  await using held = await open(fifo(folder), 'r+');
  const holder = spawn('sleep', [forever], {
    stdio: ['ignore', 'ignore', 'ignore', held.fd],
    env: withMarker({}, folder),
    detached: true,
  });
  holder.unref();
  await new Promise((done, fail) => holder.once('spawn', done).once('error', fail));
  const identity = holder.pid === undefined ? undefined : identify(holder.pid);
  if (identity !== undefined) await writeFile(holderFile(folder), JSON.stringify(identity), { mode: 0o600 });
  return open(fifo(folder), 'r');
}

/** Writes to the standard input of a container that runs; `undefined` when it has none, or does not read it any more. */
export function writeStdin(folder: string): Writable | undefined {
  try {
    // Without O_NONBLOCK, a container that has closed it would be waited for, for ever.
    const fd = openSync(fifo(folder), constants.O_WRONLY | constants.O_NONBLOCK);
    const socket = new Socket({ fd, readable: false, writable: true });
    return socket.on('error', () => {});
  } catch {
    return undefined;
  }
}

/** Nobody will write any more: the container reads the end. */
export async function endStdin(folder: string): Promise<void> {
  const text = await readIfThere(holderFile(folder));
  if (text === undefined) return;
  const identity = JSON.parse(text) as ProcessIdentity;
  if (isRunning(identity)) kill(identity.pid, 'SIGKILL');
}
