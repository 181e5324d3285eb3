import type { Clock } from '@fairlead/kube';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { isRunning, type ProcessIdentity } from './identity.ts';

/** How often the process table is asked where there is no FIFO (no mkfifo on the machine). */
const slowestAskMs = 500;

/** Tells when a process that is not our child ends. Closing it ends the watch, not the process. */
export interface AliveWatch {
  readonly ended: Promise<void>;
  close(): void;
}

/** Waits for the end of the FIFO that the shim holds open, then for the process itself. */
export function watchAlive(folder: string, identity: ProcessIdentity, clock: Clock): AliveWatch {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  let closed = false;
  let cancel = () => {};
  const ask = (delayMs: number) => {
    if (closed) return;
    if (!isRunning(identity)) return resolve();
    cancel = clock.after(delayMs, () => ask(Math.min(2 * delayMs, slowestAskMs)));
  };
  // A dying process closes its files before it is gone, and a new one makes the FIFO before it opens it.
  const fifo = openFifo(join(folder, 'alive'));
  if (fifo === undefined) ask(10);
  fifo?.once('error', () => fifo.destroy());
  fifo?.once('close', () => ask(1));
  fifo?.resume();
  return {
    ended,
    close() {
      closed = true;
      cancel();
      fifo?.destroy();
    },
  };
}

function openFifo(path: string): Socket | undefined {
  try {
    // Without O_NONBLOCK, opening a FIFO that nobody holds any more would wait for ever.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return new Socket({ fd: descriptor, readable: true, writable: false });
  } catch {
    return undefined;
  }
}
