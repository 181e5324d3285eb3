import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { kill } from 'node:process';
import { readIfThere } from '../file.ts';
import { isAlive, parseStat, readBootId, readProcess } from './table.ts';

/** Names one process of this machine for ever: a pid alone is used again. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: number;
  readonly bootId: string;
}

/** How a container's process ended. */
export interface Exit {
  readonly code: number;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
  /** False when nobody wrote a code: the shim itself was killed, or the machine stopped. */
  readonly witnessed: boolean;
  /** Why the command was not run at all. */
  readonly failure?: string;
}

/** What the shim wrote of itself; `undefined` when it has not come so far. */
export async function readIdentity(folder: string): Promise<ProcessIdentity | 'torn' | undefined> {
  const text = await readIfThere(join(folder, 'identity'));
  if (text === undefined) return undefined;
  const [bootId, line, end] = text.split('\n');
  if (bootId === undefined || line === undefined || end === undefined) return 'torn';
  // Without /proc the shim knows nothing but its pid.
  if (/^\d+$/.test(line)) return { pid: Number(line), startTime: 0, bootId };
  const entry = parseStat(line);
  return entry === undefined ? 'torn' : { pid: entry.pid, startTime: entry.startTime, bootId };
}

/** The exit code that the shim wrote, once it did so completely. */
export async function readExit(folder: string): Promise<Exit | undefined> {
  const path = join(folder, 'exit');
  const text = await readIfThere(path);
  if (text === undefined || !/^\d+\n$/.test(text)) return undefined;
  return { code: Number(text), endedAt: (await stat(path)).mtimeMs, witnessed: true };
}

/** Whether exactly this process still runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  if (identity.bootId !== readBootId()) return false;
  if (identity.startTime === 0) return answersSignals(identity.pid);
  const entry = readProcess(identity.pid);
  return entry !== undefined && entry.startTime === identity.startTime && isAlive(entry);
}

function answersSignals(pid: number): boolean {
  try {
    return kill(pid, 0);
  } catch {
    return false;
  }
}

/** The identity of a process that runs now; `undefined` when there is none. */
export function identify(pid: number): ProcessIdentity | undefined {
  const bootId = readBootId();
  if (bootId === '') return answersSignals(pid) ? { pid, startTime: 0, bootId } : undefined;
  const entry = readProcess(pid);
  return entry === undefined || !isAlive(entry) ? undefined : { pid, startTime: entry.startTime, bootId };
}
